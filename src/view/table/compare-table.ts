/** The changes of heads between two models as a table: a row for each head and measure. */
import { CHANGES, type Comparison, type HeadPlace } from "../../heads/compare/compare-schema.ts";
import { headName } from "../../models/head-names.ts";
import { type Table, tableOf } from "./table.ts";

const COLUMNS = {
  head_a: "text",
  head_b: "text",
  layer: "integer",
  head: "integer",
  only_in: "text",
  measure: "text",
  value: "number",
  low: "number",
  high: "number",
} as const;

/**
 * Builds the table of a comparison. `head_a` and `head_b` name the head by its index in each model; `layer` and `head` are its
 * original place. A head that only one model has is a row without a measure.
 */
export function compareTable({ heads, onlyInA, onlyInB }: Comparison): Table {
  const compared = heads.flatMap((one) => {
    const { layer, head, inA, inB } = one;
    const place = { head_a: headName(layer, inA), head_b: headName(layer, inB), layer, head };
    return CHANGES.map((measure) => {
      const found = one[measure];
      return typeof found === "object" && found !== null
        ? { ...place, measure, ...found }
        : { ...place, measure, value: found };
    });
  });
  const alone = (places: readonly HeadPlace[], only_in: "A" | "B") =>
    places.map(({ layer, head }) => ({ layer, head, only_in }));
  return tableOf(COLUMNS, [...compared, ...alone(onlyInA, "A"), ...alone(onlyInB, "B")]);
}
