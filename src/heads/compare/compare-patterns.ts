/** The distance between the patterns of the same heads in two models, row by row over some of the texts. */
import { ofLayer } from "../../models/layer.ts";
import type { Transformer } from "../../models/transformer.ts";
import { itemsAt } from "../../params/keyed.ts";
import { random, shuffled } from "../../params/random.ts";
import type { Runtime } from "../../run/runtime.ts";
import { rowOf } from "../../stats/sums.ts";
import { compileBatchPatterns, PATTERN_NUMBERS } from "../observe/patterns.ts";
import { batches, countedQueries, startOf, type Text } from "../observe/text.ts";
import { ofHead } from "../redundancy/by-head.ts";
import { addPaired, patternRow } from "../scores/similarity.ts";
import type { SharedHead } from "./align.ts";
import { emptySums, type Sums } from "./intervals.ts";

/** The number of texts, the length read of each, and the total budget. */
const TEXTS = 300;
const TOKENS = 128;
const BUDGET = 3e8;

export interface PatternSums {
  /** For each text, the divergences of each shared head's rows, and the number of rows. */
  readonly divergences: Sums;
  readonly rows: Sums;
  readonly texts: number;
}

/** Computes divergences in nats over random texts within the budget. */
export async function comparePatterns(
  runtime: Runtime,
  [a, b]: readonly [Transformer, Transformer],
  shared: readonly SharedHead[],
  texts: readonly Text[],
  seed: number,
  progress: (share: number) => void,
): Promise<PatternSums> {
  const causal = a.config.family === "decoder";
  const order = shuffled(random(`${seed}/patterns`), texts.length).subarray(0, TEXTS);
  const read = withinBudget(
    itemsAt(texts, order).map((text) => startOf(text, TOKENS)),
    shared.length,
    causal,
  );
  const [ofA, ofB] = [await compileBatchPatterns(runtime, a, "raw"), await compileBatchPatterns(runtime, b, "raw")];
  const [divergences, rows] = [emptySums(read.length, shared.length), emptySums(read.length, 1)];
  let done = 0;
  for (const members of batches(read, { pairs: PATTERN_NUMBERS / shared.length, tokens: 4096 })) {
    const batch = itemsAt(read, members);
    const [x, y] = [await ofA(batch), await ofB(batch)];
    for (const [b, text] of batch.entries()) {
      const left = shared.map(({ layer, inA }) => ofHead(ofLayer(ofHead(x, b), layer), inA));
      const right = shared.map(({ layer, inB }) => ofHead(ofLayer(ofHead(y, b), layer), inB));
      const t = members[b]!;
      const total = rowOf(divergences.values, t, shared.length);
      rows.values[t] = addText(total, rowsOf(text, causal), text.ids.length, left, right);
    }
    done += batch.length;
    progress(done / read.length);
  }
  return { divergences, rows, texts: read.length };
}

/** Adds the divergences of all rows of a text of `n` tokens, and returns their number. */
function addText(
  total: Float64Array,
  rows: ReturnType<typeof rowsOf>,
  n: number,
  left: readonly Float32Array[],
  right: readonly Float32Array[],
): number {
  for (const { query, keys } of rows) addPaired(total, patternRow(left, n, query, keys), patternRow(right, n, query, keys));
  return rows.length;
}

/** Returns the counted queries of a text, and the number of keys in view of each. */
const rowsOf = (text: Text, causal: boolean) =>
  countedQueries(text, causal).map((query) => ({ query, keys: causal ? query + 1 : text.ids.length }));

function withinBudget(texts: readonly Text[], heads: number, causal: boolean): Text[] {
  let left = BUDGET;
  return texts.filter((text) => {
    if (left <= 0) return false;
    for (const { keys } of rowsOf(text, causal)) left -= 3 * heads * keys;
    return true;
  });
}
