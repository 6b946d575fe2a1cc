/** The tables of the redundancy page: twins, composition, and definitions of the measures. */
import { entryOf } from "../../heads/redundancy/by-head.ts";
import type { Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { MEASURES } from "../../heads/redundancy/redundancy-schema.ts";
import { headName } from "../../models/head-names.ts";
import { decimal } from "../page/numbers.ts";
import { element, escaped } from "../page/xml.ts";
import { cellOf, tableOf } from "../report/report-tables.ts";
import { MEASURE_TEXTS } from "./redundancy-measures.ts";

type Place = Redundancy["noise"][number];

/** Formats a place as `layer.head`. */
export const placeName = ({ layer, head }: Omit<Place, "again">): string => headName(layer, head);

/** Formats a noise head with the probability that another sample of the text finds it to be noise again, in percent. */
export const noiseName = (place: Place): string =>
  placeName(place) + (place.again === undefined ? "" : ` (${Math.round(100 * place.again)}%)`);

const rowName = (name: string): string => element("th", { scope: "row" }, name);

/** Returns the table of twins: pattern distance, output similarity, and cosines of their maps. */
export function twinsTable({ twins }: Redundancy): string {
  const rows = twins.map(({ a, b, patterns, outputs, qk, ov, halves }) => [
    rowName(placeName(a)),
    cellOf(placeName(b)),
    cellOf(decimal(patterns, 3)),
    cellOf(decimal(outputs, 3)),
    cellOf(decimal(qk)),
    cellOf(decimal(ov)),
    cellOf(halves === undefined ? "" : `${halves} of 2`),
  ]);
  return tableOf("Twins", ["head", "twin", "√JS", "CKA", "QK cosine", "OV cosine", "halves"], rows);
}

/** Returns the table of pairs with the most similar outputs, twins or not. */
export function nearPairsTable({ heads, matrices }: Redundancy, most: number): string {
  const pairs = heads.flatMap((b, j) =>
    heads
      .slice(0, j)
      .map((a, i) => ({ a, b, outputs: entryOf(matrices.outputs, i, j), patterns: entryOf(matrices.patterns, i, j) })),
  );
  const rows = pairs
    .sort((p, q) => q.outputs - p.outputs)
    .slice(0, most)
    .map(({ a, b, outputs, patterns }) => [
      rowName(placeName(a)),
      cellOf(placeName(b)),
      cellOf(decimal(outputs, 3)),
      cellOf(decimal(patterns, 3)),
    ]);
  return tableOf("Pairs with the most similar outputs", ["head", "head", "CKA", "√JS"], rows);
}

const KINDS = { q: "Queries", k: "Keys", v: "Values" } as const;

/** Returns the strongest compositions through each input, side by side. */
export function compositionTables({ compositions }: Redundancy, most: number): string {
  const strongest = compositions.reduce((top, { score }) => Math.max(top, score), 0);
  const tables = (["q", "k", "v"] as const).map((kind) => {
    const rows = compositions
      .filter((c) => c.kind === kind)
      .slice(0, most)
      .map(({ from, to, score }) => [
        rowName(`${placeName(from)} → ${placeName(to)}`),
        cellOf(bar(score / strongest), { class: "graph" }),
        cellOf(decimal(score, 3)),
      ]);
    return element(
      "div",
      {},
      element("h3", {}, KINDS[kind]),
      tableOf(`Composition through ${KINDS[kind]}`, ["heads", "", "score"], rows),
    );
  });
  return element("div", { class: "panels" }, ...tables);
}

function bar(share: number): string {
  const parts = [
    element("rect", { class: "track", x: 0, y: 6, width: 100, height: 4 }),
    element("rect", { class: "fill", x: 0, y: 6, width: 100 * share, height: 4 }),
  ];
  return element("svg", { width: 100, height: 16, "aria-hidden": "true" }, ...parts);
}

/** Returns the definitions of all measures: a sentence, a formula, a source. */
export function measureList(): string {
  const items = MEASURES.map((measure) => {
    const { title, definition, formula, source } = MEASURE_TEXTS[measure];
    const text = `${escaped(definition)} ${element("code", {}, escaped(formula))} ${element("span", { class: "dim" }, escaped(source))}`;
    return element("div", {}, element("dt", {}, title), element("dd", {}, text));
  });
  return element("dl", { class: "measures" }, ...items);
}
