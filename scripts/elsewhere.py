"""What elsewhere.mjs starts: `python elsewhere.py WORK` runs a padded model in stock transformers, tokenizer and all, the ONNX
files of the cut one in onnxruntime, and looks with onnx for inputs and initialisers that no node uses. Prints one JSON object a
line, with the largest difference from Headwise's own numbers over tokens that are no padding.
"""

import json
import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
from safetensors.numpy import load_file

WORK = Path(sys.argv[1])
GIVEN = json.loads((WORK / "texts.json").read_text(encoding="utf-8"))
TEXTS, TRANSLATES = GIVEN["texts"], GIVEN["translates"]
OWN = load_file(WORK / "reference.safetensors")
CONFIG = json.loads((WORK / "padded" / "config.json").read_text(encoding="utf-8"))
MASKED = {"bert", "distilbert", "roberta", "xlm-roberta"}


def filled(rows, value):
    """[text, longest], int64."""
    longest = max(map(len, rows))
    return np.array([row + [value] * (longest - len(row)) for row in rows], dtype=np.int64)


def feeds():
    ids = [text["ids"] for text in TEXTS]
    padding = CONFIG.get("pad_token_id") or 0
    given = {"input_ids": filled(ids, padding), "attention_mask": filled([[1] * len(row) for row in ids], 0)}
    if TRANSLATES:
        given["decoder_input_ids"] = filled([text["decoderIds"] for text in TEXTS], padding)
    return given


def difference(name, made):
    pairs = [(OWN[f"{k}.{name}"][0], made[k, : len(text["ids"])]) for k, text in enumerate(TEXTS)]
    return np.max([np.abs(ours - theirs).max() for ours, theirs in pairs])  # which keeps a NaN


def compared(made):
    found = {name: difference(name, value) for name, value in made.items() if f"0.{name}" in OWN}
    states = np.max([found[name] for name in ("source", "states") if name in found])
    worst = {"states": states, **({"logits": found["logits"]} if "logits" in found else {})}
    return {name: None if np.isnan(value) else float(value) for name, value in worst.items()}


def stock_class(transformers):
    if TRANSLATES:
        return transformers.AutoModelForSeq2SeqLM
    if "0.logits" not in OWN:
        return transformers.AutoModel
    return transformers.AutoModelForMaskedLM if CONFIG["model_type"] in MASKED else transformers.AutoModelForCausalLM


def same_ids(transformers):
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(WORK / "padded")
        return "equal" if all(tokenizer(text["text"])["input_ids"] == text["tokenized"] for text in TEXTS) else "differ"
    except Exception as error:  # whatever it is, it is the finding
        return f"not read ({str(error).splitlines()[0][:80]})"


def in_transformers():
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    model, loading = stock_class(transformers).from_pretrained(WORK / "padded", dtype=torch.float32, output_loading_info=True)
    wrong = [*loading["missing_keys"], *loading["unexpected_keys"], *loading["mismatched_keys"]]
    with torch.inference_mode():
        given = {name: torch.from_numpy(ids) for name, ids in feeds().items()}
        out = model.eval()(**given, output_hidden_states=True)
    states = out.decoder_hidden_states if TRANSLATES else out.hidden_states
    made = {"states": states[-1], "logits": out.get("logits"), "source": out.get("encoder_last_hidden_state")}
    row = compared({name: value.numpy() for name, value in made.items() if value is not None})
    unfit = [name for name in map(str, wrong) if not name.startswith(("pooler.", "bert.pooler."))]
    reads = f"padded ({len(unfit)} tensors missing or left over)" if unfit else "padded"
    return {"runtime": "transformers", "version": transformers.__version__, "reads": reads, **row, "ids": same_ids(transformers)}


def in_onnxruntime():
    import onnxruntime

    def run(name, given):
        session = onnxruntime.InferenceSession(WORK / "cut" / "onnx" / name, providers=["CPUExecutionProvider"])
        names = [one.name for one in session.get_outputs()]
        wanted = [one.name for one in session.get_inputs()]
        zeros = np.zeros_like(given["input_ids"])  # of token types
        return dict(zip(names, session.run(None, {n: given.get(n, zeros) for n in wanted}), strict=True))

    given = feeds()
    made = run("encoder_model.onnx" if TRANSLATES else "model.onnx", given)
    states = made["last_hidden_state"]
    if TRANSLATES:
        source = {"encoder_hidden_states": states, "encoder_attention_mask": given["attention_mask"]}
        made = run("decoder_model.onnx", {"input_ids": given["decoder_input_ids"], **source})
    made = {"source" if TRANSLATES else "states": states, **({"logits": made["logits"]} if "logits" in made else {})}
    return {"runtime": "onnxruntime (Python)", "version": onnxruntime.__version__, "reads": "ONNX", **compared(made)}


def in_onnx():
    import onnx

    unused = []
    for path in sorted((WORK / "cut" / "onnx").glob("*.onnx")):
        graph = onnx.load(path).graph
        used = {name for node in graph.node for name in node.input} | {one.name for one in graph.output}
        unused += [one.name for one in [*graph.input, *graph.initializer] if one.name not in used]
        onnx.checker.check_model(str(path))
    said = f"ONNX: valid, unused: {', '.join(unused) or 'nothing'}"
    return {"runtime": "onnx (Python)", "version": onnx.__version__, "reads": said}


for name, run in (("transformers", in_transformers), ("onnxruntime (Python)", in_onnxruntime), ("onnx (Python)", in_onnx)):
    try:
        print(json.dumps(run()))
    except Exception as error:  # one that is missing or fails does not keep the others from being tried
        print(json.dumps({"runtime": name, "problem": f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"}))
