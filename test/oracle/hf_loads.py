"""A model directory that Headwise wrote, as stock transformers reads it: run by hand, to be compared with ours.

    python test/oracle/hf_loads.py DIR                       # a text of its own
    python test/oracle/hf_loads.py DIR "The cat sat on the mat." --steps 8
    python test/oracle/hf_loads.py DIR "Ein Hund läuft." --target "A dog runs."

Prints one JSON object: class, parameters, missing and surplus tensors, the ids (what the tokenizer gives, special tokens and
all), the logits' shape, `last` (the first eight logits at the last position), `sum` and `norm` of all logits in float64, the
best id at each position and, for models that go on, what greedy decoding gives. For translation the decoder reads the start
token and the ids of --target (default: none). Ends with 1 where a tensor is missing or left over. Nothing is downloaded.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer, MarianMTModel

MASKED = {"bert", "distilbert", "roberta"}


def model_class(folder):
    kind = AutoConfig.from_pretrained(folder).model_type
    return MarianMTModel if kind == "marian" else AutoModelForMaskedLM if kind in MASKED else AutoModelForCausalLM


def feeds(model, tokenizer, text, target):
    """What the model reads, without padding: each [1, n]."""
    given = tokenizer(text, return_tensors="pt")
    given.pop("token_type_ids", None)
    if not model.config.is_encoder_decoder:
        return dict(given)
    said = tokenizer(text_target=target, add_special_tokens=False).input_ids if target else []
    return {**given, "decoder_input_ids": torch.tensor([[model.config.decoder_start_token_id, *said]])}


def generated(model, given, steps):
    """Ids that greedy decoding adds."""
    source = {name: ids for name, ids in given.items() if name != "decoder_input_ids"}
    out = model.generate(**source, max_new_tokens=steps, do_sample=False, num_beams=1)[0].tolist()
    return out if model.config.is_encoder_decoder else out[given["input_ids"].shape[1] :]


def digest(logits):
    exact = logits[0].double()
    return {
        "logits": list(logits.shape),
        "last": exact[-1, :8].tolist(),
        "sum": exact.sum().item(),
        "norm": exact.norm().item(),
        "best": exact.argmax(-1).tolist(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("text", nargs="?", default="The cat sat on the mat, and the cat")
    parser.add_argument("--target", help="for translation: what the decoder has said")
    parser.add_argument("--steps", type=int, default=16, help="tokens of greedy decoding")
    args = parser.parse_args()

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    model, loading = model_class(args.model).from_pretrained(
        args.model, attn_implementation="eager", dtype=torch.float32, output_loading_info=True
    )
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    wrong = {name: sorted(map(str, loading[key])) for name, key in (("missing", "missing_keys"), ("surplus", "unexpected_keys"))}
    with torch.inference_mode():
        given = feeds(model.eval(), tokenizer, args.text, args.target)
        found = digest(model(**given).logits)
        going_on = model.can_generate() and model.config.model_type not in MASKED
        greedy = generated(model, given, args.steps) if going_on else None
    result = {
        "class": type(model).__name__,
        "parameters": sum(p.numel() for p in model.parameters()),
        **wrong,
        **{name: ids[0].tolist() for name, ids in given.items() if name.endswith("input_ids")},
        **found,
        **({"greedy": greedy, "text": tokenizer.decode(greedy)} if greedy is not None else {}),
    }
    print(json.dumps(result, ensure_ascii=False))
    sys.exit(1 if wrong["missing"] or wrong["surplus"] else 0)


if __name__ == "__main__":
    main()
