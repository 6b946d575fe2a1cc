/** Maps Hugging Face's names to the paths of our parameter trees, with one table per naming scheme. `*` is the layer. */
import type { TransformerConfig } from "../../models/config.ts";

/** The name and layout of a parameter in the file. */
export interface Stored {
  readonly name: string;
  /** `linear`: [out, in], to be transposed; `plain`: in our order; `row`: one row of it, [1, n]. */
  readonly layout: "linear" | "plain" | "row";
  /** The part of a fused parameter: its index and the number of parts, along the last axis. */
  readonly part?: readonly [index: number, of: number];
}

export const attention = (q: string, k: string, v: string, o: string) => ({
  "attention.wq": `${q}.weight`,
  "attention.bq": `${q}.bias`,
  "attention.wk": `${k}.weight`,
  "attention.bk": `${k}.bias`,
  "attention.wv": `${v}.weight`,
  "attention.bv": `${v}.bias`,
  "attention.wo": `${o}.weight`,
  "attention.bo": `${o}.bias`,
});
export const withBias = (path: string, bias: string, name: string) => ({ [path]: `${name}.weight`, [bias]: `${name}.bias` });
export const normed = (path: string, name: string) => withBias(`${path}.scale`, `${path}.bias`, name);

interface Naming {
  /** A prefix that checkpoints of the bare model omit. */
  readonly prefix: string;
  readonly layer: string;
  readonly perLayer: Readonly<Record<string, string>>;
  /** Names below the prefix, and names of the whole file. */
  readonly below: Readonly<Record<string, string>>;
  readonly whole: Readonly<Record<string, string>>;
  /** The bias of the language head's own layer, which takes precedence over the one in `whole` if a file has both. */
  readonly decoderBias?: string;
}

const bertLayer = {
  ...attention("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"),
  ...normed("attentionNorm", "attention.output.LayerNorm"),
  ...withBias("feedForward.up", "feedForward.upBias", "intermediate.dense"),
  ...withBias("feedForward.down", "feedForward.downBias", "output.dense"),
  ...normed("feedForwardNorm", "output.LayerNorm"),
};
const bertEmbeddings = {
  "embeddings.tokens": "embeddings.word_embeddings.weight",
  "embeddings.positions": "embeddings.position_embeddings.weight",
  "embeddings.types": "embeddings.token_type_embeddings.weight",
  ...normed("embeddings.norm", "embeddings.LayerNorm"),
};

const BERT: Naming = {
  prefix: "bert.",
  layer: "encoder.layer.*.",
  perLayer: bertLayer,
  below: bertEmbeddings,
  whole: {
    ...withBias("head.dense", "head.denseBias", "cls.predictions.transform.dense"),
    ...normed("head.norm", "cls.predictions.transform.LayerNorm"),
    "head.output": "cls.predictions.decoder.weight",
    "head.outputBias": "cls.predictions.bias",
  },
  decoderBias: "cls.predictions.decoder.bias",
};
const ROBERTA: Naming = {
  prefix: "roberta.",
  layer: "encoder.layer.*.",
  perLayer: bertLayer,
  below: bertEmbeddings,
  whole: {
    ...withBias("head.dense", "head.denseBias", "lm_head.dense"),
    ...normed("head.norm", "lm_head.layer_norm"),
    "head.output": "lm_head.decoder.weight",
    "head.outputBias": "lm_head.bias",
  },
  decoderBias: "lm_head.decoder.bias",
};
const DISTILBERT: Naming = {
  prefix: "distilbert.",
  layer: "transformer.layer.*.",
  perLayer: {
    ...attention("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"),
    ...normed("attentionNorm", "sa_layer_norm"),
    ...withBias("feedForward.up", "feedForward.upBias", "ffn.lin1"),
    ...withBias("feedForward.down", "feedForward.downBias", "ffn.lin2"),
    ...normed("feedForwardNorm", "output_layer_norm"),
  },
  below: bertEmbeddings,
  whole: {
    ...withBias("head.dense", "head.denseBias", "vocab_transform"),
    ...normed("head.norm", "vocab_layer_norm"),
    ...withBias("head.output", "head.outputBias", "vocab_projector"),
  },
};
const GPT2: Naming = {
  prefix: "transformer.",
  layer: "h.*.",
  perLayer: {
    ...attention("attn.c_attn", "attn.c_attn", "attn.c_attn", "attn.c_proj"),
    ...normed("attentionNorm", "ln_1"),
    ...withBias("feedForward.up", "feedForward.upBias", "mlp.c_fc"),
    ...withBias("feedForward.down", "feedForward.downBias", "mlp.c_proj"),
    ...normed("feedForwardNorm", "ln_2"),
  },
  below: { "embeddings.tokens": "wte.weight", "embeddings.positions": "wpe.weight", ...normed("norm", "ln_f") },
  whole: { output: "lm_head.weight" },
};
const LLAMA: Naming = {
  prefix: "model.",
  layer: "layers.*.",
  perLayer: {
    ...attention("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"),
    "attentionNorm.scale": "input_layernorm.weight",
    ...withBias("feedForward.up", "feedForward.upBias", "mlp.up_proj"),
    "feedForward.gate": "mlp.gate_proj.weight",
    ...withBias("feedForward.down", "feedForward.downBias", "mlp.down_proj"),
    "feedForwardNorm.scale": "post_attention_layernorm.weight",
  },
  below: { "embeddings.tokens": "embed_tokens.weight", "norm.scale": "norm.weight" },
  whole: { output: "lm_head.weight" },
};

const NAMINGS: Readonly<Record<string, Naming>> = {
  bert: BERT,
  roberta: ROBERTA,
  "xlm-roberta": ROBERTA,
  distilbert: DISTILBERT,
  gpt2: GPT2,
  llama: LLAMA,
  mistral: LLAMA,
  qwen2: LLAMA,
};

const BUFFERS = /(^|\.)(position_ids|token_type_ids|rotary_emb\.inv_freq|attn\.(masked_)?bias)$/;
const TASK_HEADS =
  /(^|\.)pooler\.|^(cls\.|vocab_(transform|layer_norm|projector)\.|classifier\.|pre_classifier\.|qa_outputs\.|score\.|classification_head\.)/;

/** Returns true for a buffer that models compute themselves, or a task head that the hidden states do not need. */
export const isIgnored = (config: TransformerConfig, name: string): boolean =>
  BUFFERS.test(name) || TASK_HEADS.test(name) || (config.family === "encoder" && name.startsWith("lm_head."));

/** Names of layers in any model, and of llama.cpp's modules. */
const MODULES = /(^|\.)(layers?|blocks?|blk|h)\.\d+\.|^(token_|output)/;

/** Returns true if a tensor without a parameter belongs to the model's own modules, and so to its function. */
export function isInside(config: TransformerConfig, name: string): boolean {
  const { prefix, layer, below, whole } = NAMINGS[config.architecture]!;
  const own = config.family === "encoder" ? Object.values(below) : [...Object.values(below), ...Object.values(whole)];
  const modules = [layer, ...own].map((part) => `${part.split(".")[0]}.`);
  return name.startsWith(prefix) || modules.some((module) => name.startsWith(module)) || MODULES.test(name);
}

export const LINEAR = /(^|\.)(w[qkvo]|up|down|gate|dense)$/;
const FUSED = ["attention.wq", "attention.wk", "attention.wv", "attention.bq", "attention.bk", "attention.bv"];

/** Returns the stored name and layout of the parameter at `path`; `bare`: the file omits the model's prefix. */
export function storedAt(config: TransformerConfig, path: string, bare: boolean): Stored {
  const naming = NAMINGS[config.architecture]!;
  const [, layer, rest] = /^layers\.(\d+)\.(.*)$/.exec(path) ?? [];
  const prefix = bare ? "" : naming.prefix;
  if (layer !== undefined) {
    const name = `${prefix}${naming.layer.replace("*", layer)}${naming.perLayer[rest!]}`;
    if (config.architecture !== "gpt2") return { name, layout: LINEAR.test(path) ? "linear" : "plain" };
    const k = FUSED.indexOf(rest!);
    return { name, layout: "plain", part: k < 0 ? undefined : [k % 3, 3] };
  }
  const below = naming.below[path];
  return { name: below ? prefix + below : naming.whole[path]!, layout: LINEAR.test(path) ? "linear" : "plain" };
}

/** Returns all names that a file may use for the parameter at `path`: with and without the prefix, and the older spelling. */
export function namesAt(config: TransformerConfig, path: string): readonly string[] {
  const { prefix } = NAMINGS[config.architecture]!;
  const { name } = storedAt(config, path, true);
  return [...new Set([prefix + name, name].flatMap((n) => [n, olderName(n)]))];
}

/** Returns the path of the language head's matrix. */
export const headPath = ({ family }: TransformerConfig): string => (family === "encoder" ? "head.output" : "output");

/**
 * Returns the second name of the parameter at `path`, which takes precedence if a file has both: the bias of the head's own
 * layer.
 */
export const winnerAt = (config: TransformerConfig, path: string): string | undefined =>
  path === "head.outputBias" ? NAMINGS[config.architecture]!.decoderBias : undefined;

/** Returns the name in old checkpoints, which call the scale and bias of a layer norm gamma and beta. */
const olderName = (name: string): string =>
  name.replace(/(LayerNorm|layer_norm)\.weight$/, "$1.gamma").replace(/(LayerNorm|layer_norm)\.bias$/, "$1.beta");
