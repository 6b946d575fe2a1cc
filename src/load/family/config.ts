/** Reads Hugging Face's `config.json` into the configuration of our models. */
import { z } from "zod";
import type { TransformerConfig } from "../../models/config.ts";
import { InputError } from "../../run/errors.ts";
import { show } from "../format/safetensors.ts";
import { read } from "./config-keys.ts";
import { fromGpt2, fromLlama, fromMistral, fromQwen2 } from "./decoders.ts";
import { fromBert, fromDistilbert, fromRoberta } from "./encoders.ts";
import { withOriginalHeads } from "./original-heads.ts";

type Reader = (json: unknown, where: string, architectures: readonly string[]) => TransformerConfig;
const READERS: Readonly<Record<string, Reader>> = {
  bert: fromBert,
  roberta: (json, where, a) => fromRoberta(json, where, a, "roberta"),
  "xlm-roberta": (json, where, a) => fromRoberta(json, where, a, "xlm-roberta"),
  distilbert: fromDistilbert,
  gpt2: fromGpt2,
  llama: fromLlama,
  mistral: fromMistral,
  qwen2: fromQwen2,
};

/** The supported `model_type`s. */
export const ARCHITECTURES: readonly string[] = Object.keys(READERS);

/** The supported `model_type`s of encoder–decoders, read by `readTranslationConfig`. */
export const TRANSLATION_ARCHITECTURES: readonly string[] = ["marian", "m2m_100"];

/**
 * Reads a model's configuration from the parsed `config.json`; `where` names the file in errors. Throws `InputError` for an
 * invalid value, and for a key that is neither read nor known not to change the function.
 */
export function readConfig(json: unknown, where: string): TransformerConfig {
  const head = z.looseObject({ model_type: z.string(), architectures: z.array(z.string()).nullish() });
  const { model_type, architectures } = read(head, json, where);
  if (TRANSLATION_ARCHITECTURES.includes(model_type)) {
    throw new InputError(
      `${where}: "${model_type}" is a translation model (encoder and decoder), which is not supported here; use \`headwise translate\``,
    );
  }
  const reader = Object.hasOwn(READERS, model_type) && READERS[model_type];
  if (!reader) {
    throw new InputError(`${where}: unknown architecture ${show(model_type)}; use one of ${ARCHITECTURES.join(", ")}`);
  }
  return withOriginalHeads(reader(json, where, architectures ?? []), json, where);
}
