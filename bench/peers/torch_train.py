"""Peer: one training step of a GPT-2-like model in PyTorch, and its matrix product.

    python bench/peers/torch_train.py --batch 16 --length 128 --repeats 10 --threads 2 --json
    python bench/peers/torch_train.py --compile --json     # with torch.compile too (needs g++)

Pre-norm, learned positions, tanh GELU, output tied to the embedding, 4 layers, 8 heads, vocabulary 4096, feed-forward
4 × width, no dropout; random weights and ids, every position counted. Prints median milliseconds of
  step128 step256 step512    forward (scaled_dot_product_attention, causal), cross-entropy, backward, clip_grad_norm_ 1,
                             AdamW with decay on matrices, at that width
  compiled128 …              the same with the model and its loss under torch.compile
  matmul                     1024³, float32
and under `flops` the operations of each run:
  step    6 · (layers · 12 · width² + vocabulary · width) · tokens + 12 · layers · tokens · length · width
          (matrices, the tied output among them, and both products of attention, whole squares; each once forward and twice
          backward; no norms, softmax, GELU, optimiser)
  matmul  2 · 1024³
--width leaves out the others, --optimizer takes AdamW's other loop, --keep-memory tells malloc to keep what is freed (glibc
gives big blocks back at once, and a fresh page costs a fault). With --serve as torch_stats.py.

Axes: b batch, i query, h head, d head width, m model width, v vocabulary.
"""

import argparse
import ctypes

import torch
from torch import nn
from torch.nn.functional import cross_entropy, gelu, scaled_dot_product_attention
from torch_stats import measure

LAYERS, HEADS, VOCABULARY, WIDTHS, SIDE = 4, 8, 4096, (128, 256, 512), 1024


class Layer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.attention_norm, self.feed_forward_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        b, n, m = x.shape
        q, k, v = self.qkv(self.attention_norm(x)).view(b, n, 3, HEADS, m // HEADS).permute(2, 0, 3, 1, 4)
        z = scaled_dot_product_attention(q, k, v, is_causal=True)  # [b, h, i, d]
        x = x + self.out(z.transpose(1, 2).reshape(b, n, m))
        return x + self.down(gelu(self.up(self.feed_forward_norm(x)), approximate="tanh"))


class Model(nn.Module):
    def __init__(self, width, length):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(VOCABULARY, width), nn.Embedding(length, width)
        self.layers = nn.ModuleList(Layer(width) for _ in range(LAYERS))
        self.norm = nn.LayerNorm(width)
        for table in (self.tokens, self.positions):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, ids, targets):
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x)
        logits = nn.functional.linear(self.norm(x), self.tokens.weight)  # [b, i, v]
        return cross_entropy(logits.flatten(0, 1), targets.flatten())


def adamw(model, loop):
    """`loop`: fused or foreach."""
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": 0.1},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.95), **{loop: True})


def step_of(args, width, compiled=False):
    """A training step as a function. Ids are made once; the loss stays a tensor."""
    torch.manual_seed(args.seed)
    model = Model(width, args.length)
    optimizer = adamw(model, args.optimizer)
    parameters = list(model.parameters())
    text = torch.randint(VOCABULARY, (args.batch, args.length + 1))
    ids, targets = text[:, :-1].contiguous(), text[:, 1:].contiguous()
    loss_of = torch.compile(model, mode=args.mode) if compiled else model

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(ids, targets)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        return loss

    return step


def matmul():
    a, b, out = (torch.randn(SIDE, SIDE) for _ in range(3))
    return lambda: torch.mm(a, b, out=out)


def step_flops(args, width):
    tokens = args.batch * args.length
    matrices = LAYERS * 12 * width**2 + VOCABULARY * width
    return 6 * matrices * tokens + 12 * LAYERS * tokens * args.length * width


def assert_learns(step, name):
    """Seen often enough, the batch is known better than by guessing; and the first loss is a guess."""
    losses = [step().item() for _ in range(8)]
    guess = torch.tensor(float(VOCABULARY)).log().item()
    assert abs(losses[0] - guess) < 1 and losses[-1] < losses[0], f"{name}: {losses}"


def keep_memory():
    """glibc: no block of its own pages, never give the heap's end back (mallopt's M_MMAP_MAX and M_TRIM_THRESHOLD)."""
    libc = ctypes.CDLL(None)
    assert libc.mallopt(-4, 0) and libc.mallopt(-1, 2**31 - 1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--width", type=int, choices=WIDTHS, action="append", help="only this one; may be given again")
    parser.add_argument("--optimizer", choices=("fused", "foreach"), default="fused", help="AdamW's loop")
    parser.add_argument("--compile", action="store_true", help="also with torch.compile")
    parser.add_argument("--mode", help="torch.compile's mode, such as max-autotune")
    parser.add_argument("--keep-memory", action="store_true", help="tell malloc to keep freed blocks")
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of words")
    parser.add_argument("--serve", action="store_true", help='answer lines "NAME REPEATS" on stdin')
    return parser.parse_args()


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    if args.keep_memory:
        keep_memory()
    runs, flops = {"matmul": matmul()}, {"matmul": 2 * SIDE**3}
    for width in args.width or WIDTHS:
        for name, compiled in (("step", False), *([("compiled", True)] if args.compile else [])):
            runs[f"{name}{width}"] = step_of(args, width, compiled)
            flops[f"{name}{width}"] = step_flops(args, width)
            assert_learns(runs[f"{name}{width}"], f"{name}{width}")
    measure(args, "torch-train", {"torch": torch.__version__}, runs, {"optimizer": args.optimizer, "flops": flops})


if __name__ == "__main__":
    main()
