/** The page Subspaces: the tokens of a text in the spaces of two heads, their angles, and the coverage of a layer's heads. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { headName, parseHeads } from "../../../src/models/head-names.ts";
import { decimal, percent, plural } from "../../../src/view/page/numbers.ts";
import { readableTokens } from "../../../src/view/page/readable-tokens.ts";
import { displayToken } from "../../../src/view/page/tokens.ts";
import type { OpenedModel } from "../../engine/protocol.ts";
import type { Between, LayerCoverage, Scatter, SpaceName } from "../../engine/subspaces.ts";
import { LabPage } from "../../page.ts";
import type { State } from "../../state.ts";
import { choice } from "../controls.ts";
import "./scatter.ts";
import { anglesChart, coverageChart } from "./subspace-charts.ts";

interface Asked {
  readonly text: string;
  readonly space: SpaceName;
  readonly heads: readonly [string, string];
}

interface Shown {
  readonly asked: Asked;
  readonly scatters: readonly [Scatter, Scatter];
  readonly between: Between;
  readonly coverage: readonly LayerCoverage[];
}

class SubspacesPage extends LabPage {
  readonly #look = this.answer((asked: Asked) => this.#ask(asked));

  async #ask(asked: Asked): Promise<Shown> {
    const { lab } = this;
    const { engine } = lab;
    const { text, space, heads } = asked;
    const [a, b] = heads;
    const scatters = [await engine.scatter(text, space, a), await engine.scatter(text, space, b)] as const;
    const between = await lab.once(`between ${space} ${a} ${b}`, () => engine.between(space, a, b));
    const sites = [...new Set([siteOf(a), siteOf(b)])];
    const coverage: LayerCoverage[] = [];
    for (const site of sites) {
      coverage.push(
        await lab.once(`coverage ${space} ${site}`, () => lab.during((report) => engine.coverage(space, site, report))),
      );
    }
    return { asked, scatters, between, coverage };
  }

  protected override changed(): void {
    const { model, state } = this.lab;
    const { text } = this.texts();
    const asked = model && { text, space: state.space, heads: headsOf(model, state.heads) };
    if (asked) this.askAboutText(this.#look, [asked], asked);
    else this.#look.clear();
  }

  protected override render(): TemplateResult {
    const { lab } = this;
    const set = (change: Partial<State>) => lab.set(change);
    return html`
      <h1>Head subspaces</h1>
      <p class="intro">A head sees tokens only through a projection to a few of the model’s ${lab.model?.width ?? "many"} directions. The plots show the same tokens in the spaces of two heads.</p>
      <section class="controls one" aria-label="Text and heads">
        ${this.textField("text", "Text", "Type a text")}
        <div class="row">
          ${choice("Space of the", "space", lab.state.space, SPACES, set)}
          ${lab.model ? this.#choices(lab.model) : nothing}
        </div>
      </section>
      ${this.answered(this.#look, (shown) => this.#pictures(shown))}
    `;
  }

  #choices(model: OpenedModel): TemplateResult {
    const heads = headsOf(model, this.lab.state.heads);
    const choose = (k: number, name: string) => this.lab.set({ heads: heads.with(k, name) }, true);
    return html`${["Head", "and head"].map(
      (name, k) => html`<label class="pick">${name}
        <select name="head-${k}" .value=${live(heads[k]!)} @change=${(event: Event) => choose(k, (event.target as HTMLSelectElement).value)}>
          ${model.sites.map(
            (site) =>
              html`<optgroup label=${/^\d+$/.test(site.name) ? `layer ${site.name}` : site.name}>
                ${Array.from({ length: site.heads }, (_, head) => headName(site.name, head)).map((one) => html`<option value=${one} ?selected=${one === heads[k]}>${one}</option>`)}
              </optgroup>`,
          )}
        </select></label>`,
    )}`;
  }

  #pictures({ asked, scatters, between, coverage }: Shown): TemplateResult {
    const same = `${scatters[0].tokens}` === `${scatters[1].tokens}`;
    return html`
      <div class="scatters">${scatters.map((scatter, k) => this.#scatter(scatter, asked.space, same || k === 0))}</div>
      ${this.#tokens(scatters[0].tokens)}
      <p class="dim">Drag to rotate, or use the arrow keys. Each plot shows the three directions of largest variance of these tokens, with their shares: only distances between tokens matter, not the direction of the axes.${same ? nothing : html` These two heads read different tokens, so a token is marked in the first plot only.`}</p>
      <div class="pair-of">
        <section aria-labelledby="angles"><h2 id="angles">Angles between the two spaces</h2>${this.#between(between, asked, scatters)}</section>
        <section aria-labelledby="cover"><h2 id="cover">Coverage of a layer’s heads</h2>${coverage.map(covered)}</section>
      </div>
    `;
  }

  #scatter({ head, shared, tokens, points, shares, dimensions }: Scatter, space: SpaceName, marked: boolean): TemplateResult {
    const kept = shares.reduce((sum, share) => sum + share, 0);
    const name = shared === undefined ? `Head ${head}` : `Head ${head} (key/value head ${shared})`;
    const says = `3 of ${plural(dimensions, "direction")}, ${percent(kept)} of the variance of these ${NAMES[space]}`;
    return html`<headwise-figure .name=${`${name}, ${NAMES[space]}`}><figure data-head=${head}>
      <figcaption>${name} <span class="dim">${says}</span></figcaption>
      <lab-scatter .points=${points} .tokens=${readableTokens(tokens).map(displayToken)} .shares=${shares} .picked=${marked ? this.lab.state.token : -1} .label="${name}: ${tokens.length} tokens, ${says}"
        @token-pick=${(event: CustomEvent<number>) => marked && this.lab.set({ token: event.detail })}></lab-scatter>
    </figure></headwise-figure>`;
  }

  #tokens(tokens: readonly string[]): TemplateResult {
    const { token } = this.lab.state;
    return html`<div class="tokens" role="group" aria-label="Token to mark in both plots">
      ${readableTokens(tokens).map((name, k) => html`<button type="button" aria-pressed=${k === token} @click=${() => this.lab.set({ token: k === token ? -1 : k })}>${displayToken(name)}</button>`)}
    </div>`;
  }

  #between(between: Between, { heads: [a, b] }: Asked, [first, second]: Shown["scatters"]): TemplateResult {
    const { angles, overlap, random } = between;
    if (angles.length === 0) return html`<p>One of the two spaces is empty, since its weights are zero.</p>`;
    if (a === b) return html`<p>Both selections are the same head; choose two different ones.</p>`;
    if (first.shared !== undefined && first.shared === second.shared) {
      return html`<p>Heads ${a} and ${b} share key/value head ${first.shared}, so their spaces are the same.</p>`;
    }
    const degrees = (angle: number) => `${decimal((180 * angle) / Math.PI, 0)}°`;
    return html`<p>The mean cos² of their angles is <strong>${decimal(overlap)}</strong>; random subspaces of the same dimensions have ${decimal(random)}${comparedWithRandom(overlap / random)}. The smallest angle is ${degrees(angles[0]!)}, the largest ${degrees(angles.at(-1)!)}.</p>
      ${anglesChart(between)}
      <p class="key"><span class="mark dot">heads ${a} and ${b}</span> <span class="mark random">random subspaces</span></p>`;
  }
}

const comparedWithRandom = (times: number): string =>
  times >= 1.1
    ? `, so the overlap is ${decimal(times, 1)} times that of random subspaces`
    : times <= 0.9
      ? ", so they overlap less than random subspaces"
      : ", so they overlap as much as random subspaces";

function covered(layer: LayerCoverage): TemplateResult {
  const { heads, steps, width, dimensions, shared } = layer;
  const last = steps.at(-1)!;
  const site = siteOf(heads[0]!);
  const name = /^\d+$/.test(site) ? `Layer ${site}` : site;
  const could = Math.min(width, heads.length * dimensions);
  const kind = shared ? "key/value head" : "head";
  return html`<p>${name}: ${plural(heads.length, kind)} of ${plural(dimensions, "dimension")} could cover ${could} of ${plural(width, "direction")}; they cover <strong>${last.rank}</strong> (${shareOf(last.rank, width)}). Because the spaces overlap, the effective number of directions is <strong>${decimal(last.even, 0)}</strong>; for random subspaces it would be ${decimal(last.random, 0)}.</p>
    ${coverageChart(layer)}
    <p class="key"><span class="mark rank">covered</span> <span class="mark even">effective, counting overlaps</span> <span class="mark random">effective, random subspaces</span></p>`;
}

/** Formats a share; nearly all is not rounded up to 100%. */
const shareOf = (rank: number, width: number): string =>
  rank < width && rank > 0.99 * width ? `${decimal((100 * rank) / width, 1)}%` : percent(rank / width);

const siteOf = (head: string): string => parseHeads(head).site;

/** Returns the two heads of the address if the model has them, else its first two. */
function headsOf({ sites }: OpenedModel, wanted: readonly string[]): [string, string] {
  const all = sites.flatMap(({ name, heads }) => Array.from({ length: heads }, (_, head) => headName(name, head)));
  const known = wanted.filter((head) => all.includes(head));
  const [a = all[0]!] = known;
  return [a, known[1] ?? all.find((head) => head !== a && siteOf(head) === siteOf(a)) ?? all.find((head) => head !== a) ?? a];
}

const SPACES = [
  ["q", "queries"],
  ["k", "keys"],
  ["v", "values"],
  ["o", "outputs"],
] as const;

const NAMES: Readonly<Record<SpaceName, string>> = { q: "queries", k: "keys", v: "values", o: "outputs" };

customElements.define("lab-subspaces", SubspacesPage);
