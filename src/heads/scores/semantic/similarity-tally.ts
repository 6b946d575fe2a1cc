/**
 * Sums the attention of every head times the centered similarity of its pairs of tokens, under every exchange.
 * Axes: b text, h head, i query, j key, p permutation (0: none), m model width.
 */
import { dims2 } from "../../../graph/shape.ts";
import { input, type Value } from "../../../graph/value.ts";
import { forward, type Transformer } from "../../../models/transformer.ts";
import { keep, keptAt } from "../../../nn/probe.ts";
import { add, div, mul, sqrt, sub } from "../../../ops/arithmetic.ts";
import { einsum } from "../../../ops/einsum.ts";
import { gather } from "../../../ops/index-by.ts";
import { reshape, swapLast } from "../../../ops/layout.ts";
import { matmul } from "../../../ops/matmul.ts";
import { sum } from "../../../ops/reduce.ts";
import { itemsAt } from "../../../params/keyed.ts";
import { byPath } from "../../../params/tree.ts";
import { type Program, type Runtime, tensorAt } from "../../../run/runtime.ts";
import { floats, int64, type Tensor, tensor } from "../../../run/tensor.ts";
import { addTo, rowOf, total } from "../../../stats/sums.ts";
import { batches, countedQueries, lengthOf, type Text } from "../../observe/text.ts";
import { centered } from "./centered.ts";
import { createStrata, PERMUTATIONS } from "./token-types.ts";

/** The sums of one text. */
export interface TextTally {
  /** [head, permutation]: the sums of attention times centered similarity. */
  readonly sums: Float32Array;
  /** [head]: the attention compared. */
  readonly mass: Float32Array;
}

/** The sums of all texts. */
export interface SimilarityTally {
  readonly texts: readonly TextTally[];
  /** The number of queries in all texts. */
  readonly queries: number;
  readonly heads: number;
  /** The standard deviation of centered similarity over all pairs. */
  readonly deviation: number;
}

/** Sums the attention of every head times the centered similarity of its pairs, text by text, under every exchange. */
export async function tallySimilarity(
  runtime: Runtime,
  model: Transformer,
  texts: readonly Text[],
  exchanges: readonly Int32Array[],
): Promise<SimilarityTally> {
  const causal = model.config.family === "decoder";
  const strataOfText = createStrata(texts);
  const similarities = await similarityProgram(runtime, model, meanEmbedding(model, texts));
  const { program, layers } = await weightedProgram(runtime, model);
  const heads = total(model.config.heads);
  const tallies = texts.map(() => ({ sums: new Float32Array(heads * exchanges.length), mass: new Float32Array(heads) }));
  let [square, count] = [0, 0];
  for (const members of batches(texts, { pairs: 30_000, tokens: 2048 })) {
    const batch = itemsAt(texts, members);
    const n = lengthOf(batch);
    const cosines = await similarities(batch, exchanges);
    const pairs = new Float32Array(batch.length * (exchanges.length + 1) * n * n);
    for (const [b, text] of batch.entries()) {
      const own = rowOf(pairs, b, (exchanges.length + 1) * n * n);
      const spread = centered(own, rowOf(cosines, b, exchanges.length * n * n), text, strataOfText(text), causal);
      square += spread.square;
      count += spread.count;
    }
    const ids = int64(
      batch.flatMap((text) => [...text.ids]),
      [batch.length, n],
    );
    const feeds = { ids, mask: int64(new Array(batch.length * n).fill(1), [batch.length, n]) };
    const made = await program.run({ ...feeds, pairs: tensor(pairs, [batch.length, exchanges.length + 1, n, n]) });
    for (const { layer, heads, first } of layers) {
      const data = floats(tensorAt(made, layer));
      for (const [b, { sums, mass }] of itemsAt(tallies, members).entries())
        addUp(rowOf(data, b, heads * (exchanges.length + 1)), first, sums, mass);
    }
  }
  const queries = texts.reduce((n, text) => n + countedQueries(text, causal).length, 0);
  return { texts: tallies, queries, heads, deviation: Math.sqrt(square / Math.max(1, count)) };
}

/** Copies a layer's results for a text, [h, p + 1], into its heads, which begin with `first`. */
function addUp(made: Float32Array, first: number, sums: Float32Array, mass: Float32Array): void {
  const columns = PERMUTATIONS + 2;
  for (let h = 0; h < made.length / columns; h++) {
    const own = rowOf(made, h, columns);
    sums.set(own.subarray(0, -1), (first + h) * (columns - 1));
    mass.set(own.subarray(-1), first + h);
  }
}

/** Compiles Σᵢⱼ Aᵢⱼ · pairs of every head and pair feature: `LAYER` [b, h, p]. */
async function weightedProgram(runtime: Runtime, { config, weights }: Transformer) {
  const kept = new Map<string, Value>();
  const pass = forward(config, { probe: keep(kept, (site) => site.endsWith(".pattern")) });
  const [b, n] = dims2(pass.inputs.ids.shape);
  const pairs = input("pairs", [b, PERMUTATIONS + 2, n, n]);
  const flat = swapLast(reshape(pairs, [b, PERMUTATIONS + 2, `${n}*${n}`]));
  const outputs: Record<string, Value> = {};
  let first = 0;
  const layers = config.heads.flatMap((heads, layer) => {
    if (heads === 0) return [];
    const pattern = keptAt(kept, `layers.${layer}.attention.pattern`);
    outputs[layer] = matmul(reshape(pattern, [b, heads, `${n}*${n}`]), flat);
    first += heads;
    return [{ layer, heads, first: first - heads }];
  });
  const program: Program = await runtime.compile(outputs, { weights: byPath(weights) });
  return { program, layers };
}

/** Compiles the cosines of every two tokens of each text under every exchange: [b, p, i, j]. */
async function similarityProgram(runtime: Runtime, { weights }: Transformer, center: Tensor) {
  const { tokens } = weights.embeddings;
  const ids = input("ids", ["batch", PERMUTATIONS + 1, "sequence"], "int64");
  const x = sub(gather(input("embeddings.tokens", tokens.shape), ids), input("center", center.shape));
  const unit = div(x, sqrt(add(sum(mul(x, x), -1, true), 1e-24)));
  const cosine = einsum("b p i m, b p j m -> b p i j", unit, unit);
  const program = await runtime.compile(
    { cosine },
    {
      weights: new Map([
        ["embeddings.tokens", tokens],
        ["center", center],
      ]),
    },
  );
  return async (texts: readonly Text[], exchanges: readonly Int32Array[]): Promise<Float32Array> => {
    const exchanged = texts.flatMap(({ ids }) => exchanges.flatMap((to) => Array.from(ids, (id) => to[id]!)));
    const made = await program.run({ ids: int64(exchanged, [texts.length, exchanges.length, lengthOf(texts)]) });
    return floats(made.cosine);
  };
}

/** Computes the mean embedding of the ordinary tokens of some texts. */
function meanEmbedding({ config, weights }: Transformer, texts: readonly Text[]): Tensor {
  const data = floats(weights.embeddings.tokens);
  const sums = new Float64Array(config.width);
  const ordinary = texts.flatMap(({ ids, special }) => [...ids.filter((_, i) => !special[i])]);
  for (const id of ordinary) addTo(sums, rowOf(data, id, config.width));
  return tensor(
    Float32Array.from(sums, (x) => x / Math.max(1, ordinary.length)),
    [config.width],
  );
}
