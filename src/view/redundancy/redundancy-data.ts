/** The data for the script of the redundancy page, as JSON: every measure with its tree, values as 16-bit numbers. */

import { MEASURES, type Measure, type Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { averageLinkage } from "../../stats/linkage.ts";
import { base64 } from "../report/report-data.ts";
import { distanceIn, farthestIn, MEASURE_TEXTS } from "./redundancy-measures.ts";

/** Returns the page's data, safe inside a script element. */
export function redundancyData(result: Redundancy): string {
  const data = {
    heads: result.heads.map(({ layer, head, label }) => [layer, head, label]),
    measures: Object.fromEntries(MEASURES.map((measure) => [measure, measureData(result, measure)])),
  };
  return JSON.stringify(data).replace(/</g, "\\u003c");
}

/** Returns entries below the diagonal, row by row, in ten-thousandths; merges as [a, b, height]. */
function measureData(result: Redundancy, measure: Measure) {
  const matrix = result.matrices[measure];
  const distances = matrix.map((row, a) => row.map((x, b) => (a === b ? 0 : distanceIn(measure, x))));
  const { merges, order } = averageLinkage(distances);
  const far = farthestIn(measure, result);
  const pairs = distances.flatMap((row, a) => row.slice(0, a));
  const values = Int16Array.from(
    matrix.flatMap((row, a) => row.slice(0, a)),
    (x) => Math.round(1e4 * x),
  );
  return {
    unit: MEASURE_TEXTS[measure].unit,
    signed: measure === "qk" || measure === "ov",
    patterns: measure === "patterns",
    // shades run from the nearest pair to heads with nothing in common
    near: pairs.reduce((least, d) => Math.min(least, d), far),
    far,
    order,
    merges: merges.map(({ a, b, height }) => [a, b, Math.round(1e4 * height) / 1e4]),
    values: base64([new Uint8Array(values.buffer)]),
  };
}
