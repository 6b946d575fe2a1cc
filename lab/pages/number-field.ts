/** A field for a whole number, which keeps what is being typed. */
import { html, noChange, type TemplateResult } from "lit";
import { Directive, type DirectiveResult, directive, type ElementPart, type PartInfo } from "lit/directive.js";

/** Sets the value of a field, unless the reader is in it. */
class Unless extends Directive {
  readonly #field: HTMLInputElement;

  constructor(part: PartInfo) {
    super(part);
    this.#field = (part as ElementPart).element as HTMLInputElement;
  }

  render(value: number): unknown {
    if (document.activeElement !== this.#field) this.#field.value = String(value);
    return noChange;
  }
}
const shows: (value: number) => DirectiveResult = directive(Unless);

export interface NumberField {
  readonly name: string;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  readonly look?: string;
  typed(value: number): void;
}

/** Reports whole numbers in the range as they are typed; when the reader leaves it, the field shows the last one again. */
export function numberField({ name, value, min, max, look = "", typed }: NumberField): TemplateResult {
  const fits = (given: number) =>
    Number.isSafeInteger(given) && given >= (min ?? Number.NEGATIVE_INFINITY) && given <= (max ?? Number.POSITIVE_INFINITY);
  const heard = ({ target }: Event) => {
    const { valueAsNumber } = target as HTMLInputElement;
    if (fits(valueAsNumber)) typed(valueAsNumber);
  };
  const left = ({ target }: Event) => {
    const field = target as HTMLInputElement;
    if (!fits(field.valueAsNumber)) field.value = String(value);
  };
  return html`<label class="field ${look}">${name}<input type="number" step="1" min=${min ?? ""} max=${max ?? ""} ${shows(value)} @input=${heard} @blur=${left} /></label>`;
}
