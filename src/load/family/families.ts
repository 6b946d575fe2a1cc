/** The supported model families by `model_type`. A new family is one file and its entry here. */
import type { TransformerConfig } from "../../models/config.ts";
import type { EncoderDecoderConfig } from "../../models/encoder-decoder-config.ts";
import { bert } from "./bert.ts";
import { distilbert } from "./distilbert.ts";
import type { Family, TranslationFamily } from "./family.ts";
import { gpt2 } from "./gpt2.ts";
import { llama } from "./llama.ts";
import { m2m100 } from "./m2m-100.ts";
import { marian } from "./marian.ts";
import { mistral } from "./mistral.ts";
import { opt } from "./opt.ts";
import { qwen2 } from "./qwen2.ts";
import { roberta, xlmRoberta } from "./roberta.ts";
import { starcoder2 } from "./starcoder2.ts";

const byType = <F extends { readonly modelType: string }>(families: readonly F[]): Readonly<Record<string, F>> =>
  Object.fromEntries(families.map((family) => [family.modelType, family]));

/** Encoders and decoders. */
export const FAMILIES = byType<Family>([bert, roberta, xlmRoberta, distilbert, gpt2, llama, mistral, qwen2, starcoder2, opt]);

/** Returns the family of a configuration. */
export function familyOf({ architecture }: Pick<TransformerConfig, "architecture">): Family {
  const family = FAMILIES[architecture];
  if (!family) throw new Error(`internal: there is no family ${architecture}`);
  return family;
}

/** Encoder–decoders for translation. */
export const TRANSLATION_FAMILIES = byType<TranslationFamily>([marian, m2m100]);

/** Returns the family of an encoder–decoder. */
export function translationFamilyOf({ architecture }: Pick<EncoderDecoderConfig, "architecture">): TranslationFamily {
  const family = TRANSLATION_FAMILIES[architecture];
  if (!family) throw new Error(`internal: there is no translation family ${architecture}`);
  return family;
}
