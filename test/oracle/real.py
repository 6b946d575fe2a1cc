"""What transformers computes on real checkpoints, for comparing ours by hand (the files are too big to keep).

    python test/oracle/real.py bert --model DIR --conllu FILE --out minilm.safetensors
    python test/oracle/real.py gguf --model FILE.gguf --out smollm2.safetensors

Both write input_ids and attention_mask (int64 [b, n], padding on the right), hidden.0 … hidden.L [b, n, m] and
pattern.0 … pattern.L-1 [b, h, i, j]; `gguf` also writes logits [b, n, v]. For decoders hidden.L is after the final norm.
The texts are in the file's metadata, as JSON under `texts`. Padded rows may be anything.

Needs torch, transformers, safetensors, tokenizers and, for GGUF, gguf.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import BertModel, LlamaConfig, LlamaForCausalLM

# With no BOS before them: SmolLM2's file says add_bos_token = false, and its tokenizer adds nothing.
TEXTS = [
    "The capital of France is Paris.",
    "Once upon a time there was a little girl who lived in a village near the forest.",
    "def add(a, b):\n    return a + b\n",
    "The cat sat on the mat, and the cat sat on the mat, and the cat",
    "In 1969, Neil Armstrong walked on the Moon; 12 people have done so.",
    "Colourless green ideas sleep furiously",
    "It's naïve to think that café owners don't speak English.",
    "Why",
]


def pad(rows, value):
    n = max(map(len, rows))
    ids = torch.tensor([row + [value] * (n - len(row)) for row in rows])
    mask = torch.arange(n) < torch.tensor([len(row) for row in rows])[:, None]
    return ids, mask.long()


def write(path, model, ids, mask, texts):
    with torch.inference_mode():
        out = model(input_ids=ids, attention_mask=mask, output_hidden_states=True, output_attentions=True)
    tensors = {"input_ids": ids, "attention_mask": mask}
    tensors |= {f"hidden.{l}": x for l, x in enumerate(out.hidden_states)}
    tensors |= {f"pattern.{l}": a for l, a in enumerate(out.attentions)}
    if "logits" in out:
        tensors["logits"] = out.logits
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: x.clone().contiguous() for name, x in tensors.items()}, path, {"texts": json.dumps(texts)})
    print(f"{path.name}: {tuple(ids.shape)} ids, {mask.sum().item()} of them real, {path.stat().st_size / 1e6:.0f} MB")
    return out


# --- a BERT directory


def sentences(conllu, count):
    lines = conllu.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("# text = ") for line in lines if line.startswith("# text = ")][:count]


def bert(args):
    texts = sentences(args.conllu, 64)
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = BertModel.from_pretrained(args.model, attn_implementation="eager", dtype=torch.float32).eval()
    ids, mask = pad([tokenizer.encode(text).ids for text in texts], model.config.pad_token_id)
    write(args.out, model, ids, mask, texts)


# --- a GGUF file of the llama architecture


def unpermuted(weight, heads):
    """llama.cpp stores each head's rotary pairs side by side, [h, d/2, 2]; transformers wants halves, [h, 2, d/2]."""
    rows, width = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, width).swapaxes(1, 2).reshape(rows, width)


def llama_config(field, tied):
    heads = field("llama.attention.head_count")
    width = field("llama.embedding_length")
    return LlamaConfig(
        vocab_size=field("llama.vocab_size"),
        hidden_size=width,
        intermediate_size=field("llama.feed_forward_length"),
        num_hidden_layers=field("llama.block_count"),
        num_attention_heads=heads,
        num_key_value_heads=field("llama.attention.head_count_kv"),
        head_dim=field("llama.attention.key_length", width // heads),
        max_position_embeddings=field("llama.context_length"),
        rms_norm_eps=field("llama.attention.layer_norm_rms_epsilon"),
        rope_parameters={"rope_type": "default", "rope_theta": field("llama.rope.freq_base", 10000.0)},
        tie_word_embeddings=tied,
        attn_implementation="eager",
    )


NAMES = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "output": "lm_head",
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def llama_name(name):
    """blk.7.attn_q.weight → model.layers.7.self_attn.q_proj.weight"""
    *block, part, kind = name.split(".")
    return ".".join(([f"model.layers.{block[1]}"] if block else []) + [NAMES[part], kind])


def llama_weights(reader, config):
    from gguf import dequantize

    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    weights = {}
    for tensor in reader.tensors:
        weight = torch.from_numpy(dequantize(tensor.data, tensor.tensor_type).copy()).float()
        part = tensor.name.split(".")[-2]
        weights[llama_name(tensor.name)] = unpermuted(weight, heads[part]) if part in heads else weight
    return weights


def byte_level_tokenizer(field):
    """The tokenizer the file describes (`gpt2` merges, `smollm` pre-tokenizer: each digit alone, then GPT-2's rule)."""
    if (field("tokenizer.ggml.model"), field("tokenizer.ggml.pre")) != ("gpt2", "smollm"):
        raise SystemExit("real.py: this GGUF file's tokenizer is not SmolLM's")
    vocabulary = {token: i for i, token in enumerate(field("tokenizer.ggml.tokens"))}
    merges = [tuple(merge.split(" ")) for merge in field("tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def gguf(args):
    from gguf import GGUFReader

    reader = GGUFReader(args.model)

    def field(key, default=None):
        return reader.fields[key].contents() if key in reader.fields else default

    tied = all(tensor.name != "output.weight" for tensor in reader.tensors)
    model = LlamaForCausalLM(llama_config(field, tied)).eval()
    missing, surplus = model.load_state_dict(llama_weights(reader, model.config), strict=False)
    assert not surplus and missing == (["lm_head.weight"] if tied else []), (missing, surplus)
    model.tie_weights()

    tokenizer = byte_level_tokenizer(field)
    ids, mask = pad([tokenizer.encode(text).ids for text in TEXTS], field("tokenizer.ggml.padding_token_id", 0))
    out = write(args.out, model, ids, mask, TEXTS)
    for text, row, logits, n in zip(TEXTS, ids, out.logits, mask.sum(1), strict=True):
        assert tokenizer.decode(row[:n].tolist()) == text
        print(f"  {text!r} → {tokenizer.decode([logits[n - 1].argmax().item()])!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for command in (bert, gguf):
        sub = commands.add_parser(command.__name__)
        sub.add_argument("--model", type=Path, required=True)
        sub.add_argument("--out", type=Path, required=True)
        sub.set_defaults(run=command)
        if command is bert:
            sub.add_argument("--conllu", type=Path, required=True)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
