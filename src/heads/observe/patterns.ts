/** Full patterns of texts given as token ids, in a model of any family: for pictures, and for the distances between heads. */

import { scoped, type Value } from "../../graph/value.ts";
import { inputsOf } from "../../graph/walk.ts";
import { type AnyModel, anyForward } from "../../models/any.ts";
import { type Site, sitesOf } from "../../models/sites.ts";
import { keep, keptAt } from "../../nn/probe.ts";
import { byPath } from "../../params/tree.ts";
import { type Feeds, feedsFor, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, int64 } from "../../run/tensor.ts";
import { normWeights, rawWeights, type Weighting } from "./statistics.ts";

/** The token ids that a model reads. */
export interface TokenIds {
  readonly ids: ArrayLike<number>;
  /** The ids that the decoder of an encoder–decoder reads, from the start id on. */
  readonly target?: ArrayLike<number>;
}

/** Returns the patterns of every attention in the order of `sitesOf` (by layer, if there is one stack), by head: [query · key]. */
export type CompiledPatterns = (tokens: TokenIds) => Promise<Float32Array[][]>;

/** Compiles the patterns of a model, raw or weighted by ‖f(xⱼ)‖ (see `normWeights`). */
export async function compilePatterns(runtime: Runtime, model: AnyModel, weighting: Weighting): Promise<CompiledPatterns> {
  const sites = sitesOf(model.config);
  const some = sites.filter(({ heads }) => heads > 0);
  const kept = new Map<string, Value>();
  anyForward(
    model.config,
    keep(kept, (at) => /\.(pattern|masked|v|out)$/.test(at)),
  );
  const parameters = inputsOf(some.map(({ path }) => keptAt(kept, `${path}.out`)));
  const patternOf = ({ path }: Site) => {
    const at = (name: string) => keptAt(kept, `${path}.${name}`);
    if (weighting === "raw") return at("pattern");
    const raw = () => rawWeights(at("pattern"), at("masked"));
    return scoped(`${path}.statistics`, () => normWeights(raw(), at("v"), parameters.get(`${path}.wo`)!).pattern);
  };
  const outputs = Object.fromEntries(some.map((site) => [site.name, patternOf(site)]));
  const program = await runtime.compile(outputs, { weights: byPath(model.weights) });
  return async (tokens) => {
    const results = await program.run(feedsFor(program, feedsOf(tokens)));
    return sites.map(({ name, heads }) => (heads === 0 ? [] : byHead(floats(tensorAt(results, name)), heads)));
  };
}

const feedsOf = ({ ids, target }: TokenIds): Feeds => ({
  ids: row(ids),
  mask: row(new Int32Array(ids.length).fill(1)),
  ...(target && { decoderIds: row(target) }),
});

const row = (ids: ArrayLike<number>) => int64(ids, [1, ids.length]);

const byHead = (all: Float32Array, heads: number): Float32Array[] => {
  const size = all.length / heads;
  return Array.from({ length: heads }, (_, h) => all.subarray(h * size, (h + 1) * size));
};
