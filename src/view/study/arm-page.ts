/** A study of arms as one offline page, and its findings as sentences. */
import { leastP } from "../../stats/inference.ts";
import type { ArmStudyResult, StudyMeasure, TestedArms } from "../../study/arm-study.ts";
import { ARM_STYLE, armChart } from "../chart/arm-chart.ts";
import { htmlPage } from "../page/html.ts";
import { decimal, plural, significance } from "../page/numbers.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";

const LEVEL = 0.05;
const DIGITS = 3;

/** Returns what the tests found and did not find, in sentences with figures. */
export function armFindings({ design, means, tests }: ArmStudyResult): { found: string[]; notFound: string[] } {
  const titleOf = (name: string) => design.measures.find((measure) => measure.name === name)!;
  const sentence = (test: TestedArms): string => {
    const { title, unit } = titleOf(test.measure);
    const at = (arm: string) => decimal(means[arm]?.[test.measure]?.mean, DIGITS);
    return `${title}: ${at(test.arm)} (${test.arm}) against ${at(test.against)} (${test.against}) ${unit}; difference ${decimal(test.difference, DIGITS)}, exact permutation ${significance(test.p)}, corrected ${significance(test.corrected)}.`;
  };
  const least = leastP(design.seeds, design.seeds);
  const weak = `With ${plural(design.seeds, "seed")} per arm, no exact test can reach p below ${decimal(least, 3)}, so nothing here can be significant at ${LEVEL}.`;
  return {
    found: tests.filter(({ corrected }) => corrected <= LEVEL).map(sentence),
    notFound: [...(least > LEVEL ? [weak] : []), ...tests.filter(({ corrected }) => corrected > LEVEL).map(sentence)],
  };
}

/** Returns one HTML file: light and dark, without scripts. */
export function armPage(result: ArmStudyResult): string {
  const { design } = result;
  const { found, notFound } = armFindings(result);
  const body = `<header class="opening"><p class="kicker">Headwise study</p><h1>${escaped(design.title)}</h1>
<p class="intro">${escaped(design.question)} Dots are seeds; circles are means with 95% intervals over ${plural(design.seeds, "seed")}.</p></header>
<main>
${part("Arms", armList(result))}
${part("Findings of the tests that were fixed in advance", sentences(found))}
${part("Not found", sentences(notFound))}
${part("Measures", element("div", { class: "charts" }, ...design.measures.map((measure) => chartOf(result, measure))))}
${part("Numbers", numbers(result))}
</main>
<footer><p class="dim">Headwise ${escaped(result.headwise)}, ${plural(result.threads, "thread")}, ${plural(Math.ceil(result.seconds / 60), "minute")} of training and evaluation.</p></footer>`;
  return htmlPage({ title: design.title, style: `${reportStyle()}${ARM_STYLE}${STYLE}`, body });
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

function chartOf(result: ArmStudyResult, { name, title, unit, better }: StudyMeasure): string {
  const rows = result.design.arms.flatMap((arm) => {
    const found = result.means[arm.name]?.[name];
    return found ? [{ name: arm.name, ...found, seeds: valuesOf(result, arm.name, name) }] : [];
  });
  const note = `${unit}${better ? `; ${better} is better` : ""}`;
  return element("figure", {}, armChart(title, rows, DIGITS), element("figcaption", { class: "dim" }, escaped(note)));
}

function numbers({ design, means }: ArmStudyResult): string {
  const header = ["arm", ...design.measures.map(({ title }) => title)].map((title) =>
    element("th", { scope: "col" }, escaped(title)),
  );
  const rows = design.arms.map(({ name }) => {
    const cells = design.measures.map((measure) => {
      const found = means[name]?.[measure.name];
      if (!found) return element("td", {}, "–");
      const { mean, low, high } = found;
      const span = low === undefined ? "" : ` <span class="dim">${decimal(low, DIGITS)} to ${decimal(high, DIGITS)}</span>`;
      return element("td", {}, `${decimal(mean, DIGITS)}${span}`);
    });
    return element("tr", {}, element("th", { scope: "row" }, escaped(name)), ...cells);
  });
  const table = element(
    "table",
    { class: "numbers" },
    element("thead", {}, element("tr", {}, ...header)),
    element("tbody", {}, ...rows),
  );
  return element("div", { class: "scroll" }, table);
}

const STYLE = `
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 26px 32px; margin-top: 14px }
.charts figcaption { font-size: 12.5px; margin-top: 4px }
.findings { padding-left: 18px; max-width: 90ch; margin-top: 10px }
.findings li { margin-bottom: 6px }
.numbers th, .numbers td { white-space: normal; vertical-align: top }
.numbers td .dim { display: block; white-space: nowrap; font-size: 12px }
footer { padding-block: 40px }
`;
