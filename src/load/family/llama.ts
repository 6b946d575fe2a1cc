/** Llama (Touvron et al. 2023): a pre-norm decoder with RMS norms, rotary positions, grouped keys and optional biases. */
import { z } from "zod";
import type { TransformerConfig } from "../../models/config.ts";
import { ofLayer } from "../../models/layer.ts";
import type { Family } from "./family.ts";
import { llamaConfig, llamaSchema, llamaTensors } from "./kin/llama.ts";
import { llamaGguf } from "./kin/llama-gguf.ts";
import { causalFixed } from "./reading/keys.ts";

const schema = llamaSchema.extend({ attention_bias: z.boolean().default(false), mlp_bias: z.boolean().default(false) });

const GGUF_BIAS = /^blk\.\d+\.attn_(q|k|v|output)\.bias$/;

export const llama: Family<typeof schema> = {
  modelType: "llama",
  keys: { schema, fixed: causalFixed },
  configOf: (c, given) => ({
    ...llamaConfig(c, given),
    ...{ inputBias: c.attention_bias, outputBias: c.attention_bias, feedForwardBias: c.mlp_bias },
  }),
  tensors: llamaTensors,
  // llama.cpp treats each bias separately, Hugging Face all of a kind together: missing ones are zeros.
  gguf: {
    ...llamaGguf("llama", "LlamaForCausalLM", (file) => ({
      attention_bias: [...file.tensors.keys()].some((name) => GGUF_BIAS.test(name)),
    })),
    paired: /self_attn\.[qk]_proj/,
    optionalBiases,
  },
};

function optionalBiases({ width, headWidth, ...config }: TransformerConfig): ReadonlyMap<string, number> {
  const biases = config.heads.flatMap((heads, l) => {
    const keys = ofLayer(config.keyValueHeads, l) * headWidth;
    const sizes = {
      ...(config.inputBias && { q_proj: heads * headWidth, k_proj: keys, v_proj: keys }),
      ...(config.outputBias && { o_proj: width }),
    };
    return Object.entries(sizes).map(([part, n]) => [`model.layers.${l}.self_attn.${part}.bias`, n] as const);
  });
  return new Map(biases);
}
