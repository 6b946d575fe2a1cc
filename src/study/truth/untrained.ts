/** Untrained models in three shapes and at several scales of weights: no head has a function. */
import type { Checkpoint } from "../../load/checkpoint.ts";
import { createTokenizer } from "../../load/tokenizer/tokenizer.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { type TransformerParameters, transformerParameters } from "../../models/transformer.ts";
import { normals, random } from "../../params/random.ts";
import { mapTree, type Spec } from "../../params/tree.ts";
import { sizeOf, type Tensor, tensor } from "../../run/tensor.ts";
import { shapeConfig, tokenizerFile } from "./planted.ts";
import type { ModelShape } from "./recipes.ts";
import type { TraitVocabulary } from "./traits.ts";

const LAYERS = 3;
const HEADS = 8;
const SIZES = { width: 128, headWidth: 16, innerWidth: 256 } as const;

/** Creates a model of a shape with normal weights of a standard deviation; norms scale by 1, biases are 0. */
export function untrainedModel(shape: ModelShape, vocabulary: TraitVocabulary, deviation: number, seed: number): Checkpoint {
  const plain = shapeConfig(
    shape,
    vocabulary.tokens.length,
    Array.from({ length: LAYERS }, () => HEADS),
  );
  const config: TransformerConfig = { ...plain, ...SIZES };
  const specs = transformerParameters(config);
  const weights = mapTree<TransformerParameters<Tensor>>(specs, ({ shape: dims, init }: Spec, path): Tensor => {
    const count = sizeOf(dims);
    if (typeof init === "string") return tensor(new Float32Array(count).fill(init === "ones" ? 1 : 0), dims);
    return tensor(
      normals(random(`${seed}/${path}`), count).map((x) => x * deviation),
      dims,
    );
  });
  return { id: `untrained ${shape}`, config, weights, tokenizer: createTokenizer(tokenizerFile(shape, vocabulary)) };
}
