/** Reads and writes `config.json` of encoder–decoders for translation. */
import { z } from "zod";
import type { EncoderDecoderConfig } from "../../models/encoder-decoder-config.ts";
import { ownValue } from "../../params/keyed.ts";
import { InputError } from "../../run/errors.ts";
import { TRANSLATION_FAMILIES, translationFamilyOf } from "./families.ts";
import { baseType, headwiseJson, withHeadwiseKeys } from "./reading/headwise-keys.ts";
import { read } from "./reading/keys.ts";
import { readStrict } from "./reading/strict.ts";

/** Reads an encoder–decoder's configuration from the parsed `config.json`; `where` names the file in errors. */
export function readTranslationConfig(json: unknown, where: string): EncoderDecoderConfig {
  const modelType = baseType(read(z.looseObject({ model_type: z.string() }), json, where).model_type);
  const family = ownValue(TRANSLATION_FAMILIES, modelType);
  if (!family) {
    throw new InputError(
      `${where}: "${modelType}" is not a translation model; use one of ${Object.keys(TRANSLATION_FAMILIES).join(", ")} ` +
        "(`headwise look` and `headwise report` take encoders and decoders)",
    );
  }
  const keys = readStrict(family.keys, json, modelType, where);
  return withHeadwiseKeys(family.configOf(keys, { where, modelType, architectures: [] }), json, where);
}

/**
 * Returns the `config.json` with which stock transformers builds the same model, if it has no features of its own. Throws
 * `InputError` if the class of its architecture computes another function.
 */
export const translationConfigJson = (config: EncoderDecoderConfig): Record<string, unknown> => ({
  ...translationFamilyOf(config).configJson(config),
  ...headwiseJson(config),
});
