/** Full patterns of texts given as token ids, in a model of any family: for pictures, and for the distances between heads. */

import { scoped, type Value } from "../../graph/value.ts";
import { inputsOf } from "../../graph/walk.ts";
import { type AnyModel, anyForward } from "../../models/any.ts";
import { type Site, sitesOf } from "../../models/sites.ts";
import { keep, keptAt } from "../../nn/probe.ts";
import { byPath } from "../../params/tree.ts";
import { type Feeds, feedsFor, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, int64 } from "../../run/tensor.ts";
import { type Weighting, weightsOf } from "./weights.ts";

/** The token ids that a model reads. */
export interface TokenIds {
  readonly ids: ArrayLike<number>;
  /** The ids that the decoder of an encoder–decoder reads, from the start id on. */
  readonly target?: ArrayLike<number>;
}

/** The patterns of every attention in the order of `sitesOf` (by layer, if there is one stack), by head: [query · key]. */
export type HeadPatterns = Float32Array[][];

/** Returns the patterns of each text of a batch; all have the same number of tokens, and targets likewise. */
export type BatchPatterns = (batch: readonly TokenIds[]) => Promise<HeadPatterns[]>;

/** The number of attention weights of a batch (16 MiB). */
export const PATTERN_NUMBERS = 2 ** 22;

/**
 * Compiles the patterns of a model, raw or weighted by ‖f(xⱼ)‖ (see `normWeights`). Raw patterns of heads that talk may be
 * negative.
 */
export async function compileBatchPatterns(runtime: Runtime, model: AnyModel, weighting: Weighting): Promise<BatchPatterns> {
  const sites = sitesOf(model.config);
  const some = sites.filter(({ heads }) => heads > 0);
  const kept = new Map<string, Value>();
  anyForward(
    model.config,
    keep(kept, (at) => /\.(pattern|masked|v|out)$/.test(at)),
  );
  const parameters = inputsOf(some.map(({ path }) => keptAt(kept, `${path}.out`)));
  const patternOf = ({ path, features }: Site) => {
    const at = (name: string) => keptAt(kept, `${path}.${name}`);
    if (weighting === "raw") return at("pattern");
    const wo = () => parameters.get(`${path}.wo`)!;
    return scoped(`${path}.statistics`, () => weightsOf(features, at, wo)("norm").pattern);
  };
  const outputs = Object.fromEntries(some.map((site) => [site.name, patternOf(site)]));
  const program = await runtime.compile(outputs, { weights: byPath(model.weights) });
  return async (batch) => {
    const results = await program.run(feedsFor(program, feedsOf(batch)));
    const found = sites.map(({ name, heads }) => (heads === 0 ? [] : inParts(floats(tensorAt(results, name)), batch.length)));
    return batch.map((_, b) => sites.map(({ heads }, k) => (heads === 0 ? [] : inParts(found[k]![b]!, heads))));
  };
}

/** Compiles the patterns of one text at a time (see `compileBatchPatterns`). */
export async function compilePatterns(runtime: Runtime, model: AnyModel, weighting: Weighting) {
  const read = await compileBatchPatterns(runtime, model, weighting);
  return async (text: TokenIds): Promise<HeadPatterns> => {
    const [patterns = []] = await read([text]);
    return patterns;
  };
}

/** Returns the inputs for a batch of texts of one length. */
export const feedsOf = (batch: readonly TokenIds[]): Feeds => {
  const targets = batch.flatMap(({ target }) => (target ? [target] : []));
  const ids = rows(batch.map((text) => text.ids));
  return {
    ids,
    mask: int64(new Int32Array(ids.data.length).fill(1), ids.shape),
    ...(targets.length > 0 && { decoderIds: rows(targets) }),
  };
};

const rows = (ids: readonly ArrayLike<number>[]) =>
  int64(
    ids.flatMap((own) => Array.from(own)),
    [ids.length, ids[0]?.length ?? 0],
  );

/** Divides numbers into equal parts, without copying them. */
export const inParts = (all: Float32Array, count: number): Float32Array[] => {
  const size = all.length / count;
  return Array.from({ length: count }, (_, h) => all.subarray(h * size, (h + 1) * size));
};
