"""Peer: head statistics in PyTorch, with transformers' eager attention and `output_attentions`.

    python bench/peers/torch_stats.py --model DIR --batch 8 --length 128 --repeats 20 --threads 2 --json

DIR is a BERT directory. Ids are random, there is no padding, every query counts. Prints median milliseconds of:
  plain         the forward pass, eager attention          plainSdpa   the same with PyTorch's default attention
  instrumented  the pass with its patterns, then the statistics of every head, raw and norm-weighted, written plainly
  tuned         the same numbers written for speed: each layer reduced by a hook as soon as it has run, so that no pattern
                is kept; temporaries overwritten; ‖f(x)‖ from a matrix W_O W_Oᵀ made once

What depends on the text alone (`Text`) is made once and not timed. With --serve, lines "NAME REPEATS" on stdin are answered
with the milliseconds of each repeat (one run before them is not counted).

Axes: b batch, i query, j key, h head, d head width, m model width, k mask.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers

FIRST_WORD = 999  # ids below are special or unused in BERT's vocabularies
OFFSETS = range(-5, 6)


# --- the statistics: each a mean over queries, for every text and head


class Text:
    """What the statistics need of a batch and all layers share."""

    def __init__(self, ids, punctuation, embeddings):
        b, n = ids.shape
        at = torch.arange(n)
        first, last = (at == 0).float().expand(b, n), (at == n - 1).float().expand(b, n)
        self.keys = torch.stack([first, last, punctuation.float()], -1)  # [b, j, 3]
        distance = (at[:, None] - at).abs().float().expand(b, n, n)
        earlier_same = ((ids[:, :, None] == ids[:, None, :]) & (at < at[:, None])).float()
        unit = torch.nn.functional.normalize(embeddings[ids], dim=-1)
        self.similarity = unit @ unit.transpose(1, 2)
        other = (ids[:, :, None] != ids[:, None, :]).float()
        self.masks = torch.stack([distance, earlier_same, self.similarity * other, other], 1)  # [b, k, i, j]


def entropy(a):
    return -(a * a.clamp_min(1e-30).log()).sum(-1)


def entropy_in_place(a):
    return -a.clamp_min(1e-30).log_().mul_(a).sum(-1)


def pattern_statistics(a, text, entropy=entropy):
    """Of patterns a [b, h, i, j]: each [b, h] or [b, h, several]."""
    n = a.shape[-1]
    largest, where = a.max(-1)
    offset = where - torch.arange(n)
    return {
        "keys": a.mean(2) @ text.keys,
        "pairs": torch.einsum("bhij,bkij->bhk", a, text.masks) / n,
        "weight": torch.stack([a.diagonal(o, 2, 3).sum(-1) / n for o in OFFSETS], -1),
        "top": torch.stack([(offset == o).float().mean(-1) for o in OFFSETS], -1),
        "entropy": entropy(a).mean(-1),
        "confidence": largest.mean(-1),
    }


def layer_statistics(a, v, wo, text):
    """Raw, and of A_ij ‖f(x_j)‖ with each row scaled to add up to one (Kobayashi 2020): v [b, j, h, d], wo [h, d, m]."""
    size = torch.einsum("bjhd,hdm->bhjm", v, wo).norm(dim=-1)  # [b, h, j]
    weighted = a * size[:, :, None]
    weighted = weighted / weighted.sum(-1, keepdim=True)
    return {"raw": pattern_statistics(a, text), "norm": pattern_statistics(weighted, text), "size": size.mean(-1)}


def tuned_statistics(a, v, gram, text):
    """The same; ‖f(x)‖² = v (W_O W_Oᵀ) v."""
    size = (torch.einsum("bjhd,hde->bjhe", v, gram) * v).sum(-1).clamp_min(0).sqrt().transpose(1, 2)
    weighted = a * size[:, :, None]
    weighted.div_(weighted.sum(-1, keepdim=True))
    raw, norm = (pattern_statistics(x, text, entropy_in_place) for x in (a, weighted))
    return {"raw": raw, "norm": norm, "size": size.mean(-1)}


def output_weights(weights, heads):
    """W_O of each head [h, d, m], from each layer's output matrix [m, h·d]."""
    return [w.T.unflatten(0, (heads, -1)).contiguous() for w in weights]


def grams(weights):
    return [torch.einsum("hdm,hem->hde", wo, wo) for wo in weights]


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
    parser.add_argument("--serve", action="store_true", help='answer lines "NAME REPEATS" on stdin')
    parser.add_argument("--out", type=Path, help="also write the ids and the statistics, as safetensors")
    return parser.parse_args()


def random_text(args, embeddings):
    generator = torch.Generator().manual_seed(args.seed)
    ids = torch.randint(FIRST_WORD, len(embeddings), (args.batch, args.length), generator=generator)
    ids[:, args.length // 2 :: 7] = ids[:, : args.length - args.length // 2 : 7]  # so that some tokens come again
    punctuation = torch.rand((args.batch, args.length), generator=generator) < 0.12
    return ids, punctuation, Text(ids, punctuation, embeddings)


def milliseconds(run):
    start = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - start)


def medians(runs, repeats, warmup=3):
    """Median milliseconds of each, taken in turns so that a slow moment affects all equally."""
    times = {name: [] for name in runs}
    for turn in range(warmup + repeats):
        for name, run in runs.items():
            took = milliseconds(run)
            if turn >= warmup:
                times[name].append(took)
    return {f"{name}Ms": round(statistics.median(t), 2) for name, t in times.items()}


def measure(args, peer, versions, runs, more=None):
    sizes = {name: getattr(args, name) for name in ("batch", "length", "threads")}
    about = {"peer": peer, "versions": versions, **sizes, **(more or {})}
    if args.serve:
        serve(about, runs)
        return
    result = {**about, "repeats": args.repeats, **medians(runs, args.repeats), "peakBytes": peak_bytes()}
    print(json.dumps(result) if args.json else "\n".join(f"{name:16}{value}" for name, value in result.items()))


def serve(about, runs):
    print(json.dumps({**about, "runs": list(runs)}), flush=True)
    for line in sys.stdin:
        name, repeats = line.split()
        runs[name]()
        times = [milliseconds(runs[name]) for _ in range(int(repeats))]
        print(json.dumps({"ms": times, "peakBytes": peak_bytes()}), flush=True)


def peak_bytes():
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def flat(found, path=""):
    if isinstance(found, torch.Tensor):
        return {path[1:]: found}
    return {name: value for key, part in found.items() for name, value in flat(part, f"{path}.{key}").items()}


def write(path, ids, punctuation, text, layers):
    """Everything as float32: `raw.entropy` and so on are [layer, b, h] or [layer, b, h, several]."""
    from safetensors.torch import save_file

    layers = [flat(layer) for layer in layers]
    tensors = {name: torch.stack([layer[name] for layer in layers]) for name in layers[0]}
    tensors |= {"ids": ids, "punctuation": punctuation, "masks": text.masks}
    save_file({name: value.float().contiguous() for name, value in tensors.items()}, path)


def assert_equal(one, other):
    for a, b in zip(one, other, strict=True):
        for (name, x), y in zip(flat(a).items(), flat(b).values(), strict=True):
            assert torch.allclose(x, y, atol=1e-5, rtol=1e-4) or "top" in name, f"{name}: {(x - y).abs().max()}"


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
            found.append(tuned_statistics(output[1], v, gram, text))

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
    heads = eager.config.num_attention_heads
    layers = eager.encoder.layer

    def instrumented():
        values = []
        hooks = [
            layer.attention.self.value.register_forward_hook(lambda _, __, v: values.append(v.unflatten(-1, (heads, -1))))
            for layer in layers
        ]
        out = eager(ids, output_attentions=True)
        for hook in hooks:
            hook.remove()
        return [layer_statistics(a, v, wo, text) for a, v, wo in zip(out.attentions, values, weights, strict=True)]

    def tuned():
        found, hooks = streaming(eager, squares, text)
        eager(ids)
        for hook in hooks:
            hook.remove()
        return found

    with torch.inference_mode():
        ids, punctuation, text = random_text(args, eager.embeddings.word_embeddings.weight)
        weights = output_weights([layer.attention.output.dense.weight for layer in layers], heads)
        squares = grams(weights)
        found = instrumented()
        assert_equal(found, tuned())
        if args.out:
            write(args.out, ids, punctuation, text, found)
        runs = {"plain": lambda: eager(ids), "plainSdpa": lambda: sdpa(ids), "instrumented": instrumented, "tuned": tuned}
        measure(args, "torch", {"torch": torch.__version__, "transformers": transformers.__version__}, runs)


if __name__ == "__main__":
    main()
