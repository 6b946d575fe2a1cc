"""Every key of transformers' GenerationConfig, changed, on the tiny translation models: generate() against ours.

    npm run build && python test/oracle/perturb_generation.py                 # all cases, and the counts
    python test/oracle/perturb_generation.py --golden                         # writes test/fixtures/generation.json

A case is a model, a file (generation_config.json, or the same keys in config.json where there is none) and its changed keys.
Outcomes: equal; refused (ours names the key, or one that was changed); reference (transformers fails, whatever ours does);
WRONG (anything else). Ends with 1 where a case is wrong. Needs torch and transformers 5.
"""

import argparse
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from transformers import GenerationConfig, M2M100ForConditionalGeneration, MarianMTModel

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "fixtures"
CLASSES = {"marian": MarianMTModel, "m2m": M2M100ForConditionalGeneration}
FILES = ("generation_config.json", "config.json")
# The documented differences: what a file without these keys means.
ALWAYS = {"num_beams": 4, "max_length": 19}

VALUES = {
    "max_length": [2, 3, 8, 19, 29, 1],
    "max_new_tokens": [None, 1, 4, 18, 0],
    "min_length": [None, 0, 1, 5, 14, 19, -1],
    "min_new_tokens": [None, 0, 3, 12, 18],
    "early_stopping": [None, True, False, "never", "sometimes"],
    "max_time": [None, 5.0],
    "stop_strings": [None, "w4", ["w4", "w5"]],
    "do_sample": [None, False, True],
    "num_beams": [1, 2, 4, 7, 0],
    "use_mtp": [None, False, True],
    "use_cache": [None, True, False],
    "cache_implementation": [None, "dynamic", "static", "offloaded", "hybrid", "quantized", "paged", "other"],
    "cache_config": [None, {"nbits": 4}],
    "max_cache_len": [None, 64],
    "temperature": [None, 0.5, 2.0],
    "top_k": [None, 0, 3, 50],
    "top_p": [None, 0.5],
    "min_p": [None, 0.1],
    "top_h": [None, 0.4],
    "typical_p": [None, 0.5],
    "epsilon_cutoff": [None, 0.001],
    "eta_cutoff": [None, 0.001],
    "repetition_penalty": [None, 1.0, 1.3, 3.0, 0.5, 2, 0.0, -1.0],
    "encoder_repetition_penalty": [None, 1.0, 1.5, 4.0, 0.5, 0.0],
    "length_penalty": [None, 0.0, 1.0, 2.0, -1.0, 0.6],
    "no_repeat_ngram_size": [None, 0, 1, 2, 3, 5, -1],
    "bad_words_ids": [None, [[60]], [[1]], [[21], [22], [23], [24], [25], [26]], [[4, 5], [10, 11, 12], [7]], [[0], [2]], [], [[-1]], [[99]]],
    "renormalize_logits": [None, False, True],
    "forced_bos_token_id": [None, 7, 33, 0, 2, 99, -1],
    "forced_eos_token_id": [None, 0, 2, 5, [5, 6], [0, 2, 9], 99],
    "remove_invalid_values": [None, False, True],
    "exponential_decay_length_penalty": [None, [2, 1.5], [5, 3.0], [0, 1.01], [4, 0.5], [3]],
    "suppress_tokens": [None, [], list(range(10, 21)), [0, 2], list(range(3, 40)), [99], [-1]],
    "begin_suppress_tokens": [None, [], list(range(3, 30)), [0, 2], list(range(30, 58))],
    "sequence_bias": [None, [[[7], 5.0]], [[[9, 10], 20.0], [[12], -4.0]], [[[5], float("-1e9")]], [[[7], 5]], [], {"7": 1.0}, [[[99], 1.0]]],
    "token_healing": [None, False, True],
    "guidance_scale": [None, 1, 1.0, 1.5],
    "watermarking_config": [None, {"bias": 2.5, "context_width": 1, "greenlist_ratio": 0.25, "hashing_key": 15485863, "seeding_scheme": "lefthash"}],
    "num_return_sequences": [None, 1, 2],
    "output_attentions": [None, True],
    "output_hidden_states": [None, True],
    "output_scores": [None, True],
    "output_logits": [None, True],
    "return_dict_in_generate": [None, False],
    "pad_token_id": [None, 3, 60, 1, 0, 2],
    "bos_token_id": [None, 0, 5],
    "eos_token_id": [None, 0, 2, 9, [0, 2, 33, 34, 35, 36, 37], [0, 2], 99, "x"],
    "encoder_no_repeat_ngram_size": [None, 0, 1, 2, 3, 4, -2],
    "decoder_start_token_id": [None, 9, 0, 2, 60, 1, 99, -1],
    "is_assistant": [None, False, True],
    "num_assistant_tokens": [None, 5],
    "num_assistant_tokens_schedule": [None, "heuristic"],
    "assistant_confidence_threshold": [None, 0.9],
    "prompt_lookup_num_tokens": [None, 3],
    "max_matching_ngram_size": [None, 2],
    "assistant_early_exit": [None, 1],
    "assistant_lookbehind": [None, 3],
    "target_lookbehind": [None, 3],
    "assistant_ensemble_weight": [None, 0.5],
    "speculation_type": [None, "dflash"],
    "compile_config": [None, {"mode": "default"}],
    "disable_compile": [None, True],
    "continuous_batching_config": [None, {"page_size": 8}],
    "low_memory": [None, False, True],
    "penalty_alpha": [None, 0.6],
    "dola_layers": [None, "low", [1]],
    "diversity_penalty": [None, 0.0, 0.5],
    "num_beam_groups": [None, 1, 2],
    "constraints": [None, [1]],
    "force_words_ids": [None, [[5]]],
    "prefill_chunk_size": [None, 4],
    "transformers_version": [None, "4.1.0"],
    "_from_model_config": [None, True],
    "_commit_hash": [None, "abc"],
    "force_bos_token_to_be_generated": [True, False],
    "no_repeat_ngram_sise": [3],
}
# What random combinations are made of: values that both follow.
COMBINED = {
    "num_beams": [1, 2, 4],
    "early_stopping": [True, False, "never"],
    "length_penalty": [0.0, 0.6, 1.0, 2.0],
    "min_length": [0, 6],
    "max_new_tokens": [6, 18],
    "repetition_penalty": [1.0, 1.4],
    "encoder_repetition_penalty": [1.0, 1.6],
    "no_repeat_ngram_size": [0, 2, 3],
    "encoder_no_repeat_ngram_size": [0, 3],
    "bad_words_ids": [[[60]], [[1]], [[4, 5], [10, 11], [60], [1]]],
    "sequence_bias": [[[[9, 10], 3.0], [[12], -4.0]]],
    "forced_bos_token_id": [7, None],
    "forced_eos_token_id": [0, 2, None, [5, 6]],
    "exponential_decay_length_penalty": [[4, 1.2], None],
    "suppress_tokens": [[10, 11, 12], None],
    "begin_suppress_tokens": [list(range(3, 20)), None],
    "renormalize_logits": [True, False],
    "remove_invalid_values": [True, False],
    "eos_token_id": [0, 2, [0, 2, 33, 34]],
    "decoder_start_token_id": [60, 2, 9],
}
GOLDEN = {
    "forced_bos_token_id", "forced_eos_token_id", "decoder_start_token_id", "no_repeat_ngram_size", "suppress_tokens",
    "encoder_no_repeat_ngram_size", "min_length", "min_new_tokens", "max_new_tokens", "repetition_penalty",
    "encoder_repetition_penalty", "begin_suppress_tokens", "bad_words_ids", "sequence_bias", "eos_token_id", "early_stopping",
    "length_penalty", "renormalize_logits", "exponential_decay_length_penalty", "pad_token_id", "temperature", "max_length",
}


def sources(config, rng, lengths=(5, 10)):
    special = {config.pad_token_id, config.eos_token_id}
    words = [w for w in range(3, 58) if w not in special]
    return [[rng.choice(words) for _ in range(n)] + [config.eos_token_id] for n in lengths]


def files(name, where, change):
    """The two files' contents with the changed keys; a generation file that is None is absent."""
    config = json.loads((FIXTURES / name / "config.json").read_text())
    generation = json.loads((FIXTURES / name / "generation_config.json").read_text())
    kept = {"_from_model_config", "transformers_version"}
    told = {**{k: v for k, v in generation.items() if k not in kept}, **ALWAYS, **change}
    if where == "generation_config.json":
        return config, {"transformers_version": generation["transformers_version"], **told}
    return {**config, **told}, None


def rebuilt(model, config):
    """The same weights under a config.json whose ids differ: they are the model's own, too."""
    made = type(model)(model.config_class.from_dict(dict(config))).eval()
    made.load_state_dict(model.state_dict())
    return made


def reference(model, config, generation, rows, tmp):
    """The ids of each row, without the start, cut after the first end."""
    (tmp / "config.json").write_text(json.dumps(config))
    (tmp / "generation_config.json").unlink(missing_ok=True)
    try:
        if generation is None:
            told = GenerationConfig.from_pretrained(tmp, config_file_name="config.json", _from_model_config=True)
        else:
            (tmp / "generation_config.json").write_text(json.dumps(generation))
            told = GenerationConfig.from_pretrained(tmp)
        model.generation_config = told
        ends = [] if told.eos_token_id is None else [told.eos_token_id] if isinstance(told.eos_token_id, int) else told.eos_token_id
        made = []
        for row in rows:
            ids = torch.tensor([row])
            with torch.inference_mode():
                out = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids))
            out = (out if isinstance(out, torch.Tensor) else out.sequences)[0].tolist()[1:]
            at = next((k for k, id in enumerate(out) if id in ends), len(out) - 1)
            made.append(out[: at + 1])
        return {"outputs": made}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {str(error)[:160]}"}


def changes(golden, where):
    """Each key alone, those that are followed also without beams, and random combinations."""
    for key, values in VALUES.items():
        if golden and key not in GOLDEN:
            continue
        for value in values:
            if golden and value is None:
                continue
            yield {key: value}
            if key in GOLDEN and key != "num_beams" and where != "config.json":
                yield {key: value, "num_beams": 1}
    rng = random.Random(7)
    for _ in range(24 if golden else 30 if where == "config.json" else 150):
        keys = rng.sample(sorted(COMBINED), rng.randint(2, 7))
        yield {key: rng.choice(COMBINED[key]) for key in keys}


def run(golden, only, tmp):
    cases = []
    for name, kind in CLASSES.items():
        model = kind.from_pretrained(FIXTURES / name).eval()
        rng = random.Random(4)
        rows = sources(model.config, rng)
        for where in FILES[:1] if golden else FILES:
            for change in changes(golden, where):
                config, generation = files(name, where, change)
                if only and not only & change.keys():
                    continue
                told, own = model, rows
                if where == "config.json" and {"eos_token_id", "pad_token_id"} & change.keys():
                    end = config["eos_token_id"]
                    try:
                        told, own = rebuilt(model, config), [row[:-1] + [end] for row in rows]
                    except Exception:
                        told = None
                known = reference(told, config, generation, own, tmp)
                cases.append({"model": name, "where": where, "change": change, "config": config, "generation": generation, "sources": own, **known})
    return cases


def judge(case, ours):
    if "error" in case:
        return "reference"
    if "error" in ours:
        return "refused" if ours["input"] and any(key in ours["error"] for key in case["change"]) else "WRONG"
    return "equal" if ours["outputs"] == case["outputs"] else "WRONG"


def write_golden(cases):
    """The cases that both follow, a line each."""
    shared = {name: next(c["sources"] for c in cases if c["model"] == name) for name in CLASSES}
    lines = [json.dumps({k: c[k] for k in ("model", "change", "outputs")}, separators=(",", ":")) for c in cases]
    head = f'{{"transformers":"{transformers.__version__}","always":{json.dumps(ALWAYS)},"sources":{json.dumps(shared)},"cases":['
    (FIXTURES / "generation.json").write_text("\n".join([head, ",\n".join(lines), "]}"]) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--golden", action="store_true")
    parser.add_argument("--keys", help="only cases that change one of these, separated by commas")
    parser.add_argument("--keep", help="write cases and outcomes here")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        tmp = Path(folder)
        cases = run(asked.golden, set(asked.keys.split(",")) if asked.keys else None, tmp)
        (tmp / "cases.json").write_text(json.dumps(cases))
        subprocess.run(["node", HERE / "perturb_generation.mjs", tmp / "cases.json", tmp / "ours.json"], check=True)
        ours = json.loads((tmp / "ours.json").read_text())
        if asked.keep:
            Path(asked.keep).write_text(json.dumps([{**c, "ours": o} for c, o in zip(cases, ours)]))
    outcomes = [judge(case, one) for case, one in zip(cases, ours)]
    if asked.golden:
        write_golden([case for case, outcome in zip(cases, outcomes) if outcome == "equal"])
    for case, one, outcome in zip(cases, ours, outcomes):
        if outcome == "WRONG":
            print(case["model"], case["where"], json.dumps(case["change"]), "\n  ", case["outputs"], "\n  ", one.get("error", one.get("outputs")))
    seen = {key for case in cases for key in case["change"]}
    missing = [k for k in vars(GenerationConfig()) if k not in seen and k not in ("_from_model_config", "transformers_version", "_original_object_hash")]
    print(f"{len(VALUES)} keys, {len(cases)} cases:", dict(Counter(outcomes)), "keys not tried:", missing)
    sys.exit(1 if "WRONG" in outcomes else 0)


if __name__ == "__main__":
    main()
