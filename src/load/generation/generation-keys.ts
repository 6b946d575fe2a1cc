/** Keys of transformers' generation settings that do not affect the translation, and keys that are not supported. */

/** Settings of sampling, speed, additional outputs and other libraries: no translation depends on them. */
export const NEUTRAL: ReadonlySet<string> = new Set([
  ...["temperature", "top_k", "top_p", "min_p", "top_h", "typical_p", "epsilon_cutoff", "eta_cutoff"],
  ...["use_cache", "cache_config", "max_cache_len", "compile_config", "disable_compile"],
  ...["continuous_batching_config", "prefill_chunk_size", "num_return_sequences"],
  ...["output_attentions", "output_hidden_states", "output_scores", "output_logits", "return_dict_in_generate"],
  ...["num_assistant_tokens", "num_assistant_tokens_schedule", "assistant_confidence_threshold", "max_matching_ngram_size"],
  ...["assistant_lookbehind", "target_lookbehind", "assistant_ensemble_weight", "speculation_type"],
  ...["pad_token_id", "transformers_version", "_from_model_config", "_commit_hash", "_original_object_hash"],
]);

/** An unsupported key: the values at which it is off, and the feature it asks for. */
export interface Refused {
  readonly harmless: readonly unknown[];
  readonly asksFor: string;
}

const OFF = [null, false] as const;
const GROUPS = "diverse beam search";

export const REFUSED: Readonly<Record<string, Refused>> = {
  do_sample: { harmless: OFF, asksFor: "sampling" },
  num_beam_groups: { harmless: [null, 1], asksFor: GROUPS },
  diversity_penalty: { harmless: [null, 0], asksFor: GROUPS },
  constraints: { harmless: [null], asksFor: "constrained beam search" },
  force_words_ids: { harmless: [null], asksFor: "constrained beam search" },
  penalty_alpha: { harmless: [null, 0], asksFor: "contrastive search" },
  dola_layers: { harmless: [null], asksFor: "contrasting layers (DoLa)" },
  low_memory: { harmless: OFF, asksFor: "a sequential beam search" },
  guidance_scale: { harmless: [null, 1], asksFor: "classifier-free guidance" },
  watermarking_config: { harmless: [null], asksFor: "a watermark" },
  stop_strings: { harmless: [null], asksFor: "stopping at strings" },
  max_time: { harmless: [null], asksFor: "stopping by the clock" },
  token_healing: { harmless: OFF, asksFor: "token healing" },
  use_mtp: { harmless: OFF, asksFor: "multi-token prediction" },
  is_assistant: { harmless: OFF, asksFor: "drafts for another model" },
  prompt_lookup_num_tokens: { harmless: [null], asksFor: "drafts from the source" },
  assistant_early_exit: { harmless: [null], asksFor: "drafts from early layers" },
};
