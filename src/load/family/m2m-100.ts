/** M2M-100 (Fan et al. 2020) and NLLB: a pre-norm encoder–decoder whose computed positions begin after the padding id. */
import { InputError } from "../../run/errors.ts";
import type { TranslationFamily } from "./family.ts";
import { bartAliases, bartConfig, bartFixed, bartJson, bartSchema, bartTensors, type Variant } from "./kin/bart.ts";

const VARIANT: Variant = {
  architecture: "m2m_100",
  className: "M2M100ForConditionalGeneration",
  normFirst: true,
  finalLogitsBias: false,
  spacing: "tensor2tensor",
  start: "the padding id + 1",
};

export const m2m100: TranslationFamily<typeof bartSchema> = {
  modelType: "m2m_100",
  keys: {
    schema: bartSchema,
    aliases: bartAliases,
    fixed: { ...bartFixed, static_position_embeddings: [true, false], normalize_before: [true], add_final_layer_norm: [true] },
  },
  configOf(c, { where }) {
    if (c.pad_token_id === c.eos_token_id) {
      throw new InputError(
        `${where}: "pad_token_id" is "eos_token_id" (${c.pad_token_id}), but M2M-100 gives padding no position; use a separate padding id`,
      );
    }
    return bartConfig(c, VARIANT, where);
  },
  configJson: (config) =>
    bartJson(config, VARIANT, {}, [
      [config.ids.start === config.ids.padding, "has no position for padding, so that it cannot be the start id"],
    ]),
  tensors: bartTensors,
};
