/** BERT (Devlin et al. 2019): a post-norm encoder with learned positions from 0 and token types. */
import type { Family } from "./family.ts";
import { bertConfig, bertFixed, bertModules, bertSchema } from "./kin/bert.ts";
import { normed, withBias } from "./reading/naming.ts";

export const bert: Family<typeof bertSchema> = {
  modelType: "bert",
  tokenizerClass: "BertTokenizer",
  keys: { schema: bertSchema, fixed: bertFixed },
  configOf: (c, given) => bertConfig(c, { kind: "learned", offset: 0 }, given),
  tensors: {
    prefix: "bert.",
    ...bertModules,
    whole: {
      ...withBias("head.dense", "head.denseBias", "cls.predictions.transform.dense"),
      ...normed("head.norm", "cls.predictions.transform.LayerNorm"),
      "head.output": "cls.predictions.decoder.weight",
      "head.outputBias": "cls.predictions.bias",
    },
    decoderBias: "cls.predictions.decoder.bias",
  },
};
