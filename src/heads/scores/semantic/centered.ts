/** Centers the similarity of a text's pairs of tokens: no offset and no stratum of a query's keys differs from another on average. */
import { getOrAdd } from "../../../params/keyed.ts";
import { dot, rowOf } from "../../../stats/sums.ts";
import { countedQueries, type Text } from "../../observe/text.ts";

/** The number of times that the means of offsets and strata are subtracted in turn. */
const ROUNDS = 3;

/** Two tokens of a text that are compared. */
interface Pair {
  /** The place of the pair in a matrix stored row by row. */
  readonly cell: number;
  /** The key's offset from the query, and a number for the query and the key's stratum. */
  readonly offset: number;
  readonly row: number;
}

/** Larger than any stratum. */
const STRATA = 32;

/** Lists the pairs of a text. Special tokens, equal tokens, a token itself and queries that do not count are skipped. */
function pairsOf(text: Text, strata: Int32Array, causal: boolean): Pair[] {
  const n = text.ids.length;
  const pairs: Pair[] = [];
  for (const i of countedQueries(text, causal)) {
    for (const [j, stratum] of strata.subarray(0, causal ? i : n).entries()) {
      if (j === i || text.special[j] || text.ids[i] === text.ids[j]) continue;
      pairs.push({ cell: i * n + j, offset: j - i, row: i * STRATA + stratum });
    }
  }
  return pairs;
}

/**
 * Writes the centered cosines [p, i, j] of one text into `out` [p + 1, i, j]; the last feature is 1 for every pair that is
 * compared.
 */
export function centered(
  out: Float32Array,
  cosines: Float32Array,
  text: Text,
  strata: Int32Array,
  causal: boolean,
): { readonly square: number; readonly count: number } {
  const size = text.ids.length ** 2;
  const pairs = pairsOf(text, strata, causal);
  const cells = pairs.map(({ cell }) => cell);
  const offsets = groupsOf(pairs, ({ offset }) => offset);
  const rows = groupsOf(pairs, ({ row }) => row);
  let square = 0;
  for (let p = 0; p < cosines.length / size; p++) {
    const own = rowOf(cosines, p, size);
    const values = Float64Array.from(cells, (cell) => own[cell]!);
    for (let round = 0; round < ROUNDS; round++) {
      subtractMeans(values, offsets);
      subtractMeans(values, rows);
    }
    const into = rowOf(out, p, size);
    for (const [c, value] of values.entries()) into[cells[c]!] = value;
    if (p === 0) square = dot(values, values);
  }
  const compared = out.subarray(-size);
  for (const cell of cells) compared[cell] = 1;
  return { square, count: cells.length };
}

/** Groups pairs by a key: the indices of each group's pairs. */
function groupsOf(pairs: readonly Pair[], keyOf: (pair: Pair) => number): readonly Int32Array[] {
  const groups = new Map<number, number[]>();
  for (const [c, pair] of pairs.entries()) getOrAdd(groups, keyOf(pair), () => []).push(c);
  return Array.from(groups.values(), (group) => Int32Array.from(group));
}

function subtractMeans(values: Float64Array, groups: readonly Int32Array[]): void {
  for (const group of groups) {
    let sum = 0;
    for (const c of group) sum += values[c]!;
    const mean = sum / group.length;
    for (const c of group) values[c]! -= mean;
  }
}
