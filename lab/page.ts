/**
 * The base of every page: an element that is drawn again when the lab changes. It has no shadow root, so that one style serves
 * all.
 */
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

  /** Returns the texts of the address, or examples that suit the model. */
  protected texts(): { readonly text: string; readonly other: string } {
    const { state, model } = this.lab;
    const example = model ? exampleFor(model) : { text: "", other: "" };
    return { text: state.text || example.text, other: state.other || (state.text ? "" : example.other) };
  }

  /** Returns a number for the open model: a new one each time a model is opened, whatever its name. */
  protected opening(): number {
    const { model } = this.lab;
    if (!model) return 0;
    const number = openings.get(model) ?? ++opened;
    openings.set(model, number);
    return number;
  }

  /** Called when the address, the model or the status changes; requests what is needed. */
  protected changed(): void {}
}
