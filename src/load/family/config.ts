/** Reads Hugging Face's `config.json` into the configuration of our models. */
import { z } from "zod";
import type { TransformerConfig } from "../../models/config.ts";
import { InputError } from "../../run/errors.ts";
import { show } from "../format/safetensors.ts";
import { FAMILIES, TRANSLATION_FAMILIES } from "./families.ts";
import { baseType, withHeadwiseKeys } from "./reading/headwise-keys.ts";
import { read } from "./reading/keys.ts";
import { readStrict } from "./reading/strict.ts";

/** The supported `model_type`s. */
export const ARCHITECTURES: readonly string[] = Object.keys(FAMILIES);

/** The supported `model_type`s of encoder–decoders, read by `readTranslationConfig`. */
export const TRANSLATION_ARCHITECTURES: readonly string[] = Object.keys(TRANSLATION_FAMILIES);

/**
 * Reads a model's configuration from the parsed `config.json`; `where` names the file in errors. Throws `InputError` for an
 * invalid value, and for a key that is neither read nor known not to change the function.
 */
export function readConfig(json: unknown, where: string): TransformerConfig {
  const head = z.looseObject({ model_type: z.string(), architectures: z.array(z.string()).nullish() });
  const { model_type: stated, architectures } = read(head, json, where);
  const modelType = baseType(stated);
  if (TRANSLATION_ARCHITECTURES.includes(modelType)) {
    throw new InputError(
      `${where}: "${modelType}" is a translation model (encoder and decoder), which is not supported here; use \`headwise translate\` or \`headwise look\``,
    );
  }
  const family = Object.hasOwn(FAMILIES, modelType) && FAMILIES[modelType];
  if (!family) {
    throw new InputError(`${where}: unknown architecture ${show(modelType)}; use one of ${ARCHITECTURES.join(", ")}`);
  }
  const keys = readStrict(family.keys, json, modelType, where);
  return withHeadwiseKeys(family.configOf(keys, { where, modelType, architectures: architectures ?? [] }), json, where);
}
