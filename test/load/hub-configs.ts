/** The keys of well-known checkpoints' `config.json`, with what has to be read from them. */

type Json = Record<string, unknown>;

const BERT: Json = {
  ...{
    architectures: ["BertForMaskedLM"],
    attention_probs_dropout_prob: 0.1,
    gradient_checkpointing: false,
    hidden_act: "gelu",
  },
  ...{ hidden_dropout_prob: 0.1, hidden_size: 768, initializer_range: 0.02, intermediate_size: 3072, layer_norm_eps: 1e-12 },
  ...{ max_position_embeddings: 512, model_type: "bert", num_attention_heads: 12, num_hidden_layers: 12, pad_token_id: 0 },
  ...{
    position_embedding_type: "absolute",
    transformers_version: "4.6.0.dev0",
    type_vocab_size: 2,
    use_cache: true,
    vocab_size: 30522,
  },
};
const ROBERTA: Json = {
  ...{ ...BERT, architectures: ["RobertaForMaskedLM"], bos_token_id: 0, eos_token_id: 2, layer_norm_eps: 1e-5 },
  ...{ max_position_embeddings: 514, model_type: "roberta", pad_token_id: 1, type_vocab_size: 1, vocab_size: 50265 },
};
const GPT2: Json = {
  ...{
    activation_function: "gelu_new",
    architectures: ["GPT2LMHeadModel"],
    attn_pdrop: 0.1,
    bos_token_id: 50256,
    embd_pdrop: 0.1,
  },
  ...{ eos_token_id: 50256, initializer_range: 0.02, layer_norm_epsilon: 1e-5, model_type: "gpt2", n_ctx: 1024, n_embd: 768 },
  ...{ n_head: 12, n_layer: 12, n_positions: 1024, resid_pdrop: 0.1, summary_activation: null, summary_first_dropout: 0.1 },
  ...{ summary_proj_to_labels: true, summary_type: "cls_index", summary_use_proj: true, vocab_size: 50257 },
  task_specific_params: { "text-generation": { do_sample: true, max_length: 50 } },
};
const OPT: Json = {
  ...{ _remove_final_layer_norm: false, activation_dropout: 0, activation_function: "relu", architectures: ["OPTForCausalLM"] },
  ...{ attention_dropout: 0, bos_token_id: 2, do_layer_norm_before: true, dropout: 0.1, eos_token_id: 2, ffn_dim: 3072 },
  ...{ hidden_size: 768, init_std: 0.02, layerdrop: 0, max_position_embeddings: 2048, model_type: "opt", pad_token_id: 1 },
  ...{ num_attention_heads: 12, num_hidden_layers: 12, prefix: "</s>", torch_dtype: "float16", use_cache: true },
  ...{ transformers_version: "4.21.0.dev0", vocab_size: 50272, word_embed_proj_dim: 768 },
};
const LLAMA: Json = {
  ...{ architectures: ["LlamaForCausalLM"], attention_bias: false, attention_dropout: 0, bos_token_id: 1, eos_token_id: 2 },
  ...{ hidden_act: "silu", hidden_size: 2048, initializer_range: 0.02, intermediate_size: 5632, max_position_embeddings: 2048 },
  ...{ mlp_bias: false, model_type: "llama", num_attention_heads: 32, num_hidden_layers: 22, num_key_value_heads: 4 },
  ...{ pretraining_tp: 1, rms_norm_eps: 1e-5, rope_scaling: null, rope_theta: 10000, tie_word_embeddings: false },
  ...{ torch_dtype: "bfloat16", transformers_version: "4.35.0", use_cache: true, vocab_size: 32000 },
};
const SIDES: Json = {
  ...{ activation_dropout: 0, attention_dropout: 0, d_model: 512, decoder_attention_heads: 8, decoder_ffn_dim: 2048 },
  ...{ decoder_layerdrop: 0, decoder_layers: 6, dropout: 0.1, encoder_attention_heads: 8, encoder_ffn_dim: 2048 },
  ...{
    encoder_layerdrop: 0,
    encoder_layers: 6,
    init_std: 0.02,
    is_encoder_decoder: true,
    num_hidden_layers: 6,
    use_cache: true,
  },
  ...{ add_bias_logits: false, classif_dropout: 0, classifier_dropout: 0, normalize_embedding: false, _num_labels: 3 },
  ...{ id2label: { 0: "LABEL_0" }, label2id: { LABEL_0: 0 }, scale_embedding: true, gradient_checkpointing: false },
};

/** By the checkpoint's name: its `config.json`, and part of what is read from it. */
export const HUB_CONFIGS: Readonly<Record<string, { readonly json: Json; readonly wanted: object }>> = {
  "bert-base-uncased": { json: BERT, wanted: { width: 768, languageHead: "masked" } },
  "bert-base-multilingual-cased": {
    json: {
      ...{ ...BERT, directionality: "bidi", pooler_fc_size: 768, pooler_num_attention_heads: 12, pooler_num_fc_layers: 3 },
      ...{ pooler_size_per_head: 128, pooler_type: "first_token_transform", vocab_size: 119547 },
    },
    wanted: { vocabulary: 119547 },
  },
  "all-MiniLM-L6-v2": {
    json: {
      ...{ ...BERT, _name_or_path: "nreimers/MiniLM-L6-H384-uncased", architectures: ["BertModel"], hidden_size: 384 },
      ...{ intermediate_size: 1536, num_hidden_layers: 6 },
    },
    wanted: { width: 384, headWidth: 32, languageHead: "none" },
  },
  "bge-small-en-v1.5": {
    json: {
      ...{ ...BERT, _name_or_path: "/root/.cache/x", architectures: ["BertModel"], classifier_dropout: null, hidden_size: 384 },
      ...{ id2label: { 0: "LABEL_0" }, label2id: { LABEL_0: 0 }, intermediate_size: 1536, torch_dtype: "float32" },
    },
    wanted: { innerWidth: 1536 },
  },
  "roberta-base": { json: ROBERTA, wanted: { maxPositions: 512, epsilon: 1e-5 } },
  "xlm-roberta-base": {
    json: {
      ...ROBERTA,
      model_type: "xlm-roberta",
      output_past: true,
      vocab_size: 250002,
      architectures: ["XLMRobertaForMaskedLM"],
    },
    wanted: { maxPositions: 512, vocabulary: 250002 },
  },
  "multilingual-e5-base": {
    json: {
      ...{ ...ROBERTA, model_type: "xlm-roberta", architectures: ["XLMRobertaModel"], tokenizer_class: "XLMRobertaTokenizer" },
      ...{ output_past: true, classifier_dropout: null, vocab_size: 250002 },
    },
    wanted: { languageHead: "none" },
  },
  "distilbert-base-uncased": {
    json: {
      ...{ activation: "gelu", architectures: ["DistilBertForMaskedLM"], attention_dropout: 0.1, dim: 768, dropout: 0.1 },
      ...{ hidden_dim: 3072, initializer_range: 0.02, max_position_embeddings: 512, model_type: "distilbert", n_heads: 12 },
      ...{ n_layers: 6, pad_token_id: 0, qa_dropout: 0.1, seq_classif_dropout: 0.2, sinusoidal_pos_embds: false },
      ...{ tie_weights_: true, transformers_version: "4.10.0.dev0", vocab_size: 30522 },
    },
    wanted: { tokenTypes: 0, languageHead: "masked" },
  },
  gpt2: { json: GPT2, wanted: { innerWidth: 3072, tied: true } },
  "opt-125m": { json: OPT, wanted: { innerWidth: 3072, tied: true, maxPositions: 2048, positions: { offset: 2 } } },
  distilgpt2: {
    json: { ...GPT2, _num_labels: 1, n_layer: 6, id2label: { 0: "LABEL_0" }, label2id: { LABEL_0: 0 } },
    wanted: { heads: Array(6).fill(12) },
  },
  "SmolLM2-135M": {
    json: {
      ...{
        ...LLAMA,
        hidden_size: 576,
        intermediate_size: 1536,
        num_attention_heads: 9,
        num_hidden_layers: 30,
        num_key_value_heads: 3,
      },
      ...{ is_llama_config: true, rope_interleaved: false, rope_theta: 100000, tie_word_embeddings: true, vocab_size: 49152 },
      "transformers.js_config": { kv_cache_dtype: { q4f16: "float16" } },
    },
    wanted: { headWidth: 64, positions: { rotary: { base: 100000 } }, tied: true },
  },
  "TinyLlama-1.1B": { json: LLAMA, wanted: { keyValueHeads: Array(22).fill(4) } },
  "Llama-3.2-1B": {
    json: {
      ...{ ...LLAMA, bos_token_id: 128000, eos_token_id: [128001, 128008], head_dim: 64, intermediate_size: 8192 },
      ...{
        max_position_embeddings: 131072,
        num_hidden_layers: 16,
        num_key_value_heads: 8,
        rope_theta: 500000,
        vocab_size: 128256,
      },
      rope_scaling: {
        ...{ factor: 32, high_freq_factor: 4, low_freq_factor: 1, original_max_position_embeddings: 8192, rope_type: "llama3" },
      },
    },
    wanted: { positions: { rotary: { base: 500000, scaling: { kind: "llama3", factor: 32, originalPositions: 8192 } } } },
  },
  "Mistral-7B-v0.1": {
    json: {
      ...{ architectures: ["MistralForCausalLM"], bos_token_id: 1, eos_token_id: 2, hidden_act: "silu", hidden_size: 4096 },
      ...{ initializer_range: 0.02, intermediate_size: 14336, max_position_embeddings: 32768, model_type: "mistral" },
      ...{ num_attention_heads: 32, num_hidden_layers: 32, num_key_value_heads: 8, rms_norm_eps: 1e-5, rope_theta: 10000 },
      ...{ sliding_window: 4096, tie_word_embeddings: false, torch_dtype: "bfloat16", use_cache: true, vocab_size: 32000 },
    },
    wanted: { windows: Array(32).fill(4096) },
  },
  "Qwen2.5-0.5B": {
    json: {
      ...{ architectures: ["Qwen2ForCausalLM"], attention_dropout: 0, bos_token_id: 151643, eos_token_id: 151643 },
      ...{ hidden_act: "silu", hidden_size: 896, initializer_range: 0.02, intermediate_size: 4864, max_window_layers: 24 },
      ...{
        max_position_embeddings: 32768,
        model_type: "qwen2",
        num_attention_heads: 14,
        num_hidden_layers: 24,
        rms_norm_eps: 1e-6,
      },
      ...{ num_key_value_heads: 2, rope_theta: 1000000, sliding_window: 32768, tie_word_embeddings: true, use_mrope: false },
      ...{ use_cache: true, use_sliding_window: false, vocab_size: 151936, torch_dtype: "bfloat16" },
    },
    wanted: { windows: undefined, inputBias: true },
  },
  "opus-mt-en-de": {
    json: {
      ...{ ...SIDES, activation_function: "swish", add_final_layer_norm: false, architectures: ["MarianMTModel"] },
      ...{
        bad_words_ids: [[58100]],
        bos_token_id: 0,
        decoder_start_token_id: 58100,
        decoder_vocab_size: 58101,
        eos_token_id: 0,
      },
      ...{ extra_pos_embeddings: 58101, force_bos_token_to_be_generated: false, forced_eos_token_id: 0, max_length: 512 },
      ...{ max_position_embeddings: 512, model_type: "marian", normalize_before: false, num_beams: 6, pad_token_id: 58100 },
      ...{ share_encoder_decoder_embeddings: true, static_position_embeddings: true, vocab_size: 58101 },
    },
    wanted: { vocabulary: 58101, scaleEmbedding: true, activation: "silu" },
  },
  m2m100_418M: {
    json: {
      ...{
        ...SIDES,
        activation_function: "relu",
        add_final_layer_norm: true,
        architectures: ["M2M100ForConditionalGeneration"],
      },
      ...{ bos_token_id: 0, decoder_start_token_id: 2, early_stopping: true, eos_token_id: 2, max_length: 200, num_beams: 5 },
      ...{ max_position_embeddings: 1024, model_type: "m2m_100", normalize_before: true, pad_token_id: 1 },
      ...{ static_position_embeddings: true, vocab_size: 128112 },
    },
    wanted: { vocabulary: 128112, positions: { offset: 2 } },
  },
  "nllb-200-distilled-600M": {
    json: {
      ...{ ...SIDES, activation_function: "relu", architectures: ["M2M100ForConditionalGeneration"], bos_token_id: 0 },
      ...{ decoder_start_token_id: 2, eos_token_id: 2, max_length: 200, max_position_embeddings: 1024, model_type: "m2m_100" },
      ...{ pad_token_id: 1, tokenizer_class: "NllbTokenizer", vocab_size: 256206, torch_dtype: "float32" },
    },
    wanted: { vocabulary: 256206 },
  },
};
