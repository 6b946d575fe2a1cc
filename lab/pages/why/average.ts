/** The averaging argument: two heads of the open model, their mean, and its loss. */
import { html, type TemplateResult } from "lit";
import { headName, parseHeads } from "../../../src/models/head-names.ts";
import { decimal } from "../../../src/view/page/numbers.ts";
import "../../elements/index.ts";
import type { SitePatterns } from "../../engine/protocol.ts";
import { deeper } from "../deeper.ts";
import { patternOf, siteOf } from "../heads-of.ts";
import { type Blur, blurOf, meanPattern, mostApart } from "./blur.ts";
import { averaged, type EditEffect, editable, effectOf } from "./edits.ts";
import { LiveSection, section } from "./section.ts";

interface Averaged {
  /** The selectable heads. */
  readonly names: readonly string[];
  readonly pair: readonly [string, string];
  readonly site: SitePatterns;
  readonly patterns: readonly [Float32Array, Float32Array];
  readonly blur: Blur;
  readonly before: EditEffect;
  readonly after: EditEffect;
}

class WhyAverage extends LiveSection<Averaged> {
  protected override changed(): void {
    this.ask(this.lab.state.heads.join(), () => this.#average());
  }

  async #average(): Promise<Averaged> {
    const { looked, outcome } = await this.whole();
    const sites = editable(looked);
    const pair = this.#chosen(sites) ?? mostApart(sites);
    if (!pair) throw new Error("this model has no attention with two heads; choose another model");
    const [a, b] = pair.map((name) => siteOf(looked, name)!);
    const patterns = [patternOf(a!.site, a!.head), patternOf(b!.site, b!.head)] as const;
    const changed = await this.lab.engine.outcome(this.texts(), averaged(a!.site, [a!.head, b!.head]));
    return {
      ...{ pair, patterns, site: a!.site, blur: blurOf(patterns, a!.site.columns.length) },
      names: sites.flatMap(({ site, patterns }) => patterns.map((_, h) => headName(site, h))),
      before: effectOf(outcome, outcome),
      after: effectOf(outcome, changed),
    };
  }

  /** Returns the first two heads of the address, if they are of the same attention. */
  #chosen(sites: readonly SitePatterns[]): readonly [string, string] | undefined {
    const [a, b] = this.lab.state.heads;
    if (!a || !b || a === b) return undefined;
    const [one, other] = [a, b].map((name) => siteOf({ sites, milliseconds: 0 }, name)?.site);
    return one && one === other ? [a, b] : undefined;
  }

  protected override render(): TemplateResult {
    return section({
      id: "average",
      title: "The averaging argument",
      claim: html`<p>
        A head has one row of attention weights per word. Suppose one head attends to the subject and another to the previous word. A model with only
        one head that needs both has to average, and the mean of two sharp patterns is blurred. This is
        a theorem: the entropy of a mean is at least the mean of the entropies.
      </p>`,
      live: this.shown((found) => this.#pictures(found)),
      but: html`A head can attend to two places at once and pass on what it found in its values. In our study the
        relation that needs two words at once reached 99.8% accuracy with one head per layer, and 99.8% with sixteen. One head
        was worse at another relation: copying a rare name, 12.6% (guessing) compared with 56.1% with eight.`,
      further: this.found
        ? [
            deeper(
              this.lab,
              { page: "look", heads: this.found.pair, combine: "mean" },
              "these two heads and their mean, enlarged",
            ),
            deeper(this.lab, { page: "train" }, "one head against many, in training"),
          ]
        : [],
    });
  }

  #pictures(found: Averaged): TemplateResult {
    const { pair, site, patterns, names } = found;
    const shown = [
      { title: `Head ${pair[0]}`, pattern: patterns[0] },
      { title: `Head ${pair[1]}`, pattern: patterns[1] },
      { title: "Mean", pattern: meanPattern(patterns) },
    ];
    return html`
      <div class="row start">${[0, 1].map((k) => this.#choose(k as 0 | 1, pair, names))}</div>
      <div class="three">
        ${shown.map(
          ({ title, pattern }) => html`<headwise-figure .name=${title}><figure>
            <figcaption>${title}</figcaption>
            <headwise-pattern .tokens=${site.rows} .columnTokens=${site.columns} .pattern=${pattern} .maxHeight=${300} .label=${null}></headwise-pattern>
          </figure></headwise-figure>`,
        )}
      </div>
      ${numbers(found)}
    `;
  }

  #choose(place: 0 | 1, pair: readonly [string, string], names: readonly string[]): TemplateResult {
    const cut = (name: string) => parseHeads(name).site;
    const onChange = (event: Event) => {
      const name = (event.target as HTMLSelectElement).value;
      // the other head is moved to the chosen attention
      const rest = names.filter((one) => cut(one) === cut(name) && one !== name);
      const other = rest.includes(pair[1 - place]!) ? pair[1 - place]! : rest[0]!;
      this.lab.set({ heads: place === 0 ? [name, other] : [other, name] });
    };
    return html`<label class="field">${place === 0 ? "First head" : "Second head of the layer"}
      <select @change=${onChange}>${names
        .filter((name) => place === 0 || cut(name) === cut(pair[0]))
        .map((name) => html`<option value=${name} ?selected=${name === pair[place]}>${name}</option>`)}</select></label>`;
  }
}

function numbers({ pair, blur, before, after }: Averaged): TemplateResult {
  const rows: [string, number][] = [
    ...pair.map((name, k): [string, number] => [`head ${name}`, blur.each[k]!]),
    ["mean of both entropies", blur.apart],
    ["mean pattern", blur.together],
  ];
  return html`<div class="scroll"><table aria-label="Entropy of the patterns">
      <thead><tr><th scope="col" class="text">entropy of a row</th><th scope="col">nats</th><th scope="col">effective number of words</th></tr></thead>
      <tbody>${rows.map(([name, nats]) => html`<tr><th scope="row">${name}</th><td>${decimal(nats)}</td><td>${decimal(Math.exp(nats), 1)}</td></tr>`)}</tbody>
    </table></div>
    <p>
      The mean is blurred by <strong>${decimal(blur.together - blur.apart)} nats</strong>, of at most ${decimal(Math.LN2)}.
      With this mean in place of both patterns, the model’s ${before.name} goes from ${decimal(before.value, 3)} to
      <strong>${decimal(after.value, 3)}</strong> ${after.unit}${remark(before, after)}
    </p>`;
}

function remark(before: EditEffect, after: EditEffect): string {
  const cost = Math.abs(after.value - before.value);
  return cost < 0.005 ? ": on this text, one pattern would suffice." : ".";
}

customElements.define("why-average", WhyAverage);
