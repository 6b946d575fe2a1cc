/** What every page is: an element that is drawn again when the lab changes. It has no shadow, so that one style serves all. */
import { LitElement } from "lit";
import { exampleFor } from "./examples.ts";
import type { Lab } from "./lab.ts";

export abstract class LabPage extends LitElement {
  static override properties = { lab: { attribute: false } };
  declare lab: Lab;
  readonly #heard = () => {
    this.changed();
    this.requestUpdate();
  };

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.lab.addEventListener("change", this.#heard);
    this.changed();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.lab.removeEventListener("change", this.#heard);
  }

  /** The texts of the address, or examples that suit the model. */
  protected texts(): { readonly text: string; readonly other: string } {
    const { state, model } = this.lab;
    const example = model ? exampleFor(model) : { text: "", other: "" };
    return { text: state.text || example.text, other: state.other || (state.text ? "" : example.other) };
  }

  /** The address, the model or the status is another: ask for what is now to be shown. */
  protected changed(): void {}
}
