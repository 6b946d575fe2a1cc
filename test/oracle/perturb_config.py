"""Every key of each supported family's config.json, perturbed: what transformers makes of it, and what Headwise makes of it.

    python test/oracle/perturb_config.py make DIR [FAMILY…]     # checkpoints, configurations and transformers' values
    node test/oracle/perturb_config.mjs DIR [FAMILY…]           # Headwise's values (after a build)
    python test/oracle/perturb_config.py compare DIR [FAMILY…]  # counts by family; exit 1 where a value is wrong

Each key of the transformers class (and of its attribute_map), and keys of other families, take values of several types, null,
and are left out. A case is: equal (states, patterns, logits), refused by Headwise, an error in transformers, or WRONG. That
Headwise loads what transformers cannot (types of keys that nobody uses) is counted by itself. SHOW=VERDICT lists such cases.
"""

import copy, dataclasses, json, logging, os, sys, warnings
from collections import Counter
from pathlib import Path

warnings.filterwarnings("ignore")
ANY = [True, False, 0, 1, 3, -1, 0.5, "x", [], {}, None]
SHORT = [True, False, 0, 1, 0.5, "x", None]
ENCODER = dict(vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, max_position_embeddings=32)
DECODER = dict(ENCODER, num_key_value_heads=2)
SIDES = dict(vocab_size=40, d_model=16, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4,
             encoder_ffn_dim=24, decoder_ffn_dim=24, max_position_embeddings=32, pad_token_id=1, eos_token_id=2, decoder_start_token_id=2)
FAMILIES = {
    "bert": ("bert", ENCODER), "roberta": ("roberta", ENCODER), "xlm-roberta": ("xlm-roberta", ENCODER),
    "distilbert": ("distilbert", dict(vocab_size=40, dim=16, n_layers=2, n_heads=4, hidden_dim=24, max_position_embeddings=32)),
    "gpt2": ("gpt2", dict(vocab_size=40, n_embd=16, n_layer=2, n_head=4, n_positions=32)),
    "llama": ("llama", DECODER), "mistral": ("mistral", dict(DECODER, sliding_window=4)), "qwen2": ("qwen2", DECODER),
    "qwen2-window": ("qwen2", dict(DECODER, use_sliding_window=True, sliding_window=4, max_window_layers=1)),
    "starcoder2": ("starcoder2", DECODER), "starcoder2-window": ("starcoder2", dict(DECODER, sliding_window=4)),
    "opt": ("opt", dict(vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, ffn_dim=24, max_position_embeddings=32)),
    "marian": ("marian", dict(SIDES, activation_function="swish", scale_embedding=True)), "m2m_100": ("m2m_100", SIDES),
}
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 16}
ROPES = [
    {"rope_type": "default", "rope_theta": 500.0}, {"rope_type": "default"}, {"rope_theta": 500.0}, {"type": "linear", "factor": 2.0},
    {"rope_type": "linear", "factor": 2.0, "rope_theta": 500.0}, {"rope_type": "linear"}, {"rope_type": "dynamic", "factor": 2.0},
    LLAMA3, {k: v for k, v in LLAMA3.items() if k[0] != "o"}, {**LLAMA3, "rope_theta": 500.0, "partial_rotary_factor": 0.5},
    {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 8},
    {"rope_type": "longrope", "factor": 4.0, "short_factor": [1.0, 1.5], "long_factor": [1.0, 2.5], "original_max_position_embeddings": 8},
    {"rope_type": "longrope", "factor": 4.0, "short_factor": [1.0, 1.5], "long_factor": [1.0, 1.5], "attention_factor": 1.0},
    {"rope_type": "default", "partial_rotary_factor": 0.5}, {"rope_type": "linear", "factor": 2.0, "attention_factor": 1.5},
    {"rope_type": "linear", "type": "default", "factor": 3.0}, {"rope_type": None}, {"rope_type": "linear", "factor": None},
    {"rope_theta": None}, {"full_attention": {"rope_type": "linear", "factor": 2.0}}, {"rope_type": "default", "factor": 4.0},
    {"rope_type": "default", "odd": 1},
]
LAYER_TYPES = [["full_attention"] * 2, ["full_attention", "sliding_attention"], ["sliding_attention"] * 2, ["sliding_attention"],
               ["full_attention", "chunked_attention"], ["attention", "attention"]]
SPECIAL = {
    "rope_scaling": ROPES, "rope_parameters": ROPES, "rope_theta": [500.0, 10000], "layer_types": LAYER_TYPES,
    "position_embedding_type": ["absolute", "relative_key", "relative_key_query"], "pruned_heads": [{"0": [1]}, {"0": []}],
    "quantization_config": [{"quant_method": "awq", "bits": 4}], "per_layer_config": [{"0": {"intermediate_size": 24}}],
    "layer_norm_eps": [1e-5, 0.1, 1e-12], "layer_norm_epsilon": [1e-3, 0.1], "rms_norm_eps": [1e-3, 0.1], "tie_word_embeddings": [],
    "architectures": [["X"], ["BertModel"]], "dtype": ["float32"], "torch_dtype": ["float32"], "num_key_value_heads": [4],
    "problem_type": ["regression"], "id2label": [{"0": "a"}], "original_max_position_embeddings": [8, 16, 32],
    "sliding_window": [4, 5, 4096], "max_window_layers": [28], "head_dim": [4, 8], "n_inner": [64, 24],
    "initializer_range": [float("nan"), float("inf")], "decoder_vocab_size": [40, 41], "vocab_size": [40, 41],
}
SIZES = [8, 16, 17, 24, 32, 4, 4.0, 16.0, float("nan")]
OTHERS = ["is_causal", "is_decoder", "add_cross_attention", "is_encoder_decoder", "attn_logit_softcapping", "final_logit_softcapping",
          "logit_scale", "logits_scaling", "attention_multiplier", "embedding_multiplier", "residual_multiplier", "query_pre_attn_scalar",
          "use_qk_norm", "qk_layernorm", "qk_norm", "clip_qkv", "alibi", "parallel_attn", "use_parallel_residual", "rotary_pct",
          "partial_rotary_factor", "rotary_dim", "rope_interleaved", "rope_local_base_freq", "rope_scaling", "rope_theta",
          "rope_parameters", "no_rope_layers", "sliding_window", "sliding_window_pattern", "attention_chunk_size", "layer_types",
          "num_experts", "num_local_experts", "attn_config", "relative_attention", "position_buckets", "embedding_size", "head_dim",
          "quantization_config", "per_layer_config", "fusion_config", "pruned_heads", "position_embedding_type", "layer_norm_eps",
          "attention_bias", "mlp_bias", "use_bias", "qkv_bias", "use_sliding_window", "max_window_layers", "use_bidirectional_attention",
          "scale_embedding", "static_position_embeddings", "normalize_before", "normalize_embedding", "add_final_layer_norm",
          "add_bias_logits", "extra_pos_embeddings", "tie_encoder_decoder", "n_ctx", "original_max_position_embeddings",
          "tie_last_hidden_states", "gradient_checkpointing", "auto_map", "max_length", "num_beams", "_attn_implementation", "odd_key",
          "_num_labels", "torch_dtype", "pretraining_tp", "output_past", "attribute_map", "chunk_size_feed_forward"]


def cases(base, cls):
    """(name, config.json) of every perturbation of one base configuration."""
    own = [f.name for f in dataclasses.fields(cls)] + list(cls.attribute_map)
    keys = list(dict.fromkeys([*own, "torch_dtype", "output_attentions", *OTHERS]))
    yield "base", base
    for key in keys:
        if key in base:
            yield f"{key} left out", {k: v for k, v in base.items() if k != key}
        for value in values(key, base, key in own):
            yield f"{key} = {json.dumps(value)}", {**base, key: value}
    for alias, key in cls.attribute_map.items():
        rest = {k: v for k, v in base.items() if k != key}
        for value in [base.get(key), 3, None]:
            yield f"{alias} = {json.dumps(value)} instead of {key}", {**rest, alias: value}
    if "rope_parameters" in base:
        for rope in ROPES:
            old = {k: v for k, v in base.items() if k != "rope_parameters"}
            yield f"old rope_scaling = {json.dumps(rope)}", {**old, "rope_scaling": rope, "rope_theta": 700.0}
            yield f"both, rope_scaling = {json.dumps(rope)}", {**base, "rope_scaling": rope, "rope_theta": 700.0}


def values(key, base, own):
    import transformers.activations as activations
    acts = list(activations.ACT2CLS) if key in ("hidden_act", "activation", "activation_function") else []
    sizes = SIZES if isinstance(base.get(key), int) and not isinstance(base.get(key), bool) else []
    if key == "_attn_implementation":  # null takes transformers' mask away: how it is computed, not what
        return ["eager", "sdpa", "flash_attention_2"]
    return [*(ANY if own else SHORT), *SPECIAL.get(key, []), *acts, *sizes]


def make(root, families):
    import torch, transformers
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM, AutoModelForSeq2SeqLM
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error(), transformers.logging.disable_progress_bar(), logging.disable(logging.CRITICAL)
    for family in families:
        kind, sizes = FAMILIES[family]
        auto = AutoModelForSeq2SeqLM if "d_model" in sizes else AutoModelForMaskedLM if kind in ("bert", "roberta", "xlm-roberta", "distilbert") else AutoModelForCausalLM
        config = AutoConfig.for_model(kind, **sizes)
        folder = Path(root, family)
        folder.mkdir(parents=True, exist_ok=True)
        model = randomized(auto.from_config(config).float().eval())
        model.save_pretrained(folder)
        write_tokenizer(folder)
        base = json.loads((folder / "config.json").read_text())
        inputs = {"input_ids": torch.tensor([[7, 9, 11, 5, 30, 22, 7, 14, 13, 39, 6, 18]])}
        inputs["attention_mask"] = torch.ones_like(inputs["input_ids"])
        if "d_model" in sizes:
            inputs["decoder_input_ids"] = torch.tensor([[2, 18, 31, 9, 10]])
        lines = []
        for name, changed in cases(base, type(config)):
            (folder / "config.json").write_text(json.dumps(changed))
            lines.append(json.dumps({"name": name, "config": json.dumps(changed), **reference(auto, folder, inputs)}))
        (folder / "config.json").write_text(json.dumps(base))
        (folder / "reference.jsonl").write_text("\n".join(lines))
        print(family, len(lines), "cases", flush=True)


def randomized(model):
    import torch
    g = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, p in model.named_parameters():
            r = torch.randn(p.shape, generator=g)
            p.copy_(1 + 0.2 * r if p.dim() == 1 and name.endswith("weight") else 0.3 * r)
    return model


def write_tokenizer(folder):
    vocab = {f"w{i}": i for i in range(40)}
    model = {"type": "WordLevel", "vocab": vocab, "unk_token": "w0"}
    (folder / "tokenizer.json").write_text(json.dumps({"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
                                                      "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None, "model": model}))


def reference(auto, folder, inputs):
    import torch
    try:
        model, info = auto.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32, output_loading_info=True)
        if info["missing_keys"]:
            return {"error": f"its weights are missing: {sorted(info['missing_keys'])[0]}"}
        with torch.inference_mode():
            out = model.eval()(**inputs, output_hidden_states=True, output_attentions=True)
        names = ["encoder_hidden_states", "decoder_hidden_states", "encoder_attentions", "decoder_attentions", "cross_attentions"]
        parts = names if "decoder_input_ids" in inputs else ["hidden_states", "attentions"]
        values = {part: [rounded(t) for t in out[part]] for part in parts}
        return {"values": {**values, "logits": [rounded(out.logits)]}}
    except Exception as e:
        return {"error": f"{type(e).__name__}: {str(e)[:200]}"}


rounded = lambda t: [float(f"{x:.7g}") for x in t.flatten().tolist()]
TOLERANCE = {"attentions": 2e-5, "states": 2e-4, "logits": 5e-4}


def verdict(ref, ours):
    if "error" in ours:
        return "refused" if ours["kind"] == "InputError" else "CRASH"
    if "error" in ref:
        return "loaded here, an error there"
    for part, theirs in ref["values"].items():
        mine = ours["values"].get(part)
        if mine is None or (part == "logits" and not mine) or (part.endswith("attentions") and not theirs):
            continue  # without a language head there are no logits; with sdpa, transformers returns no patterns
        limit = next(v for k, v in TOLERANCE.items() if part.endswith(k))
        if len(mine) != len(theirs) or any(len(a) != len(b) or max(abs(x - y) for x, y in zip(a, b)) > limit or a != a for a, b in zip(mine, theirs)):
            return "WRONG"
    return "equal"


def compare(root, families):
    wrong = 0
    print(f"{'family':13} {'cases':>6} {'equal':>6} {'refused':>8} {'both err':>8} {'only here':>9} {'wrong':>6}")
    for family in families:
        refs = [json.loads(l) for l in Path(root, family, "reference.jsonl").read_text().splitlines()]
        ours = [json.loads(l) for l in Path(root, family, "headwise.jsonl").read_text().splitlines()]
        assert [r["name"] for r in refs] == [o["name"] for o in ours]
        counts = Counter()
        for ref, mine in zip(refs, ours):
            v = verdict(ref, mine)
            counts["both" if v == "refused" and "error" in ref else v] += 1
            if v in ("WRONG", "CRASH") or (os.environ.get("SHOW") == v and (v != "refused" or "error" not in ref)):
                print(f"  {family}: {ref['name']}: {v}", ref.get("error", "")[:150].replace("\n", " "), mine.get("error", "")[:200])
        bad = counts["WRONG"] + counts["CRASH"]
        wrong += bad
        print(f"{family:13} {len(refs):6} {counts['equal']:6} {counts['refused']:8} {counts['both']:8} {counts['loaded here, an error there']:9} {bad:6}", flush=True)
    return wrong


if __name__ == "__main__":
    action, root, *chosen = sys.argv[1:]
    chosen = chosen or list(FAMILIES)
    if action == "make":
        make(root, chosen)
    else:
        sys.exit(1 if compare(root, chosen) else 0)
