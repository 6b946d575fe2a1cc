/** `sweep.html`: each measure against each axis, learning curves, tests and the table of all models, in one offline file. */
import type { SettingMeans, SweepResults } from "../../sweep/results.ts";
import { learningCurves, SETTING_STYLE, type SettingPoint, settingChart } from "../chart/setting-chart.ts";
import { htmlPage } from "../page/html.ts";
import { decimal, plural, significance } from "../page/numbers.ts";
import { figureOf, scroller } from "../page/opening.ts";
import { reportStyle } from "../page/style.ts";
import { element, escaped } from "../page/xml.ts";
import { bestWords, settingName, statesWords } from "./sweep-words.ts";

type Measure = SweepResults["measures"][number];
type Axis = SweepResults["axes"][number];

/** The most lines of a chart: with more combinations of the other axes, only those of the best setting are drawn. */
const LINES = 6;

/** Returns the page as text. `elements` is the module that saves its charts (`elementsModule`). */
export function sweepPage(results: SweepResults, elements = ""): string {
  const { name, axes, measures, best, seeds, headwise } = results;
  const grid = axes.map((axis) => `${axis.name}: ${axis.settings.map((one) => one.name).join(", ")}`);
  const body = `<header class="opening"><p class="kicker">Headwise sweep</p><h1>${escaped(name)}</h1>
<p class="intro">${escaped(`${statesWords(results)} ${grid.join("; ")}${grid.length > 0 ? "; " : ""}${plural(seeds.length, "seed")}. Dots are seeds; circles are means with 95% intervals over seeds.`)}</p></header>
<main>
${best.length > 0 ? part("Best setting", element("ul", { class: "findings" }, ...best.map((one) => element("li", {}, escaped(bestWords(results, one)))))) : ""}
${part("Measures by axis", element("div", { class: "charts" }, ...axes.flatMap((axis) => measures.map((measure) => axisFigure(results, axis, measure)))))}
${part("Learning curves", element("div", { class: "charts" }, curvesFigure(results)))}
${best.length > 0 ? part("Against the best setting", ...best.map((one) => testsOf(results, one))) : ""}
${part("All models", modelTable(results))}
</main>
<footer><p class="dim">Headwise ${escaped(headwise)}.</p></footer>`;
  return htmlPage({
    title: `${name} · sweep · Headwise`,
    style: `${reportStyle()}${SETTING_STYLE}${STYLE}`,
    module: elements,
    body,
  });
}

const part = (title: string, ...body: readonly string[]): string =>
  element("section", { class: "part" }, element("h2", {}, escaped(title)), ...body);

/** Draws a measure by an axis: a line for each combination of the other axes. */
function axisFigure({ settings, best }: SweepResults, axis: Axis, { name, title, unit, digits }: Measure): string {
  const others = ({ setting }: SettingMeans) =>
    Object.fromEntries(Object.entries(setting).filter(([one]) => one !== axis.name));
  const known = settings.filter(({ means }) => means[name]);
  if (known.length === 0) return "";
  const groups = new Map(known.map((one) => [JSON.stringify(others(one)), others(one)]));
  const top = best.find(({ measure }) => measure === name);
  const many = groups.size > LINES;
  const kept = [...groups]
    .filter(([key]) => !many || !top || key === JSON.stringify(others({ ...known[0]!, setting: top.setting })))
    .slice(0, LINES);
  const series = kept.map(([key, other]) => ({
    name: Object.keys(other).length === 0 ? "" : settingName(other),
    points: axis.settings.map((one): SettingPoint | null => {
      const found = known.find((each) => each.setting[axis.name] === one.name && JSON.stringify(others(each)) === key);
      const { mean, low, high, values } = found?.means[name] ?? {};
      return mean === undefined ? null : { mean, low, high, seeds: values ?? [] };
    }),
  }));
  const chart = settingChart({ title, axis: axis.name, settings: axis.settings.map((one) => one.name), series, digits });
  const only = many
    ? `; of ${groups.size} combinations of the other axes, ${top ? "that of the best setting" : `the first ${LINES}`}`
    : "";
  return figureOf(
    `${title} by ${axis.name}`,
    element("figure", {}, chart, element("figcaption", { class: "dim" }, escaped(`${unit}${only}`))),
  );
}

function curvesFigure({ rows }: SweepResults): string {
  const curves = rows.flatMap(({ setting, result }) =>
    result && result.curve.length > 1 ? [{ group: settingName(setting), points: result.curve }] : [],
  );
  if (curves.length === 0) return element("p", { class: "dim" }, "No model has more than one evaluation yet.");
  return figureOf("Learning curves", element("figure", {}, learningCurves("Held-out loss", curves)));
}

function testsOf({ measures }: SweepResults, { measure, setting, others, test }: SweepResults["best"][number]): string {
  const { title, digits } = measures.find(({ name }) => name === measure)!;
  const rows = others.map(({ setting: other, difference, p, corrected }) => [
    ...[
      settingName(other),
      `${decimal(difference.mean, digits)}${difference.low === undefined ? "" : ` [${decimal(difference.low, digits)}, ${decimal(difference.high, digits)}]`}`,
    ],
    ...[significance(p), significance(corrected)],
  ]);
  const head = ["setting", "difference, with its 95% interval", "p", "Holm"];
  return (
    element("h3", {}, escaped(`${title}, against ${settingName(setting)} (${test})`)) +
    tableOf(`${title} against the best setting`, head, rows)
  );
}

function modelTable({ rows, measures }: SweepResults): string {
  const shown = measures.filter(({ better }) => better);
  const cells = rows.map(({ setting, seed, state, message, result }) => [
    ...[settingName(setting), String(seed), message ?? state],
    ...shown.map(({ name, digits }) => decimal(result?.values[name]?.value, digits)),
    decimal(result?.seconds, 0),
  ]);
  return tableOf("All models", ["setting", "seed", "state", ...shown.map(({ title }) => title), "seconds"], cells);
}

function tableOf(name: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const header = element("tr", {}, ...head.map((title) => element("th", { scope: "col" }, escaped(title))));
  const body = rows.map(([first = "", ...cells]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, escaped(first)),
      ...cells.map((cell) => element("td", {}, escaped(cell))),
    ),
  );
  return scroller(name, element("table", { class: "numbers" }, element("thead", {}, header), element("tbody", {}, ...body)));
}

const STYLE = `
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 26px 32px; margin-top: 14px }
.charts figcaption { font-size: 12.5px; margin-top: 4px }
.findings { padding-left: 18px; max-width: 90ch; margin-top: 10px }
.findings li { margin-bottom: 6px }
.part h3 { margin-top: 18px }
footer { padding-block: 40px }
`;
