"""Writes a BERT directory as the ONNX folder that Transformers.js loads: float32, free batch and sequence sizes.

    python bench/peers/export_onnx.py --model DIR --out OUT

OUT gets config.json, the tokenizer's files and onnx/model.onnx. Prints the largest difference to PyTorch.
"""

import argparse
import os
import shutil
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy
import onnxruntime
import torch
from transformers import BertModel

COPIED = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class Bare(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        out = self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return out.last_hidden_state


def example(b, n):
    ids = torch.randint(999, 9999, (b, n))
    mask = (torch.arange(n) < torch.randint(n // 2, n + 1, (b, 1))).long()
    return ids, mask, torch.zeros_like(ids)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    (args.out / "onnx").mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        if (args.model / name).exists():
            shutil.copyfile(args.model / name, args.out / name)

    torch.manual_seed(1)
    model = Bare(BertModel.from_pretrained(args.model, dtype=torch.float32, add_pooling_layer=False)).eval()
    path = args.out / "onnx" / "model.onnx"
    free = {0: torch.export.Dim("batch"), 1: torch.export.Dim("sequence")}
    torch.onnx.export(
        model,
        example(3, 17),
        path,
        input_names=INPUTS,
        output_names=["last_hidden_state"],
        dynamic_shapes={name: free for name in INPUTS},
        dynamo=True,
        external_data=False,
    )

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for b, n in ((1, 5), (8, 128)):
        inputs = example(b, n)
        got = session.run(None, {name: x.numpy() for name, x in zip(INPUTS, inputs, strict=True)})[0]
        with torch.inference_mode():
            want = model(*inputs).numpy()
        print(f"batch {b}, length {n}: max |ONNX - PyTorch| {numpy.abs(got - want)[inputs[1].numpy() == 1].max():.1e}")


if __name__ == "__main__":
    main()
