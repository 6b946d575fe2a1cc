"""Peer: the statistics of torch_stats.py on TransformerLens' cache (TransformerBridge, since version 4 the only model).

    python bench/peers/tlens_stats.py --model DIR --batch 8 --length 128 --repeats 20 --threads 2 --json

DIR is a BERT directory. It is loaded as BertForNextSentencePrediction, whose head is small: TransformerLens' default, the
masked-language head, would more than double the work of MiniLM. Prints median milliseconds of:
  plain       the forward pass without any hook     everything  run_with_cache(ids), then the statistics of every head
  needed      the same, caching only patterns and values (names_filter)
  tuned       as needed, with the statistics written for speed
"""

from importlib.metadata import version

import torch
import transformers
from torch_stats import (
    arguments,
    assert_equal,
    grams,
    layer_statistics,
    measure,
    output_weights,
    random_text,
    tuned_statistics,
    write,
)
from transformer_lens.model_bridge import TransformerBridge


def main():
    args = arguments(__doc__)
    torch.set_num_threads(args.threads)
    model = TransformerBridge.boot_transformers(
        str(args.model), device="cpu", dtype=torch.float32, model_class=transformers.BertForNextSentencePrediction
    )
    layers = range(model.cfg.n_layers)
    names = [(f"blocks.{layer}.attn.hook_pattern", f"blocks.{layer}.attn.hook_v") for layer in layers]
    needed = [name for pair in names for name in pair]

    def with_cache(wanted, statistics, weights):
        _, cache = model.run_with_cache(ids, names_filter=wanted) if wanted else model.run_with_cache(ids)
        return [statistics(cache[a], cache[v], w, text) for (a, v), w in zip(names, weights, strict=True)]

    with torch.inference_mode():
        bert = model.original_model.bert
        words = bert.embeddings.word_embeddings
        ids, punctuation, text = random_text(args, getattr(words, "original_component", words).weight)
        weights = output_weights([layer.attention.output.dense.weight for layer in bert.encoder.layer], model.cfg.n_heads)
        squares = grams(weights)
        runs = {
            "plain": lambda: model(ids),
            "everything": lambda: with_cache(None, layer_statistics, weights),
            "needed": lambda: with_cache(needed, layer_statistics, weights),
            "tuned": lambda: with_cache(needed, tuned_statistics, squares),
        }
        found = runs["everything"]()
        assert_equal(found, runs["tuned"]())
        if args.out:
            write(args.out, ids, punctuation, text, found)
        versions = {name: version(name) for name in ("torch", "transformers", "transformer-lens")}
        measure(args, "transformer-lens", versions, runs)


if __name__ == "__main__":
    main()
