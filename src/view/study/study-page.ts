/** The study as one offline page: skill by number of heads, effects of each head, and test results. */

import { RELATIONS } from "../../corpus/world/target.ts";
import { headName } from "../../models/head-names.ts";
import type { HeadEffects } from "../../study/effects.ts";
import type { StudyResult } from "../../study/one-or-many.ts";
import type { AccuracyCurve } from "../../study/summary.ts";
import { COUNT_STYLE, type CountChart, type CountPoint, countChart } from "../chart/count-curves.ts";
import { htmlPage } from "../page/html.ts";
import { decimal, plural } from "../page/numbers.ts";
import { figureOf, scroller } from "../page/opening.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";
import { findings } from "./findings.ts";

const pointsOf = (curves: readonly AccuracyCurve[]): CountPoint[] =>
  curves.map(({ heads, value, seeds }) => ({ heads, seeds, ...value }));

/** Returns one HTML file: light and dark, without scripts. */
export function studyPage(result: StudyResult, elements = ""): string {
  const title = "One head or many heads";
  const { found, notFound } = findings(result.study, result.summary);
  const body = `<header class="opening"><p class="kicker">Headwise study</p><h1>${title}</h1>
<p class="intro">${opening(result)}</p></header>
<main>
${part("Findings", sentences(found))}
${part("Negative results", sentences(notFound))}
${part("Accuracy by relation", skillIntro(result), element("div", { class: "counts" }, ...skillCharts(result)))}
${part("Compromise and specialization", COMPROMISE, element("div", { class: "counts" }, ...compromiseCharts(result)))}
${part("Effects of each head", EFFECTS, ...effectTables(result))}
${part("Diversity of attention patterns", DIVERGENCE, divergenceTable(result))}
</main>
<footer><p class="dim">Headwise ${escaped(result.headwise)}, ${plural(result.threads, "thread")}, ${duration(result.seconds)} of training and evaluation.</p></footer>`;
  return htmlPage({ title, style: `${reportStyle()}${COUNT_STYLE}${STYLE}`, module: elements, body });
}

const duration = (seconds: number): string =>
  seconds < 100 ? plural(Math.round(seconds), "second") : plural(Math.round(seconds / 60), "minute");

/** Describes the experiment. */
function opening({ study, models }: StudyResult): string {
  const { layers, width, steps, batch, controls } = study;
  const trained = models.filter(({ arm }) => arm === "trained").length;
  return `${plural(trained, "language model")} of ${plural(layers, "layer")} and width ${width}, identical except for their number of heads, are trained on the synthetic world of relations for ${plural(steps, "step")} of ${plural(batch, "document")}. The number of parameters does not depend on the number of heads. There are also ${plural(models.length - trained, "control")} with ${plural(controls.heads, "head")}: untrained, trained on shuffled words, and trained from heads that start equal. Dots are seeds; lines are means with 95% intervals over seeds.`;
}

const part = (title: string, ...body: readonly string[]): string =>
  element("section", { class: "part" }, element("h2", {}, escaped(title)), ...body);

const sentences = (texts: readonly string[]): string =>
  texts.length === 0
    ? element("p", {}, "Nothing.")
    : element("ul", { class: "findings" }, ...texts.map((t) => element("li", {}, escaped(t))));

const skillIntro = ({ study }: StudyResult): string =>
  element(
    "p",
    { class: "intro" },
    `Accuracy among the candidates for a target, on ${plural(study.documents, "held-out document")}. Ceiling: a reader of the gold sources; bag: a reader of all previous words without their order; chance: a random candidate.`,
  );

const saved = (chart: CountChart): string => figureOf(chart.title, countChart(chart));

function skillCharts({ summary, readers }: StudyResult): string[] {
  const charts = RELATIONS.map((r) => {
    const reading = readers.find(({ relation }) => relation === r)!;
    const lines = [
      { name: "ceiling", value: reading.ceiling },
      { name: "bag", value: reading.bag },
      { name: "chance", value: reading.chance },
    ];
    return saved({ title: r, points: pointsOf(summary.accuracy[r]), lines, range: [0, 1] });
  });
  return [...charts, saved({ title: "mean of all", points: pointsOf(summary.meanAccuracy), range: [0, 1] })];
}

const COMPROMISE = element(
  "p",
  { class: "intro" },
  "From ablating each head alone (mean ablation): the effective number of relations per head (e to the entropy of its effects' shares, heads weighted by total effect), and the effective number of heads per relation.",
);

function compromiseCharts({ summary }: StudyResult): string[] {
  return [
    saved({ title: "relations per head", points: pointsOf(summary.relationsOfHead), digits: 1 }),
    saved({ title: "heads per relation", points: pointsOf(summary.headsOfRelation), digits: 1 }),
    saved({ title: "held-out loss, nats per token", points: pointsOf(summary.loss) }),
  ];
}

const EFFECTS = element(
  "p",
  { class: "intro" },
  "Loss of accuracy, in points, when one head is ablated: its output is replaced by its mean at each position (in brackets: by zero). First seed of each head count; bold if the 95% interval over documents is above zero.",
);

function effectTables({ study, models }: StudyResult): string[] {
  return study.heads.map((heads) => {
    const model = models.find((m) => m.arm === "trained" && m.heads === heads && m.seed === 1)!;
    const header = element("tr", {}, element("th", {}, "head"), ...RELATIONS.map((r) => element("th", {}, r)));
    const table = element(
      "table",
      { class: "effects" },
      element("thead", {}, header),
      element("tbody", {}, ...model.perHead.map(effectRow)),
    );
    return element("h3", {}, plural(heads, "head")) + scroller(`Effects of ${plural(heads, "head")}`, table);
  });
}

/** The percentage of color in the cell of the largest effects: text stays legible on it. */
const SHADE = 55;

function effectRow({ layer, head, effects }: HeadEffects): string {
  const cells = RELATIONS.map((r) => {
    const { accuracy, low } = effects.mean[r];
    const shade = Math.round(SHADE * Math.min(1, Math.max(0, accuracy) / 0.5));
    const lost = decimal(100 * accuracy, 0);
    const zero = `<span class="dim">(${decimal(100 * effects.zero[r].accuracy, 0)})</span>`;
    const style = `background:color-mix(in srgb, var(--fill) ${shade}%, transparent)`;
    return element("td", { style }, `${low > 0 ? element("b", {}, lost) : lost} ${zero}`);
  });
  return element("tr", {}, element("th", { scope: "row" }, headName(layer, head)), ...cells);
}

const DIVERGENCE = element(
  "p",
  { class: "intro" },
  "The generalized Jensen–Shannon divergence of a layer's patterns, H(mean of heads) − mean of H(head), in nats: 0 if all heads have the same pattern, at most ln h.",
);

function divergenceTable({ study, summary }: StudyResult): string {
  const row = (name: string, cells: readonly string[]) =>
    element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((c) => element("td", {}, c)));
  const layers = Array.from({ length: study.layers }, (_, l) => l);
  const header = element(
    "tr",
    {},
    element("th", {}, plural(study.controls.heads, "head")),
    ...layers.map((l) => element("th", {}, `layer ${l}`)),
  );
  const values = (["trained", "random", "shuffled"] as const).map((arm) =>
    row(
      arm,
      layers.map((l) => {
        const { mean, low, high } = summary.divergence[arm][l]!;
        return (
          decimal(mean, 3) + (low === undefined ? "" : ` <span class="dim">(${decimal(low, 3)} to ${decimal(high, 3)})</span>`)
        );
      }),
    ),
  );
  const tests = (["random", "shuffled"] as const).map((arm) =>
    row(
      `p, trained against ${arm} (Holm)`,
      layers.map((l) => decimal(summary.divergenceTests[arm][l]!.corrected, 3)),
    ),
  );
  const parts = [element("thead", {}, header), element("tbody", {}, ...values, ...tests)];
  return scroller("Divergence by layer", element("table", { class: "layers" }, ...parts));
}

const STYLE = `
.counts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 240px), 1fr)); gap: 20px 28px }
.findings { padding-left: 18px; max-width: 90ch; margin-top: 10px }
.findings li { margin-bottom: 6px }
h3 { margin: 18px 0 6px }
.effects td, .effects th { padding: 2px 9px }
.effects b { font-weight: 650 }
.effects td .dim { color: inherit; opacity: .85 }
.effects th:first-child { position: sticky; left: 0; padding-right: 14px; background: var(--paper) }
.layers th:first-child { white-space: normal; min-width: 8.5em }
.layers td .dim { white-space: nowrap }
.layers td { white-space: normal }
footer { padding-block: 40px }
`;
