"""Peer: head statistics in PyTorch, with transformers' eager attention and `output_attentions`.

    python bench/peers/torch_stats.py --model DIR --batch 8 --length 128 --repeats 20 --threads 2 --json

DIR is a BERT directory. Ids are random and there is no padding. Prints median milliseconds of:
  plain         the forward pass, eager attention          plainSdpa   the same with PyTorch's default attention
  instrumented  the pass with its patterns, then the statistics of every head, plain and norm-weighted
  streamed      the same, each layer reduced by a hook as soon as it has run, so that no pattern is kept

Axes: b batch, i query, j key, h head, d head width, m model width, k one of the three masks of `masked_sums`.
"""

import argparse
import json
import os
import resource
import statistics
import time
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers

FIRST_WORD = 999  # ids below are special or unused in BERT's vocabularies


# --- the statistics: each a number a head, meaned over batch and queries, except the histogram and the columns


class Text:
    """What the statistics need of a batch and all layers share."""

    def __init__(self, ids, punctuation):
        b, n = ids.shape
        at = torch.arange(n)
        self.punctuation = punctuation.float()
        distance = (at[:, None] - at).abs().float().expand(b, n, n)
        earlier_same = ((ids[:, :, None] == ids[:, None, :]) & (at < at[:, None])).float()
        self.masks = torch.stack([distance, earlier_same, torch.zeros(b, n, n)], 1)  # [b, k, i, j]
        self.offset = n - 1 - at  # added to an argmax: a bin from 0, for offset 1 - n, on


def with_similarity(text, x):
    """The three masks of this layer: distance, an earlier equal token, cosine between its inputs."""
    unit = torch.nn.functional.normalize(x, dim=-1)
    torch.matmul(unit, unit.transpose(1, 2), out=text.masks[:, 2])
    return text.masks


def pattern_statistics(a, text, masks):
    b, h, n, _ = a.shape
    columns = a.mean(2)  # [b, h, j]
    column = columns.mean(0)
    diagonal = [a.diagonal(o, 2, 3).mean((0, 2)) for o in (-1, 0, 1)]
    sums = torch.matmul(a.flatten(2), masks.flatten(2).transpose(1, 2)).mean(0) / n  # [h, k]
    largest, argmax = a.max(-1)
    bins = argmax + text.offset + (2 * n - 1) * torch.arange(h)[:, None]  # [b, h, i]
    return {
        "previous": diagonal[0],
        "self": diagonal[1],
        "next": diagonal[2],
        "first": column[:, 0],  # [CLS] in a BERT
        "last": column[:, -1],  # [SEP] in a BERT
        "punctuation": (columns * text.punctuation[:, None]).sum(-1).mean(0),
        "entropy": -a.clamp_min(1e-30).log_().mul_(a).sum(-1).mean((0, 2)),
        "confidence": largest.mean((0, 2)),
        "offsets": torch.bincount(bins.flatten(), minlength=h * (2 * n - 1)).view(h, 2 * n - 1),
        "columns": column,
        "sink": column.amax(-1),
        "distance": sums[:, 0],
        "duplicate": sums[:, 1],
        "semantic": sums[:, 2],
    }


def norm_weighted(a, norms):
    """A_ij ‖f(x_j)‖, each row scaled to add up to one (Kobayashi 2020)."""
    weighted = a * norms[:, :, None]
    return weighted.div_(weighted.sum(-1, keepdim=True))


def value_norms(v, gram):
    """‖f(x_j)‖ [b, h, j] of values v [b, j, h, d]: f(x) = v W_O, so its square is v (W_O W_Oᵀ) v."""
    return (torch.einsum("bjhd,hde->bjhe", v, gram) * v).sum(-1).clamp_min(0).sqrt().transpose(1, 2)


def output_grams(weights, heads):
    """W_O W_Oᵀ of each head [h, d, d], from each layer's output matrix [m, h·d]."""
    return [torch.einsum("mhd,mhe->hde", w.unflatten(1, (heads, -1)), w.unflatten(1, (heads, -1))) for w in weights]


def layer_statistics(a, x, v, gram, text):
    masks = with_similarity(text, x)
    plain = pattern_statistics(a, text, masks)
    weighted = pattern_statistics(norm_weighted(a, value_norms(v, gram)), text, masks)
    return plain | {f"{name}.norm": value for name, value in weighted.items()}


# --- the measurement, shared with tlens_stats.py


def arguments(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of words")
    parser.add_argument("--out", type=Path, help="also write the ids and the statistics, as safetensors")
    return parser.parse_args()


def random_text(args, vocabulary):
    generator = torch.Generator().manual_seed(args.seed)
    ids = torch.randint(FIRST_WORD, vocabulary, (args.batch, args.length), generator=generator)
    punctuation = torch.rand((args.batch, args.length), generator=generator) < 0.12
    return ids, punctuation


def medians(runs, repeats, warmup=3):
    """Median milliseconds of each, taken in turns so that a slow moment strikes all alike."""
    times = {name: [] for name in runs}
    for turn in range(warmup + repeats):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if turn >= warmup:
                times[name].append(1e3 * (time.perf_counter() - start))
    return {f"{name}Ms": round(statistics.median(t), 2) for name, t in times.items()}


def report(args, peer, versions, measured):
    result = {
        "peer": peer,
        "versions": versions,
        **{name: getattr(args, name) for name in ("batch", "length", "repeats", "threads")},
        **measured,
        "peakBytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    print(json.dumps(result) if args.json else "\n".join(f"{name:16}{value}" for name, value in result.items()))


def write(path, ids, punctuation, layers):
    from safetensors.torch import save_file

    tensors = {name: torch.stack([layer[name] for layer in layers]) for name in layers[0]}
    save_file({"input_ids": ids, "punctuation": punctuation, **tensors}, path)


# --- this peer


def streaming(model, grams, text):
    """Hooks that reduce each layer when its attention has run. Returns the list they append to, and the hooks."""
    found, held = [], {}
    handles = []
    for layer, gram in zip(model.encoder.layer, grams, strict=True):
        attention = layer.attention.self

        def keep_value(_, __, output):
            held["v"] = output

        def reduce(module, args, output, gram=gram):
            v = held.pop("v").unflatten(-1, (module.num_attention_heads, -1))
            found.append(layer_statistics(output[1], args[0], v, gram, text))

        handles += [attention.value.register_forward_hook(keep_value), attention.register_forward_hook(reduce)]
    return found, handles


def main():
    args = arguments(__doc__)
    torch.set_num_threads(args.threads)

    def load(attention):
        return transformers.BertModel.from_pretrained(
            args.model, attn_implementation=attention, dtype=torch.float32, add_pooling_layer=False
        ).eval()

    eager, sdpa = load("eager"), load("sdpa")
    ids, punctuation = random_text(args, eager.config.vocab_size)
    text = Text(ids, punctuation)
    heads = eager.config.num_attention_heads
    layers = eager.encoder.layer
    grams = output_grams([layer.attention.output.dense.weight for layer in layers], heads)

    def instrumented():
        values = []
        hooks = [
            layer.attention.self.value.register_forward_hook(lambda _, __, v: values.append(v.unflatten(-1, (heads, -1))))
            for layer in layers
        ]
        out = eager(ids, output_attentions=True, output_hidden_states=True)
        for hook in hooks:
            hook.remove()
        return [
            layer_statistics(a, x, v, gram, text)
            for a, x, v, gram in zip(out.attentions, out.hidden_states, values, grams, strict=False)
        ]

    def streamed():
        found, hooks = streaming(eager, grams, text)
        eager(ids)
        for hook in hooks:
            hook.remove()
        return found

    runs = {"plain": lambda: eager(ids), "plainSdpa": lambda: sdpa(ids), "instrumented": instrumented, "streamed": streamed}
    with torch.inference_mode():
        grams = [gram.clone() for gram in grams]
        measured = medians(runs, args.repeats)
        found = instrumented()
        for one, other in zip(found, streamed(), strict=True):
            assert all(torch.allclose(one[name].float(), other[name].float(), atol=1e-5) for name in one)
    if args.out:
        write(args.out, ids, punctuation, found)
    report(args, "torch", {"torch": torch.__version__, "transformers": transformers.__version__}, measured)


if __name__ == "__main__":
    main()
