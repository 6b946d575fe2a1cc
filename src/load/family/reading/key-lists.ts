/** Keys of `config.json` that are not read: those that cannot change the function, and those that are off at certain values. */

/** Dropout rates, which apply to training only. */
const DROPOUT = [
  ...["dropout", "attention_dropout", "activation_dropout", "hidden_dropout", "embedding_dropout", "embd_dropout"],
  ...["hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout", "classifier_dropout_prob"],
  ...["classif_dropout", "resid_pdrop", "embd_pdrop", "attn_pdrop", "resid_dropout", "ffn_dropout", "dropout_rate"],
  ...["summary_first_dropout", "summary_last_dropout", "qa_dropout", "seq_classif_dropout", "layerdrop"],
  ...["encoder_layerdrop", "decoder_layerdrop"],
];

/** Initialization of the weights. */
const INITIAL = ["initializer_range", "initializer_factor", "initializer_std", "init_std"];

/** Origin of the file, and storage of the weights. */
const ORIGIN = [
  ...["model_type", "architectures", "transformers_version", "transformers.js_config", "torch_dtype", "dtype"],
  ...["_name_or_path", "name_or_path", "_commit_hash", "auto_map", "unsloth_version", "unsloth_fixed", "model_name"],
  ...["custom_pipelines", "language", "languages", "license", "base_model", "sentence_transformers", "headwise"],
];

/** Runtime options and additional outputs. */
const RUNNING = [
  ...["use_cache", "output_attentions", "output_hidden_states", "output_past", "return_dict", "use_return_dict"],
  ...["torchscript", "use_bfloat16", "use_fp16", "fp16", "bf16", "gradient_checkpointing", "use_flash_attention"],
  ...["use_flash_attention_2", "use_flash_attn", "flash_attention", "_flash_attn_2_enabled", "attn_implementation"],
  ...[
    "_attn_implementation",
    "_attn_implementation_autoset",
    "_attn_implementation_internal",
    "use_memory_efficient_attention",
  ],
  ...["unpad_inputs", "chunk_size_feed_forward", "keys_to_ignore_at_inference", "use_xformers", "device", "pretraining_tp"],
  ...["_experts_implementation", "experts_implementation", "_output_attentions", "use_mem_eff_attn"],
];

/** Task heads, which are not supported here. */
const TASKS = [
  ...["id2label", "label2id", "num_labels", "_num_labels", "problem_type", "finetuning_task", "task_specific_params"],
  ...["num_choices", "summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels"],
  ...["pooler_type", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head"],
  ...["classifier_activation", "classifier_pooling", "classifier_bias", "label_smoothing"],
  ...["sbert_ce_default_activation_function", "matryoshka_dimensions"],
];

/** Tokens and tokenizers, which have their own files. */
const TOKENS = [
  ...["bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "cls_token_id", "mask_token_id", "unk_token_id"],
  ...["bos_token", "eos_token", "pad_token", "unk_token", "decoder_start_token_id", "tokenizer_class", "tokenizer"],
  ...["model_max_length", "max_seq_len", "max_seq_length", "max_sequence_length", "prefix", "suffix", "chat_template"],
  ...["do_lower_case", "n_ctx", "n_special", "predict_special_tokens", "padding_side", "vocab_type"],
];

/** Text generation, which belongs into `generation_config.json`. */
const GENERATION = [
  ...["max_length", "min_length", "max_new_tokens", "min_new_tokens", "do_sample", "early_stopping", "num_beams"],
  ...["num_beam_groups", "diversity_penalty", "temperature", "top_k", "top_p", "min_p", "typical_p", "epsilon_cutoff"],
  ...["eta_cutoff", "repetition_penalty", "encoder_repetition_penalty", "length_penalty", "no_repeat_ngram_size"],
  ...["encoder_no_repeat_ngram_size", "bad_words_ids", "force_words_ids", "suppress_tokens", "begin_suppress_tokens"],
  ...["forced_bos_token_id", "forced_eos_token_id", "force_bos_token_to_be_generated", "num_return_sequences"],
  ...["output_scores", "return_dict_in_generate", "remove_invalid_values", "exponential_decay_length_penalty"],
  ...["renormalize_logits", "num_assistant_tokens", "num_assistant_tokens_schedule", "assistant_lookbehind"],
  ...["assistant_confidence_threshold", "target_lookbehind", "generation_config", "cache_implementation"],
];

/** Keys that do not change the function of any supported family, whatever their value. */
export const NEUTRAL: ReadonlySet<string> = new Set([
  ...[...DROPOUT, ...INITIAL, ...ORIGIN, ...RUNNING, ...TASKS, ...TOKENS, ...GENERATION],
]);

/** The values that disable a feature of other families, by its key. */
export const OFF: Readonly<Record<string, readonly unknown[]>> = {
  // attention
  alibi: [false],
  attn_logit_softcapping: [0],
  clip_qkv: [0],
  directionality: ["bidi"],
  key_query_norm: [false],
  layer_types: [[]],
  no_rope_layers: [[]],
  position_embedding_type: ["absolute"],
  pruned_heads: [{}],
  qk_layernorm: [false],
  qk_norm: [false],
  relative_attention: [false],
  use_alibi: [false],
  use_mrope: [false],
  use_qk_norm: [false],
  use_sliding_window: [false],
  // rotary positions
  partial_rotary_factor: [1],
  rope_interleaved: [false],
  rotary_pct: [1],
  // norms, branches and multipliers
  embedding_multiplier: [1],
  final_logit_softcapping: [0],
  logit_scale: [1],
  logits_scaling: [1],
  parallel_attn: [false],
  residual_multiplier: [1],
  use_parallel_residual: [false],
  // experts
  num_experts: [0, 1],
  num_local_experts: [0, 1],
  n_routed_experts: [0],
  // shape
  add_cross_attention: [false],
  is_decoder: [false],
  is_encoder_decoder: [false],
  is_llama_config: [true],
  per_layer_config: [{}],
  tie_encoder_decoder: [false],
};
