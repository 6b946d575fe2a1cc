/** The files of a pruned model, for download. */
import { html, type TemplateResult } from "lit";

export interface Offer {
  readonly onnx: boolean;
  /** True while a file is written. */
  readonly busy: boolean;
  readonly command: string;
  withOnnx(on: boolean): void;
  folder(): void;
  onnxOnly(): void;
}

/** Draws two downloads, and the command that writes the same folder. */
export function downloads({ onnx, busy, command, withOnnx, folder, onnxOnly }: Offer): TemplateResult {
  return html`<div class="row downloads">
      <span class="pair">
        <button type="button" class="primary" ?disabled=${busy} @click=${folder}>Folder (.zip)</button>
        <label class="tick"><input type="checkbox" .checked=${onnx} @change=${(event: Event) => withOnnx((event.target as HTMLInputElement).checked)} /> with ONNX</label>
      </span>
      <button type="button" ?disabled=${busy} @click=${onnxOnly}>ONNX</button>
    </div>
    <p class="dim">The folder is a complete model: drop it onto this page to inspect it. The same pruning on the command line:</p>
    <pre class="command" tabindex="0" aria-label="Command"><code>${command}</code></pre>`;
}
