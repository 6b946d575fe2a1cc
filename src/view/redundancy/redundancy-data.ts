/** The data for the script of the redundancy page, as JSON: every measure with its tree, values as 16-bit numbers. */

import { MEASURES, type Measure, type Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { averageLinkage } from "../../stats/linkage.ts";
import { pairValues } from "../report/report-data.ts";
import { distanceIn, farthestIn, isSigned, MEASURE_TEXTS } from "./redundancy-measures.ts";

/** Returns the page's data, safe inside a script element. */
export function redundancyData(result: Redundancy): string {
  const data = {
    heads: result.heads.map(({ layer, head, label }) => [layer, head, label]),
    measures: Object.fromEntries(MEASURES.map((measure) => [measure, measureData(result, measure)])),
  };
  return JSON.stringify(data).replace(/</g, "\\u003c");
}

/** Returns the properties of the map for a measure; merges as [a, b, height]. */
function measureData(result: Redundancy, measure: Measure) {
  const matrix = result.matrices[measure];
  const distances = matrix.map((row, a) => row.map((x, b) => (a === b ? 0 : distanceIn(measure, x))));
  const { merges, order } = averageLinkage(distances);
  // shades run from the nearest pair to heads with nothing in common
  const far = farthestIn(measure, result);
  const near = distances.flatMap((row, a) => row.slice(0, a)).reduce((least, d) => Math.min(least, d), far);
  const patterns = measure === "patterns";
  return {
    unit: MEASURE_TEXTS[measure].unit,
    ...(patterns ? { weakest: far, strongest: near, power: 1.5 } : { weakest: 1 - far, strongest: 1 - near, power: 0.5 }),
    unsigned: isSigned(measure),
    order,
    merges: merges.map(({ a, b, height }) => [a, b, Math.round(1e4 * height) / 1e4]),
    values: pairValues(matrix),
  };
}
