/** The similarity of heads as a table: a row for each pair of heads and measure. */
import { MEASURES, type Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { headName } from "../../models/head-names.ts";
import { type Table, tableOf } from "./table.ts";

const COLUMNS = {
  head: "text",
  head_layer: "integer",
  head_index: "integer",
  partner: "text",
  partner_layer: "integer",
  partner_index: "integer",
  measure: "text",
  value: "number",
  twin: "boolean",
} as const;

type Place = Redundancy["noise"][number];
const nameOf = ({ layer, head }: Place): string => headName(layer, head);

/** A pair of heads, in order. */
const pairOf = (a: Place, b: Place) => ({
  ...{ head: nameOf(a), head_layer: a.layer, head_index: a.head },
  ...{ partner: nameOf(b), partner_layer: b.layer, partner_index: b.head },
});

/**
 * Builds the table of redundancy: every pair once (the measures are symmetric), and the strongest compositions as the measures
 * `composition:q`, `composition:k` and `composition:v`, from the first head to the second.
 */
export function redundancyTable({ heads, matrices, twins, compositions }: Redundancy): Table {
  const together = new Set(twins.flatMap(({ a, b }) => [`${nameOf(a)} ${nameOf(b)}`, `${nameOf(b)} ${nameOf(a)}`]));
  const pairs = heads.flatMap((a, i) =>
    heads.slice(i + 1).flatMap((b, k) => {
      const pair = pairOf(a, b);
      const twin = together.has(`${pair.head} ${pair.partner}`);
      return MEASURES.map((measure) => ({ ...pair, measure, value: matrices[measure][i]![i + 1 + k]!, twin }));
    }),
  );
  const composed = compositions.map(({ kind, from, to, score }) => ({
    ...pairOf(from, to),
    ...{ measure: `composition:${kind}`, value: score },
  }));
  return tableOf(COLUMNS, [...pairs, ...composed]);
}
