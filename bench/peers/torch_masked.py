"""Peer: a pass with one head masked, as exact ablation in PyTorch takes one for each head: transformers, eager attention.

    python bench/peers/torch_masked.py --model DIR --threads 2

DIR is a BERT directory. The pairs are those of bench/prune.mjs in number and length, mean-pooled, with their cosines. A head is
masked by a hook that multiplies its output before the output projection. Prints median milliseconds of `plain` and `masked`.
"""

import argparse
import os

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from torch_stats import measure

LENGTHS, PAIRS = (12, 16, 28), 32


def batches(vocabulary):
    generator = torch.Generator().manual_seed(1)
    return [torch.randint(0, vocabulary, (2 * PAIRS, n), generator=generator) for n in LENGTHS]


def judge(model, some):
    for ids in some:
        states = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        unit = torch.nn.functional.normalize(states.mean(1), dim=-1)
        (unit[0::2] * unit[1::2]).sum(-1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--batch", type=int, default=2 * PAIRS)
    parser.add_argument("--length", type=int, default=LENGTHS[-1])
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of words")
    parser.add_argument("--serve", action="store_true", help='answer lines "NAME REPEATS" on stdin')
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    options = {"attn_implementation": "eager", "dtype": torch.float32, "add_pooling_layer": False}
    model = transformers.BertModel.from_pretrained(args.model, **options).eval()
    heads = model.config.num_attention_heads
    gate = torch.ones(heads).repeat_interleave(model.config.hidden_size // heads)
    gate[: model.config.hidden_size // heads] = 0
    some = batches(model.config.vocab_size)

    def plain():
        with torch.inference_mode():
            judge(model, some)

    def masked():
        dense = model.encoder.layer[len(model.encoder.layer) // 2].attention.output.dense
        hook = dense.register_forward_pre_hook(lambda _, inputs: (inputs[0] * gate,))
        plain()
        hook.remove()

    measure(args, "torch-masked", {"torch": torch.__version__, "transformers": transformers.__version__}, {"plain": plain, "masked": masked})


if __name__ == "__main__":
    main()
