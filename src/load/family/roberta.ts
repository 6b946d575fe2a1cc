/** RoBERTa (Liu et al. 2019) and XLM-RoBERTa (Conneau et al. 2020): BERT with positions that count from the padding id. */
import { InputError } from "../../run/errors.ts";
import type { Family } from "./family.ts";
import { bertConfig, bertFixed, bertModules, bertSchema } from "./kin/bert.ts";
import { count, id } from "./reading/keys.ts";
import { normed, withBias } from "./reading/naming.ts";

/** The padding id is required, unlike in BERT. */
const schema = bertSchema.extend({ vocab_size: count.default(50265), pad_token_id: id.default(1) });

export const roberta: Family<typeof schema> = {
  modelType: "roberta",
  tokenizerClass: "RobertaTokenizer",
  keys: { schema, fixed: bertFixed },
  configOf(c, given) {
    const padding = c.pad_token_id;
    const maxPositions = c.max_position_embeddings - padding - 1;
    if (maxPositions < 1) {
      throw new InputError(
        `${given.where}: "max_position_embeddings" is ${c.max_position_embeddings}, but positions begin after "pad_token_id" (${padding}); use the config.json that came with the weights`,
      );
    }
    const encoder = bertConfig(c, { kind: "learned", offset: padding + 1, paddingId: padding }, given);
    return { ...encoder, maxPositions, headActivation: "gelu" }; // RobertaLMHead has it built in
  },
  tensors: {
    prefix: "roberta.",
    ...bertModules,
    whole: {
      ...withBias("head.dense", "head.denseBias", "lm_head.dense"),
      ...normed("head.norm", "lm_head.layer_norm"),
      "head.output": "lm_head.decoder.weight",
      "head.outputBias": "lm_head.bias",
    },
    decoderBias: "lm_head.decoder.bias",
  },
};

export const xlmRoberta: Family<typeof schema> = {
  ...roberta,
  modelType: "xlm-roberta",
  tokenizerClass: "XLMRobertaTokenizer",
  keys: { schema: schema.extend({ vocab_size: count.default(30522) }), fixed: bertFixed },
};
