/** Finds each parameter of a model in a file: its names, its layout, and the tensors that are no parameter. */
import type { TransformerConfig } from "../../../models/config.ts";
import { featuresOf } from "../../../models/features-of.ts";
import { FEATURE_PARAMETERS } from "../../../nn/features/features.ts";
import { familyOf } from "../families.ts";
import type { Names, Naming } from "../family.ts";

/** The name and layout of a parameter in the file. */
export interface Stored {
  readonly name: string;
  /** `linear`: [out, in], to be transposed; `plain`: in our order; `row`: one row of it, [1, n]. */
  readonly layout: "linear" | "plain" | "row";
  /** The part of a fused parameter: its index and the number of parts, along the last axis. */
  readonly part?: readonly [index: number, of: number];
}

const namingOf = (config: TransformerConfig): Naming => familyOf(config).tensors;

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
  const { prefix, layer, below, whole } = namingOf(config);
  const own = config.family === "encoder" ? Object.values(below) : [...Object.values(below), ...Object.values(whole)];
  const modules = [layer, ...own].map((part) => `${part.split(".")[0]}.`);
  return name.startsWith(prefix) || modules.some((module) => name.startsWith(module)) || MODULES.test(name);
}

const LINEAR = /(^|\.)(w[qkvo]|up|down|gate|dense)$/;

/** Returns the layout of the parameter at `path` in files that store linear layers as [out, in]. */
export const layoutOf = (path: string): Stored["layout"] => (LINEAR.test(path) ? "linear" : "plain");

/** Returns the stored name and layout of the parameter at `path`; `bare`: the file omits the model's prefix. */
export function storedAt(config: TransformerConfig, path: string, bare: boolean): Stored {
  const naming = namingOf(config);
  const [, layer, rest = ""] = /^layers\.(\d+)\.(.*)$/.exec(path) ?? [];
  const prefix = bare ? "" : naming.prefix;
  const layout = naming.inputsFirst ? "plain" : layoutOf(path);
  if (layer !== undefined) {
    const own = featureName(rest) ?? unfusedName(config, layer, rest);
    if (own) return { name: `${prefix}${naming.layer.replace("*", layer)}${own}`, layout: "plain" };
    const name = `${prefix}${naming.layer.replace("*", layer)}${nameAt(naming.perLayer, rest)}`;
    return { name, layout, part: partOf(naming.perLayer, rest) };
  }
  const below = naming.below[path];
  return { name: below ? prefix + below : nameAt(naming.whole, path), layout };
}

/** Returns the stored name, below the layer, of a parameter that a feature adds to an attention; undefined for others. */
export function featureName(path: string): string | undefined {
  const [, attention, name] = /^(attention|cross)\.(\w+)$/.exec(path) ?? [];
  return FEATURE_PARAMETERS.some((own) => own === name) ? `headwise.${attention}.${name}` : undefined;
}

/** Returns the name, below the layer, of a parameter that a family stores fused, if its parts have different sizes. */
function unfusedName(config: TransformerConfig, layer: string, path: string): string | undefined {
  const { perLayer } = namingOf(config);
  const fused = featuresOf(config, layer).routing?.kind === "moa" && perLayer[path] !== undefined && partOf(perLayer, path);
  return fused ? `headwise.${path}` : undefined;
}

/** Returns the stored name of a parameter. */
export function nameAt(names: Names, path: string): string {
  const name = names[path];
  if (name === undefined) throw new Error(`internal: the family has no name for ${path}`);
  return name;
}

/** Returns the part of a fused parameter; undefined if its name is its own. */
function partOf(names: Names, path: string): Stored["part"] {
  const parts = Object.keys(names).filter((other) => names[other] === names[path]);
  return parts.length > 1 ? [parts.indexOf(path), parts.length] : undefined;
}

/** Returns all names that a file may use for the parameter at `path`: with and without the prefix, and the older spelling. */
export function namesAt(config: TransformerConfig, path: string): readonly string[] {
  const { prefix } = namingOf(config);
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
  path === "head.outputBias" ? namingOf(config).decoderBias : undefined;

/** Returns the name in old checkpoints, which call the scale and bias of a layer norm gamma and beta. */
const olderName = (name: string): string =>
  name.replace(/(LayerNorm|layer_norm)\.weight$/, "$1.gamma").replace(/(LayerNorm|layer_norm)\.bias$/, "$1.beta");
