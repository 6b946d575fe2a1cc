/** Hugging Face's `config.json` → what our models are built from. */
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

/** The `model_type`s that can be loaded. */
export const ARCHITECTURES: readonly string[] = Object.keys(READERS);

/** The `model_type`s of encoder–decoders, which `readTranslationConfig` reads. */
export const TRANSLATION_ARCHITECTURES: readonly string[] = ["marian", "m2m_100"];

/**
 * A model's configuration from the parsed `config.json`; `where` names the file in errors. Throws `InputError` for a value
 * that cannot be, and for a key that is neither read nor known not to change the function.
 */
export function readConfig(json: unknown, where: string): TransformerConfig {
  const head = z.looseObject({ model_type: z.string(), architectures: z.array(z.string()).nullish() });
  const { model_type, architectures } = read(head, json, where);
  if (TRANSLATION_ARCHITECTURES.includes(model_type)) {
    throw new InputError(
      `${where}: "${model_type}" is a translation model (encoder and decoder), which this does not take: use \`headwise translate\``,
    );
  }
  const reader = Object.hasOwn(READERS, model_type) && READERS[model_type];
  if (!reader) {
    throw new InputError(`${where}: unknown architecture ${show(model_type)}; known are ${ARCHITECTURES.join(", ")}`);
  }
  return withOriginalHeads(reader(json, where, architectures ?? []), json, where);
}
