/**
 * Untrained twins of a model, as controls. A twin keeps the embeddings, positions and norms that heads read, and the spread of
 * every weight; only the weights of its layers are drawn at random, and its queries are scaled so that scores vary within a row
 * as much as the model's do. What shapes patterns without reading states (α, spans, the mixing of talking heads) stays. A twin
 * thus attends as sharply as the model, but to nothing in particular. In the place of a fixed head it has an untrained one that
 * is as sharp as the learned heads of the layer (without any, those of the model).
 */

import { withoutFixed } from "../../../models/features-of.ts";
import { type Transformer, type TransformerParameters, transformerParameters } from "../../../models/transformer.ts";
import { PATTERN_PARAMETERS } from "../../../nn/features/features.ts";
import { normals, random } from "../../../params/random.ts";
import { byPath, leafAt, mapTree, type Spec } from "../../../params/tree.ts";
import { releasing } from "../../../run/releasing.ts";
import type { Runtime } from "../../../run/runtime.ts";
import { floats, sizeOf, type Tensor, tensor } from "../../../run/tensor.ts";
import { moments } from "../../../stats/moments.ts";
import type { Text } from "../text.ts";
import { productSizes } from "./product-sizes.ts";
import { type SpreadOf, scoreSpreads } from "./score-spread.ts";

/**
 * Returns `count` twins; each depends only on the seed and its own number. If `mirrored`, every second twin is the previous one
 * with negated queries (antithetic draws): its heads attend most to what the previous twin's heads attend to least.
 */
export const matchedTwins = (
  runtime: Runtime,
  model: Transformer,
  texts: readonly Text[],
  seed: number,
  count: number,
  mirrored = false,
): Promise<Transformer[]> =>
  releasing(runtime, async (own) => {
    const learned = withoutFixed(model.config);
    const wanted = everywhere(await (await scoreSpreads(own, model.config, texts))(model));
    const spreadOf = await scoreSpreads(own, learned, texts);
    const twins: Transformer[] = [];
    for (let k = 0; k < count; k++) {
      const before = mirrored && k % 2 === 1 ? twins.at(-1) : undefined;
      twins.push(await matched(spreadOf, before ? mirror(before) : redrawn(model, `${seed}/twin ${k}`), wanted));
    }
    return twins;
  });

/** The spread of scores in a twin of a model without any. */
const SPREAD = 1;

/** Returns the spread of each layer; a layer without scores has the mean of the others. */
function everywhere(spreads: readonly (number | null)[]): number[] {
  const known = spreads.filter((spread) => spread !== null);
  const mean = known.length > 0 ? known.reduce((a, b) => a + b) / known.length : SPREAD;
  return spreads.map((spread) => spread ?? mean);
}

const mirror = ({ config, weights }: Transformer): Transformer => ({
  config,
  weights: scaledQueries(
    weights,
    config.heads.map(() => -1),
  ),
});

/**
 * Draws the layers' weights at random. Feed-forward weights are normal with the mean and the spread of each tensor; attention
 * weights are drawn so that W_Q W_Kᵀ and W_V W_O have the average size over the model's heads in the layer, in whatever basis
 * these are.
 */
function redrawn({ config, weights }: Transformer, seed: string): Transformer {
  const sizes = config.heads.map((_, layer) => productSizes(weights, layer, config, seed));
  const [learned, known] = [withoutFixed(config), byPath(weights)];
  const made = mapTree<TransformerParameters<Tensor>>(transformerParameters(learned), (({ shape }: Spec, path: string) => {
    const leaf = leafAt(known, path);
    const [, layer, part] = /^layers\.(\d+)\.(attention\.\w+|feedForward\..+)$/.exec(path) ?? [];
    if (layer === undefined || PATTERN_PARAMETERS.some((name) => part === `attention.${name}`)) return leaf;
    const of = sizes[Number(layer)]![part!];
    const { mean, deviation } = of === undefined ? moments(floats(leaf)) : { mean: 0, deviation: of };
    return tensor(scaled(normals(random(`${seed}/${path}`), sizeOf(shape)), mean, deviation), shape);
  }) as never);
  return { config: learned, weights: made };
}

/** Scales and shifts numbers in place. */
function scaled(numbers: Float32Array, mean: number, deviation: number): Float32Array {
  for (let k = 0; k < numbers.length; k++) numbers[k] = mean + deviation * numbers[k]!;
  return numbers;
}

/** Scales the queries of every layer to the wanted spread; twice, since a layer's states depend on the layers below. */
async function matched(spreadOf: SpreadOf, twin: Transformer, wanted: readonly number[]): Promise<Transformer> {
  let made = twin;
  for (let round = 0; round < 2; round++) {
    const found = await spreadOf(made);
    const factors = wanted.map((w, l) => ((found[l] ?? 0) > 0 && w > 0 ? w / found[l]! : 1));
    made = { config: made.config, weights: scaledQueries(made.weights, factors) };
  }
  return made;
}

const scaledQueries = (weights: TransformerParameters<Tensor>, factors: readonly number[]): TransformerParameters<Tensor> =>
  mapTree<TransformerParameters<Tensor>>(weights, ((leaf: Tensor, path: string): Tensor => {
    const layer = /^layers\.(\d+)\.attention\.(?:wq|bq)$/.exec(path)?.[1];
    const factor = layer === undefined ? 1 : factors[Number(layer)]!;
    return factor === 1
      ? leaf
      : tensor(
          floats(leaf).map((x) => x * factor),
          leaf.shape,
        );
  }) as never);
