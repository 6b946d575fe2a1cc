/** The page Look: a text, one telling head of it as a picture, and the patterns of all heads beside it. */
import { html, nothing, type TemplateResult } from "lit";
import { tryHead } from "../../../src/models/head-names.ts";
import { gateChart } from "../../../src/view/chart/gates.ts";
import "../../elements/index.ts";
import type { HeadPattern, MarkedTokens, TokenHover } from "../../elements/types.ts";
import type { Looked, Weighting } from "../../engine/protocol.ts";
import { LabPage } from "../../page.ts";
import { labelFilter, nameButton } from "../controls.ts";
import { drawing } from "../drawing.ts";
import { headsOfSite } from "../heads-of.ts";
import { withoutFirst } from "./first-token.ts";
import { askSection, soughtOf, viewOf, viewRow } from "./look-controls.ts";
import { markedBy } from "./look-marks.ts";
import { openHeads } from "./look-pictures.ts";
import { type Telling, tellingHead } from "./telling.ts";

/** Both texts, if there are two. */
interface Shown {
  readonly text: Looked;
  readonly other?: Looked;
  readonly telling?: Telling;
}

class LookPage extends LabPage {
  static override properties = {
    ...LabPage.properties,
    ...{ several: { state: true }, marked: { state: true } },
  };
  /** True if a touch on a head adds it to those that are open. */
  declare several: boolean;
  /** The tokens under the pointer. */
  declare marked: MarkedTokens | undefined;

  readonly #look = this.answer(
    async ({ text, other, weighting }: { text: string; other: string; weighting: Weighting }): Promise<Shown> => {
      const looked = await this.lab.engine.look(text, weighting);
      const telling = tellingHead(looked, soughtOf(this.lab.model, text), weighting);
      return { text: looked, telling, other: other ? await this.lab.engine.look(other, weighting) : undefined };
    },
    (shown) => {
      const { text } = shown ?? {};
      this.marked = undefined;
      this.lab.timed(text && { tokens: text.sites[0]?.rows.length ?? 0, milliseconds: text.milliseconds });
    },
  );

  constructor() {
    super();
    this.several = false;
  }

  protected override changed(): void {
    const { text, other } = this.texts();
    const { weighting } = this.lab.state;
    this.askAboutText(this.#look, [weighting, text, other], { text, other, weighting });
  }

  protected override render(): TemplateResult {
    const { value } = this.#look;
    const fields = {
      text: this.textField("text", "Text", "Type a text", false),
      other: this.textField("other", "Second text", "Type a text to compare with, or leave this empty"),
    };
    return html`
      <h1>Attention patterns</h1>
      ${askSection(this.lab, this.texts(), fields, { words: !value || !!value.text.words, open: value ? this.#open(value).length : 0 })}
      ${this.answered(this.#look, (shown) => this.#pictures(shown))}
    `;
  }

  /** Returns the names of the open heads: those of the address, or the telling one. */
  #open({ telling }: Shown): readonly string[] {
    const { heads } = this.lab.state;
    return heads.length > 0 || !telling ? heads : [telling.name];
  }

  #pictures(shown: Shown): TemplateResult {
    const { lab } = this;
    const { state } = lab;
    const { text, telling } = shown;
    const open = this.#open(shown);
    return html`
      ${text.translation === undefined ? nothing : html`<p class="output">Translation: <strong>${text.translation}</strong></p>`}
      <div class="split look ${text.sites.some(({ patterns }) => patterns.length > 8) ? "many" : ""}">
        <section class="large" aria-label="Open heads" @token-hover=${(event: CustomEvent<TokenHover>) => this.#hover(event, shown)}>
          ${telling ? this.#reason(telling) : nothing}
          ${viewRow(lab)}
          ${[text, shown.other].map((one, k) => one && openHeads(lab, one, open, k))}
        </section>
        <section class="all" aria-label="All heads">
          <div class="row above">${this.#filter()} ${this.#toggles()}</div>
          <headwise-figure name="all heads"><headwise-head-grid
            .heads=${this.#heads(text)}
            .selected=${open}
            .shown=${state.labels.length > 0 ? state.labels : null}
            .marked=${this.marked ?? null}
            .legend=${this.#legend()}
            @head-pick=${(event: CustomEvent<{ name: string; additive: boolean }>) => this.#pick(event.detail, open)}
          ></headwise-head-grid></headwise-figure>
        </section>
      </div>
      ${this.#gates(text)}
    `;
  }

  /** Says why the page opened a head, or leads back to it. */
  #reason({ name, sentence }: Telling): TemplateResult {
    return this.lab.state.heads.length === 0
      ? html`<p class="telling">${sentence}</p>`
      : html`<p class="telling dim">${sentence} <button type="button" @click=${() => this.lab.set({ heads: [] }, true)}>Show head ${name}</button></p>`;
  }

  #filter(): TemplateResult | typeof nothing {
    const { labels, state } = this.lab;
    return labels.size > 0
      ? labelFilter([...labels.values()], state.labels, (some) => this.lab.set({ labels: some }))
      : nameButton(this.lab);
  }

  #toggles(): TemplateResult {
    const { lab, several } = this;
    const hidden = lab.state.first === "hidden";
    return html`<div class="toggles">
      <button type="button" aria-pressed=${hidden} @click=${() => lab.set({ first: hidden ? "shown" : "hidden" })}>Hide first token</button>
      <button type="button" aria-pressed=${several} @click=${() => (this.several = !several)}>Open several</button>
    </div>`;
  }

  #legend(): string {
    const { state } = this.lab;
    const weight = state.weighting === "norm" ? "attention × ‖f(x)‖" : "attention weight";
    const hidden =
      state.first === "hidden" ? " The first key is left out; the other weights are unchanged, so rows do not sum to 1." : "";
    return `${weight}; rows are queries, columns keys. Point at a word to mark its row in every head, with the largest weight.${hidden}`;
  }

  #known: { readonly key: readonly unknown[]; readonly heads: readonly HeadPattern[] } | undefined;
  /** Returns the same list for the same patterns, so that pointing at words draws no map again. */
  #heads(text: Looked): readonly HeadPattern[] {
    const key = [text, this.lab.labels, this.lab.state.first];
    if (!this.#known || key.some((part, k) => part !== this.#known!.key[k])) {
      const looked = this.lab.state.first === "hidden" ? withoutFirst(text) : text;
      this.#known = { key, heads: headsOfSite(looked, this.lab.labels) };
    }
    return this.#known.heads;
  }

  #hover({ detail, target }: CustomEvent<TokenHover>, { text }: Shown): void {
    const { first, grouping } = this.lab.state;
    const figure = (target as HTMLElement).closest<HTMLElement>("figure");
    // rows of a second text are not those of the maps
    if (figure?.dataset.text !== "0") return;
    const name = figure.dataset.head!.split(",")[0]!;
    const columnsCut = first === "hidden" && (target as HTMLElement).localName === "headwise-pattern";
    this.marked = detail ? markedBy(detail, text, name, { grouping, hidden: first === "hidden", columnsCut }) : undefined;
  }

  /** Draws the gates of the attentions of the open heads, or of all attentions if no head is open. */
  #gates({ sites }: Looked): TemplateResult | typeof nothing {
    const open = new Set(this.lab.state.heads.map((name) => tryHead(name)?.site));
    const shown = sites.filter(({ site, gates }) => gates && (open.size === 0 || open.has(site)));
    if (shown.length === 0) return nothing;
    return html`<section class="gates" aria-label="Gates">
      <h2>Gates</h2>
      <p class="intro">How far each head is open for each token; an empty cell is a head that the token does not use.</p>
      ${shown.map((site) => html`<div class="scroll" tabindex="0" role="region" aria-label="Gates of layer ${site.site}">${drawing(gateChart(site), `gates of layer ${site.site}`)}</div>`)}
    </section>`;
  }

  #pick({ name, additive }: { name: string; additive: boolean }, open: readonly string[]): void {
    const rest = open.filter((head) => head !== name);
    const closes = rest.length < open.length;
    const added = closes ? rest : [...open, name];
    const { heads } = this.lab.state;
    const next = additive || this.several ? added : heads.length === 1 && closes && rest.length === 0 ? [] : [name];
    this.lab.set({ heads: next, view: viewOf(this.lab.state) }, true);
    if (next.includes(name)) void this.#reveal(name);
  }

  /** Scrolls to the picture of a head that was opened, if it is out of view. */
  async #reveal(name: string): Promise<void> {
    await this.updateComplete;
    const figures = [...this.querySelectorAll<HTMLElement>("figure.head")];
    const figure = figures.find(({ dataset }) => dataset.head!.split(",").includes(name));
    if (!figure) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { top, bottom } = figure.getBoundingClientRect();
    const fits = top >= 60 && Math.min(bottom, top + 240) <= innerHeight;
    if (!fits) figure.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" });
  }
}

customElements.define("lab-look", LookPage);
