/** A study of arms as one offline page, and its findings as sentences. */

import { getOrAdd } from "../../params/keyed.ts";
import {
  type ArmStudyResult,
  isPaired,
  leastPOf,
  type StudyDesign,
  type StudyMeasure,
  type TestedArms,
} from "../../study/arms/arm-study.ts";
import { ARM_STYLE, armChart } from "../chart/arm-chart.ts";
import { htmlPage } from "../page/html.ts";
import { decimal, plural, significance } from "../page/numbers.ts";
import { figureOf, scroller } from "../page/opening.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";

const LEVEL = 0.05;
const DIGITS = 3;

/** Returns what the tests found and did not find, in sentences with figures. */
export function armFindings(result: ArmStudyResult): { found: string[]; notFound: string[] } {
  const { design, tests } = result;
  const sentences = (some: readonly TestedArms[]) => some.map((test) => sentence(result, test));
  return {
    found: sentences(tests.filter(({ corrected }) => corrected <= LEVEL)),
    notFound: [...weaknesses(design), ...sentences(tests.filter(({ corrected }) => corrected > LEVEL))],
  };
}

function sentence({ design, means }: ArmStudyResult, test: TestedArms): string {
  const measureOf = (name: string) => design.measures.find((measure) => measure.name === name)!;
  const { title, unit, digits = DIGITS } = measureOf(test.measure);
  const at = (arm: string, measure = test.measure) => decimal(means[arm]?.[measure]?.mean, digits);
  const result = `difference ${decimal(test.difference, digits)}`;
  const corrected = `corrected ${significance(test.corrected)}`;
  if (isPaired(test)) {
    const other = measureOf(test.againstMeasure).title;
    const against = `${at(test.arm, test.againstMeasure)} (${other.slice(0, 1).toLowerCase()}${other.slice(1)})`;
    return `${title}: ${at(test.arm)} against ${against} ${unit}, same models (${test.arm}); ${result}, exact sign flips ${significance(test.p)}, ${corrected}.`;
  }
  return `${title}: ${at(test.arm)} (${test.arm}) against ${at(test.against)} (${test.against}) ${unit}; ${result}, exact permutation ${significance(test.p)}, ${corrected}.`;
}

/** Returns a sentence if there are too few seeds for some tests; sign flips need more seeds than permutations. */
function weaknesses(design: StudyDesign): string[] {
  const { tests, seeds } = design;
  const weak = tests.map((test) => leastPOf(design, test)).filter((least) => least > LEVEL);
  if (weak.length === 0) return [];
  const [kind, none] =
    weak.length === tests.length ? ["exact test", "nothing here"] : ["test by sign flips", "no difference of that kind"];
  const least = decimal(Math.min(...weak), 3);
  return [
    `With ${plural(seeds, "seed")} per arm, no ${kind} can reach p below ${least}, so ${none} can be significant at ${LEVEL}.`,
  ];
}

/** Returns one HTML file, light and dark. `elements` is the module that saves its charts (`elementsModule`). */
export function armPage(result: ArmStudyResult, elements = ""): string {
  const { design } = result;
  const { found, notFound } = armFindings(result);
  const body = `<header class="opening"><p class="kicker">Headwise study</p><h1>${escaped(design.title)}</h1>
<p class="intro">${escaped(design.question)} Dots are seeds; circles are means with 95% intervals over ${plural(design.seeds, "seed")}.</p></header>
<main>
${part("Arms", armList(result))}
${part("Findings of the tests that were fixed in advance", sentences(found))}
${part("Not found", sentences(notFound))}
${part("Measures", element("div", { class: "charts" }, ...chartsOf(result)))}
${part("Numbers", numbers(result))}
</main>
<footer><p class="dim">Headwise ${escaped(result.headwise)}, ${plural(result.threads, "thread")}, ${plural(Math.ceil(result.seconds / 60), "minute")} of training and evaluation.</p></footer>`;
  return htmlPage({ title: design.title, style: `${reportStyle()}${ARM_STYLE}${STYLE}`, module: elements, body });
}

const part = (title: string, ...body: readonly string[]): string =>
  element("section", { class: "part" }, element("h2", {}, escaped(title)), ...body);

const sentences = (texts: readonly string[]): string =>
  texts.length === 0
    ? element("p", {}, "Nothing.")
    : element("ul", { class: "findings" }, ...texts.map((text) => element("li", {}, escaped(text))));

const armList = ({ design }: ArmStudyResult): string =>
  element(
    "ul",
    { class: "findings" },
    ...design.arms.map(({ name, text }) => element("li", {}, element("b", {}, escaped(name)), escaped(`: ${text}`))),
  );

const valuesOf = ({ models }: ArmStudyResult, arm: string, measure: string): number[] =>
  models.flatMap(({ arm: own, values }) => (own === arm && values[measure] !== undefined ? [values[measure]] : []));

/** Draws a chart of every measure, or of the measures that share one. */
function chartsOf(result: ArmStudyResult): string[] {
  const groups = new Map<string, StudyMeasure[]>();
  for (const measure of result.design.measures) getOrAdd(groups, measure.chart?.title ?? measure.title, () => []).push(measure);
  return [...groups].map(([title, measures]) => chartOf(result, title, measures));
}

function chartOf(result: ArmStudyResult, title: string, measures: readonly StudyMeasure[]): string {
  const arms = result.design.arms.filter(({ name: arm }) => measures.some(({ name }) => result.means[arm]?.[name]));
  const rowOf = (arm: string, { chart }: StudyMeasure) =>
    [...(arms.length > 1 || !chart ? [arm] : []), ...(chart ? [chart.row] : [])].join(", ");
  const rows = measures.flatMap((measure) =>
    arms.flatMap(({ name: arm }) => {
      const found = result.means[arm]?.[measure.name];
      return found ? [{ name: rowOf(arm, measure), ...found, seeds: valuesOf(result, arm, measure.name) }] : [];
    }),
  );
  const { unit, better, digits = DIGITS, chart } = measures[0]!;
  const of = chart && arms.length === 1 ? `${arms[0]!.name}; ` : "";
  const note = `${of}${unit}${better ? `; ${better} is better` : ""}`;
  return figureOf(
    title,
    element("figure", {}, armChart(title, rows, digits), element("figcaption", { class: "dim" }, escaped(note))),
  );
}

/** Returns a table with a row for every measure and a column for every arm. */
function numbers({ design, means }: ArmStudyResult): string {
  const header = ["measure", ...design.arms.map(({ name }) => name)].map((name) =>
    element("th", { scope: "col" }, escaped(name)),
  );
  const rows = design.measures.map(({ name, title, unit, digits = DIGITS }) => {
    const cells = design.arms.map((arm) => {
      const found = means[arm.name]?.[name];
      if (!found) return element("td", {}, "–");
      const { mean, low, high } = found;
      const span =
        low === undefined || low === high
          ? ""
          : ` <span class="dim">${decimal(low, digits)} to ${decimal(high, digits)}</span>`;
      return element("td", {}, `${decimal(mean, digits)}${span}`);
    });
    const head = element("th", { scope: "row" }, escaped(title), element("span", { class: "dim" }, escaped(unit)));
    return element("tr", {}, head, ...cells);
  });
  const table = element(
    "table",
    { class: "numbers" },
    element("thead", {}, element("tr", {}, ...header)),
    element("tbody", {}, ...rows),
  );
  return scroller("Means by arm", table);
}

const STYLE = `
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 26px 32px; margin-top: 14px }
.charts figcaption { font-size: 12.5px; margin-top: 4px }
.findings { padding-left: 18px; max-width: 90ch; margin-top: 10px }
.findings li { margin-bottom: 6px }
.numbers th, .numbers td { white-space: normal; vertical-align: top }
.numbers th[scope="row"] { min-width: 180px }
.numbers td .dim, .numbers th .dim { display: block; font-weight: 400; font-size: 12px }
.numbers td .dim { white-space: nowrap }
footer { padding-block: 40px }
`;
