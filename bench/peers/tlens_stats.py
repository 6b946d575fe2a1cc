"""Peer: the statistics of torch_stats.py on TransformerLens' cache (TransformerBridge, since version 4 the only model).

    python bench/peers/tlens_stats.py --model DIR --batch 8 --length 128 --repeats 20 --threads 2 --json

DIR is a BERT directory. It is loaded as BertForNextSentencePrediction, whose head is small: TransformerLens' default, the
masked-language head, would more than double the work of MiniLM. Prints median milliseconds of:
  plain         the forward pass without any hook           instrumented  run_with_cache of the patterns, values and
                                                                          layer inputs, then the statistics of every head
"""

from importlib.metadata import version

import torch
import transformers
from torch_stats import Text, arguments, layer_statistics, medians, output_grams, random_text, report, write
from transformer_lens.model_bridge import TransformerBridge

NEEDED = ("attn.hook_pattern", "hook_resid_pre", "attn.hook_v")  # in the order of layer_statistics' arguments


def main():
    args = arguments(__doc__)
    torch.set_num_threads(args.threads)
    model = TransformerBridge.boot_transformers(
        str(args.model), device="cpu", dtype=torch.float32, model_class=transformers.BertForNextSentencePrediction
    )
    ids, punctuation = random_text(args, model.cfg.d_vocab)
    text = Text(ids, punctuation)
    layers = range(model.cfg.n_layers)
    needed = [f"blocks.{layer}.{name}" for layer in layers for name in NEEDED]

    with torch.inference_mode():
        grams = output_grams(
            [layer.attention.output.dense.weight for layer in model.original_model.bert.encoder.layer], model.cfg.n_heads
        )

        def instrumented():
            _, cache = model.run_with_cache(ids, names_filter=needed)
            return [
                layer_statistics(*(cache[f"blocks.{layer}.{name}"] for name in NEEDED), grams[layer], text) for layer in layers
            ]

        measured = medians({"plain": lambda: model(ids), "instrumented": instrumented}, args.repeats)
        found = instrumented()
    if args.out:
        write(args.out, ids, punctuation, found)
    versions = {name: version(name) for name in ("torch", "transformers", "transformer-lens")}
    report(args, "transformer-lens", versions, measured)


if __name__ == "__main__":
    main()
