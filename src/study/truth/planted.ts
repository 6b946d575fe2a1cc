/** Models whose heads are constructed from recipes, in the shapes of BERT, GPT-2 and Llama with grouped keys. */
import { dimAt } from "../../graph/shape.ts";
import type { Checkpoint } from "../../load/checkpoint.ts";
import { createTokenizer } from "../../load/tokenizer/tokenizer.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { ofLayer } from "../../models/layer.ts";
import { type TransformerParameters, transformerParameters } from "../../models/transformer.ts";
import { initialize } from "../../params/initialize.ts";
import { normals, random } from "../../params/random.ts";
import { mapTree } from "../../params/tree.ts";
import { type Tensor, tensor } from "../../run/tensor.ts";
import { numberAt } from "../../stats/sums.ts";
import { COPIES_PREVIOUS, INDUCTION, type KeyView, type ModelShape, type Recipe, recipesFor, type Trait } from "./recipes.ts";
import { ANGLES, BLOCKS, positionTraits, SPECIAL_TOKENS, TRAITS, type TraitVocabulary, traitNorm } from "./traits.ts";
import { waves } from "./waves.ts";

/** A planted model, and the recipe of each of its heads; undefined for random weights without a function. */
export interface Planted {
  readonly checkpoint: Checkpoint;
  readonly recipes: readonly { readonly layer: number; readonly head: number; readonly recipe?: Recipe }[];
}

const HEAD_WIDTH = 64;
const POSITIONS = 128;
/** The standard deviation of random weights, as in initialization. */
const IDLE = 0.02;

/** The head's coordinates beyond those of positions, those that rotate slowest first. */
const CONTENT: readonly number[] = Array.from(
  { length: HEAD_WIDTH / 2 - ANGLES.length },
  (_, k) => HEAD_WIDTH / 2 - 1 - k,
).flatMap((pair) => [pair, pair + HEAD_WIDTH / 2]);
const VIEWS: Readonly<Record<KeyView, readonly (keyof typeof BLOCKS)[]>> = {
  lexical: ["frequency", "length", "capital", "part", "domain"],
  identity: ["identity"],
  previous: ["previous"],
};
const traitsIn = (view: KeyView): Trait[] =>
  VIEWS[view].flatMap((block) => Array.from({ length: BLOCKS[block][1] }, (_, k): Trait => [block, k]));
const rowOf = ([block, place]: Trait): number => BLOCKS[block][0] + place;

/** Builds the planted model of a shape over a vocabulary: planted and blind heads, and `idle` random ones in each layer. */
export function plantedModel(shape: ModelShape, vocabulary: TraitVocabulary, seed: number, idle = 2): Planted {
  const { planted, blind } = recipesFor(shape);
  const layers = [withIdle(shape, [...planted, ...blind, COPIES_PREVIOUS], idle), withIdle(shape, [INDUCTION], idle)];
  const config = shapeConfig(
    shape,
    vocabulary.tokens.length,
    layers.map(({ length }) => length),
  );
  const weights = writeWeights(config, vocabulary, layers, seed);
  const tokenizer = createTokenizer(tokenizerFile(shape, vocabulary));
  const recipes = layers.flatMap((heads, layer) => heads.map((recipe, head) => ({ layer, head, recipe })));
  return { checkpoint: { id: `planted ${shape}`, config, weights, tokenizer }, recipes };
}

type Layer = readonly (Recipe | undefined)[];

/** Adds idle heads; heads that share keys must have the same view, so they form pairs. */
function withIdle(shape: ModelShape, recipes: readonly Recipe[], idle: number): Layer {
  const random = Array.from({ length: idle }, () => undefined);
  if (shape !== "llama") return [...recipes, ...random];
  const views = [...new Set(recipes.map(({ view }) => view))];
  const groups = views.flatMap((view) => {
    const members: (Recipe | undefined)[] = recipes.filter((recipe) => recipe.view === view);
    return members.length % 2 ? [...members, undefined] : members;
  });
  return [...groups, ...random, ...(random.length % 2 ? [undefined] : [])];
}

/** The configuration of a shape, with `heads` heads in each layer; Llama shares each key head between two. */
export function shapeConfig(shape: ModelShape, vocabulary: number, heads: readonly number[]): TransformerConfig {
  const shared = {
    ...{ vocabulary, width: 2 * TRAITS, headWidth: HEAD_WIDTH, innerWidth: 16, heads, tokenTypes: 0, epsilon: 1e-12 },
    maxPositions: POSITIONS,
  };
  const biases = { inputBias: true, outputBias: true, feedForwardBias: true };
  const learned = { kind: "learned", offset: 0 } as const;
  const plain = {
    ...shared,
    ...biases,
    keyValueHeads: heads,
    positions: learned,
    norm: "layer",
    gated: false,
    tied: true,
  } as const;
  if (shape === "bert") {
    return { ...plain, family: "encoder", architecture: "bert", activation: "gelu", languageHead: "none" };
  }
  if (shape === "gpt2") {
    return { ...plain, family: "decoder", architecture: "gpt2", activation: "gelu_tanh", languageHead: "causal" };
  }
  return {
    ...{
      ...shared,
      family: "decoder",
      architecture: "llama",
      activation: "silu",
      gated: true,
      languageHead: "causal",
      tied: true,
    },
    ...{ inputBias: false, outputBias: false, feedForwardBias: false, norm: "rms" },
    keyValueHeads: heads.map((h) => h / 2),
    positions: { kind: "rotary", rotary: { base: 1e6, scaling: { kind: "none" } } },
  };
}

/** Returns a tokenizer.json (parsed) of whole words, with the special tokens that a shape puts around a text. */
export function tokenizerFile(shape: ModelShape, { tokens }: TraitVocabulary): object {
  const added = SPECIAL_TOKENS.map((content, id) => ({
    ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
  }));
  const special = (name: string) => ({ SpecialToken: { id: name, type_id: 0 } });
  const text = { Sequence: { id: "A", type_id: 0 } };
  const single = shape === "bert" ? [special("[CLS]"), text, special("[SEP]")] : [special("[CLS]"), text];
  const named = Object.fromEntries(
    ["[CLS]", "[SEP]"].map((name) => [name, { id: name, ids: [tokens.indexOf(name)], tokens: [name] }]),
  );
  return {
    ...{ version: "1.0", truncation: null, padding: null, added_tokens: added, normalizer: null, decoder: null },
    pre_tokenizer: { type: "Whitespace" },
    post_processor: shape === "gpt2" ? null : { type: "TemplateProcessing", single, pair: single, special_tokens: named },
    model: { type: "WordLevel", vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), unk_token: "[UNK]" },
  };
}

function writeWeights(
  config: TransformerConfig,
  { traits }: TraitVocabulary,
  layers: readonly Layer[],
  seed: number,
): TransformerParameters<Tensor> {
  const learned = config.positions.kind === "learned";
  const norm = traitNorm(learned) * Math.sqrt(2 / (2 * TRAITS));
  const plain = initialize<TransformerParameters<Tensor>>(transformerParameters(config), seed);
  return mapTree<TransformerParameters<Tensor>>(plain, (leaf: Tensor, path: string): Tensor => {
    const [, layer, kind] = /^layers\.(\d+)\.attention\.(w[qkvo])$/.exec(path) ?? [];
    if (kind) return attentionWeights(kind, leaf, ofLayer(layers, Number(layer)), config, `${seed}/${path}`);
    if (path === "embeddings.tokens") return table(traits, leaf.shape);
    if (path === "embeddings.positions")
      return table(
        Array.from({ length: POSITIONS }, (_, t) => positionTraits(t)),
        leaf.shape,
      );
    if (/orm\.scale$/.test(path)) return tensor(new Float32Array(leaf.data.length).fill(norm), leaf.shape);
    // no feed-forward layer: head outputs pass unchanged
    return /feedForward\.|\.b[qkvo]$|bias$/i.test(path) ? tensor(new Float32Array(leaf.data.length), leaf.shape) : leaf;
  });
}

/** Rows [r, −r]. */
function table(rows: readonly Float32Array[], shape: readonly number[]): Tensor {
  const data = new Float32Array(dimAt(shape, 0) * dimAt(shape, 1));
  for (const [t, r] of rows.entries()) {
    data.set(r, t * 2 * TRAITS);
    data.set(
      r.map((x) => -x),
      t * 2 * TRAITS + TRAITS,
    );
  }
  return tensor(data, shape);
}

function attentionWeights(
  kind: string,
  { shape, data }: Tensor,
  heads: Layer,
  config: TransformerConfig,
  seed: string,
): Tensor {
  const learned = config.positions.kind === "learned";
  const out = normals(random(seed), data.length).map((x) => x * IDLE);
  const inputSide = kind !== "wo";
  const count = dimAt(shape, inputSide ? 1 : 0);
  const group = heads.length / count;
  for (let h = 0; h < count; h++) {
    const sharing = heads.slice(h * group, (h + 1) * group).filter((found) => found !== undefined);
    // heads that share keys have one view; only the copying head uses their values
    const recipe = sharing.find((found) => found === COPIES_PREVIOUS) ?? sharing[0];
    if (!recipe) continue;
    const writer = matrixWriter(out, h, count, inputSide);
    if (kind === "wq") writeQueries(writer, recipe, learned, config.family === "decoder");
    if (kind === "wk") writeKeys(writer, recipe.view, learned);
    if (recipe === COPIES_PREVIOUS && kind === "wv") copyIdentity(writer);
    if (recipe === COPIES_PREVIOUS && kind === "wo") writeIdentity(writer);
  }
  return tensor(out, shape);
}

interface HeadWriter {
  /** Sets everything of the head to zero. */
  clear(): void;
  /** Adds to the entry of a state coordinate and a head coordinate. */
  add(row: number, dim: number, x: number): void;
}

/** [m, h, d] for the projections in, [h, d, m] for the one out. */
function matrixWriter(out: Float32Array, h: number, heads: number, inputSide: boolean): HeadWriter {
  const m = 2 * TRAITS;
  const place = (row: number, dim: number) =>
    inputSide ? (row * heads + h) * HEAD_WIDTH + dim : (h * HEAD_WIDTH + dim) * m + row;
  return {
    clear() {
      for (let row = 0; row < m; row++) for (let dim = 0; dim < HEAD_WIDTH; dim++) out[place(row, dim)] = 0;
    },
    add: (row, dim, x) => void (out[place(row, dim)]! += x),
  };
}

function writeQueries(to: HeadWriter, { view, terms = [], kernel }: Recipe, learned: boolean, causal: boolean): void {
  to.clear();
  const scale = Math.sqrt(HEAD_WIDTH);
  const shown = traitsIn(view).map(rowOf);
  for (const { query, key, weight } of terms)
    to.add(rowOf(query), numberAt(CONTENT, shown.indexOf(rowOf(key))), weight * scale);
  if (!kernel) return;
  const half = HEAD_WIDTH / 2;
  for (const [k, [a, b]] of waves(kernel, causal).entries()) {
    if (!learned) {
      to.add(BLOCKS.one[0], k, a * scale);
      to.add(BLOCKS.one[0], half + k, b * scale);
      continue;
    }
    const [cos, sin] = [BLOCKS.positions[0] + k, BLOCKS.positions[0] + ANGLES.length + k];
    to.add(cos, k, a * scale);
    to.add(sin, k, -b * scale);
    to.add(cos, half + k, b * scale);
    to.add(sin, half + k, a * scale);
  }
}

function writeKeys(to: HeadWriter, view: KeyView, learned: boolean): void {
  to.clear();
  for (const [k, trait] of traitsIn(view).entries()) to.add(rowOf(trait), numberAt(CONTENT, k), 1);
  for (const k of ANGLES.keys()) {
    if (!learned) to.add(BLOCKS.one[0], k, 1);
    else {
      to.add(BLOCKS.positions[0] + k, k, 1);
      to.add(BLOCKS.positions[0] + ANGLES.length + k, HEAD_WIDTH / 2 + k, 1);
    }
  }
}

function copyIdentity(to: HeadWriter): void {
  to.clear();
  for (let k = 0; k < BLOCKS.identity[1]; k++) to.add(BLOCKS.identity[0] + k, k, 1);
}

function writeIdentity(to: HeadWriter): void {
  to.clear();
  for (let k = 0; k < BLOCKS.identity[1]; k++) {
    to.add(BLOCKS.previous[0] + k, k, 1);
    to.add(TRAITS + BLOCKS.previous[0] + k, k, -1);
  }
}
