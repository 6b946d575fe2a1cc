/** What every page is: an element that is drawn again when the lab changes. It has no shadow, so that one style serves all. */
import { LitElement } from "lit";
import type { OpenedModel } from "./engine/protocol.ts";
import { exampleFor } from "./examples.ts";
import type { Lab } from "./lab.ts";

const openings = new WeakMap<OpenedModel, number>();
let opened = 0;

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

  /** A number for the model that is open: another one each time that a model is opened, whatever it is called. */
  protected opening(): number {
    const { model } = this.lab;
    if (!model) return 0;
    const number = openings.get(model) ?? ++opened;
    openings.set(model, number);
    return number;
  }

  /** The address, the model or the status is another: ask for what is now to be shown. */
  protected changed(): void {}
}
