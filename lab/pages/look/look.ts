/** The page Look: a text, the patterns of all heads, and those that are opened, enlarged. */
import { html, nothing, type TemplateResult } from "lit";
import { LABELS } from "../../../src/heads/scores/label-names.ts";
import { tryHead } from "../../../src/models/head-names.ts";
import { gateChart } from "../../../src/view/chart/gates.ts";
import "../../elements/index.ts";
import type { Looked, Weighting } from "../../engine/protocol.ts";
import { LabPage } from "../../page.ts";
import type { State } from "../../state.ts";
import { choice, labelFilter, nameButton } from "../controls.ts";
import { drawing } from "../drawing.ts";
import { headsOfSite, patternOf, siteOf } from "../heads-of.ts";

/** Both texts, if there are two. */
interface Shown {
  readonly text: Looked;
  readonly other?: Looked;
}

class LookPage extends LabPage {
  static override properties = {
    ...LabPage.properties,
    labels: { state: true },
  };
  readonly #look = this.answer(
    async ({ text, other, weighting }: { text: string; other: string; weighting: Weighting }): Promise<Shown> => {
      const looked = await this.lab.engine.look(text, weighting);
      return { text: looked, other: other ? await this.lab.engine.look(other, weighting) : undefined };
    },
    (shown) => {
      const { text } = shown ?? {};
      this.lab.timed(text && { tokens: text.sites[0]?.rows.length ?? 0, milliseconds: text.milliseconds });
    },
  );

  protected override changed(): void {
    const { text, other } = this.texts();
    const { weighting } = this.lab.state;
    this.askAboutText(this.#look, [weighting, text, other], { text, other, weighting });
  }

  protected override render(): TemplateResult {
    const { lab } = this;
    const { heads, grouping } = lab.state;
    const words = this.#look.value?.text.words ? "" : NO_WORDS;
    const closed = heads.length === 0 ? "open a head first" : "";
    const set = (change: Partial<State>) => lab.set(change);
    return html`
      <h1>Attention patterns</h1>
      <p class="intro">Each small map is one attention head: rows are query tokens, columns are key tokens. Open one head, or several to compare them.</p>
      <section class="controls" aria-label="Text">
        ${this.textField("text", "Text", "Type a text")}
        ${this.textField("other", "Second text", "Type a text to compare with, or leave this empty")}
        <div class="row">
          ${choice("Weights", "weighting", lab.state.weighting, WEIGHTINGS, set)}
          ${choice(
            "Rows and columns",
            "grouping",
            words ? "tokens" : grouping,
            [
              ["tokens", "tokens"],
              ["words", "words", words],
            ],
            set,
            closed,
          )}
          ${choice("Picture", "view", lab.state.view, VIEWS, set, closed)}
          ${choice("Several heads", "combine", lab.state.combine, COMBINED, set, heads.length < 2 ? "open two heads first: click one, then another with Shift" : "")}
        </div>
      </section>
      ${this.answered(this.#look, (shown) => this.#pictures(shown))}
    `;
  }

  #pictures({ text, other }: Shown): TemplateResult {
    const { state } = this.lab;
    const found = LABELS.filter((label) => [...this.lab.labels.values()].includes(label));
    return html`
      ${text.translation === undefined ? nothing : html`<p class="output">Translation: <strong>${text.translation}</strong></p>`}
      <div class="split ${state.heads.length > 0 ? "open" : ""}">
        <section aria-label="All heads">
          ${found.length > 0 ? labelFilter(found, state.labels, (labels) => this.lab.set({ labels })) : html`<div class="row above start">${nameButton(this.lab)}</div>`}
          <headwise-head-grid
            .heads=${headsOfSite(text, this.lab.labels)}
            .selected=${state.heads}
            .shown=${state.labels.length > 0 ? state.labels : null}
            @head-pick=${(event: CustomEvent<{ name: string; additive: boolean }>) => this.#pick(event.detail)}
          ></headwise-head-grid>
        </section>
        ${state.heads.length > 0 ? html`<section class="large" aria-label="Open heads">${[text, other].map((one, k) => one && this.#large(one, k))}</section>` : nothing}
      </div>
      ${this.#gates(text)}
    `;
  }

  /** Draws the gates of the attentions of the open heads, or of all attentions if no head is open. */
  #gates({ sites }: Looked): TemplateResult | typeof nothing {
    const open = new Set(this.lab.state.heads.map((name) => tryHead(name)?.site));
    const shown = sites.filter(({ site, gates }) => gates && (open.size === 0 || open.has(site)));
    if (shown.length === 0) return nothing;
    return html`<section class="gates" aria-label="Gates">
      <h2>Gates</h2>
      <p class="intro">How far each head is open for each token; an empty cell is a head that the token does not use.</p>
      ${shown.map((site) => html`<div class="scroll" tabindex="0" role="region" aria-label="Gates of layer ${site.site}">${drawing(gateChart(site))}</div>`)}
    </section>`;
  }

  #pick({ name, additive }: { name: string; additive: boolean }): void {
    const { heads } = this.lab.state;
    const rest = heads.filter((head) => head !== name);
    const next = additive
      ? rest.length < heads.length
        ? rest
        : [...heads, name]
      : heads.length === 1 && rest.length === 0
        ? []
        : [name];
    this.lab.set({ heads: next }, true);
  }

  #large(looked: Looked, k: number): TemplateResult {
    const { state } = this.lab;
    const open = state.heads.flatMap((name) => {
      const found = siteOf(looked, name);
      return found ? [{ name, ...found }] : [];
    });
    const first = open[0];
    if (!first) return html`<p class="dim">The model has no head ${state.heads.join(", ")}; choose another one.</p>`;
    const together = state.combine !== "apart" && open.length > 1;
    const same = open.filter(({ site }) => site.rows === first.site.rows && site.columns === first.site.columns);
    return together
      ? this.#picture(
          same.map(({ name }) => name),
          same.map(({ site, head }) => patternOf(site, head)),
          first.site,
          looked,
          k,
        )
      : html`${open.map(({ name, site, head }) => this.#picture([name], [patternOf(site, head)], site, looked, k))}`;
  }

  #picture(
    names: string[],
    patterns: Float32Array[],
    site: Looked["sites"][number],
    { words }: Looked,
    k: number,
  ): TemplateResult {
    const { view, combine, weighting, grouping } = this.lab.state;
    const mode = combine === "overlay" ? "overlay" : "mean";
    const title = `${names.length === 1 ? "Head" : mode === "mean" ? "Mean of heads" : "Heads"} ${names.join(", ")}${k === 1 ? ", second text" : ""}`;
    const label = names.length === 1 ? this.lab.labels.get(names[0]!) : undefined;
    return html`<figure class="head" data-head=${names.join(",")} data-text=${k}>
      <figcaption>${title}${label ? html` <span class="code l-${label}">${label}</span>` : nothing}</figcaption>
      ${
        view === "matrix"
          ? html`<headwise-pattern .tokens=${site.rows} .columnTokens=${site.columns} .patterns=${patterns} .combine=${mode} .weighting=${weighting} .words=${words} .grouping=${grouping} .names=${names} .label=${label}></headwise-pattern>`
          : html`<headwise-arcs .tokens=${site.rows} .columnTokens=${site.columns} .patterns=${patterns} .combine=${mode} .weighting=${weighting} .words=${words} .grouping=${grouping} .names=${names} .label=${label}></headwise-arcs>`
      }
      ${names.length > 1 && mode === "mean" ? html`<p class="dim">The mean pattern of ${names.length} heads: it is blurred where they differ.</p>` : nothing}
    </figure>`;
  }
}

const WEIGHTINGS = [
  ["raw", "attention"],
  ["norm", "attention × ‖f(x)‖"],
] as const;
const NO_WORDS = "the words of this text are not known";
const VIEWS = [
  ["matrix", "matrix"],
  ["arcs", "arcs"],
] as const;
const COMBINED = [
  ["apart", "side by side"],
  ["mean", "mean"],
  ["overlay", "overlaid"],
] as const;

customElements.define("lab-look", LookPage);
