"""Every key of tokenizer_config.json, and every part of tokenizer.json, changed: transformers' ids against ours.

    npm run build
    python test/oracle/perturb_tokenizer.py [FOLDER] [--every N] [--refused]

For each tokenizer class of the supported families a small tokenizer is written, then changed key by key, and a list of awkward
texts is encoded with AutoTokenizer.from_pretrained and with the build (perturb_tokenizer.mjs). Each case is "equal", "refused"
(an InputError of ours), "theirs" (transformers fails, too or alone) or WRONG. --every tries each Nth case only, --refused lists what is refused. Prints the counts; ends with 1 if any is WRONG.
"""

import copy
import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")
from transformers import AutoTokenizer, logging

logging.set_verbosity_error()
HERE = Path(__file__).parent
MODELS = {name: json.loads((HERE.parent / "fixtures/tokenizers" / f"{name}.json").read_text())
          for name in ("wordpiece", "byte-level", "sentencepiece")}
TEXTS = ["", " ", "The cat sat on the mat.", "hello naïve CAFÉ 日本語", "  two  spaces .", "It 's a test , isn't it ?", "a b\nc\t",
         "<new>x [MASK] y", "<mask> <s> </s> <pad><unk>", "x <mask>  y[SEP]", "<|endoftext|>", "İstanbul ẞ ﬁ e\u0301", "1234 5,6",
         "東公 😀 a\u200db", "\ufeffx\u0085y", "<img>a<tool>", "foo<new> bar", "[UNK][PAD] [CLS]"]
TEXT = "<new>"


def added(vocab, content, **flags):
    return {"id": vocab.get(content, len(vocab)), "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": True, **flags}


def tokenizer(model, kind, names, normalizer, pre, post, decoder):
    vocab = model["vocab"]
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [added(vocab, n) for n in names],
            "normalizer": normalizer, "pre_tokenizer": pre, "post_processor": post, "decoder": decoder,
            "model": {"type": kind, **model}}


def template(first, last, vocab):
    token = lambda t: [{"SpecialToken": {"id": t, "type_id": 0}}] if t else []
    around = lambda s, i: [*token(first), {"Sequence": {"id": s, "type_id": i}}, *token(last)]
    return {"type": "TemplateProcessing", "single": around("A", 0), "pair": [*around("A", 0), *around("B", 1)],
            "special_tokens": {t: {"id": t, "ids": [vocab[t]], "tokens": [t]} for t in (first, last) if t}}


W, B, S = MODELS["wordpiece"], MODELS["byte-level"], MODELS["sentencepiece"]
BERT_NORM = {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True}
BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
QWEN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
BERT_NAMES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
UND = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
SPDEC = {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
                                          {"type": "ByteFallback"}, {"type": "Fuse"}]}
bert_file = tokenizer(W, "WordPiece", BERT_NAMES, BERT_NORM, {"type": "BertPreTokenizer"}, template("[CLS]", "[SEP]", W["vocab"]),
                      {"type": "WordPiece", "prefix": "##", "cleanup": True})
byte_file = tokenizer(B, "BPE", ["<s>", "</s>", "<pad>"], None, BYTES, None, BYTES)
qwen_file = {**byte_file, "normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
    {"type": "Split", "pattern": {"Regex": QWEN}, "behavior": "Isolated", "invert": False}, {**BYTES, "use_regex": False}]}}
llama_file = tokenizer(S, "BPE", ["<unk>", "<s>", "</s>"], {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, UND]},
                       None, template("<s>", None, S["vocab"]), SPDEC)
ROBERTA = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "mask_token": "<mask>",
           "unk_token": "<pad>"}
NAMES = {"bos_token": "<s>", "eos_token": "</s>"}
SP = {**NAMES, "unk_token": "<unk>"}
BASES = {
    "bert": ("bert", bert_file, {"tokenizer_class": "BertTokenizer"}),
    "bert without a class": ("bert", bert_file, {}),
    "bert fast": ("bert", bert_file, {"tokenizer_class": "PreTrainedTokenizerFast"}),
    "distilbert": ("distilbert", bert_file, {"tokenizer_class": "DistilBertTokenizer"}),
    "roberta": ("roberta", byte_file, {"tokenizer_class": "RobertaTokenizer", **ROBERTA}),
    "roberta fast": ("roberta", byte_file, {"tokenizer_class": "PreTrainedTokenizerFast", **ROBERTA}),
    "gpt2": ("gpt2", byte_file, {"tokenizer_class": "GPT2Tokenizer", **NAMES, "unk_token": "<pad>"}),
    "gpt2 without a class": ("gpt2", byte_file, {}),
    "llama": ("llama", llama_file, {"tokenizer_class": "LlamaTokenizerFast", **SP}),
    "llama fast": ("llama", llama_file, {"tokenizer_class": "PreTrainedTokenizerFast", **SP}),
    "llama byte-level": ("llama", byte_file, {"tokenizer_class": "LlamaTokenizer", **NAMES, "unk_token": "<pad>"}),
    "llama gpt2": ("llama", qwen_file, {"tokenizer_class": "GPT2Tokenizer", **NAMES, "unk_token": "<pad>"}),
    "mistral": ("mistral", llama_file, {"tokenizer_class": "LlamaTokenizer", **SP}),
    "qwen2": ("qwen2", qwen_file, {"tokenizer_class": "Qwen2Tokenizer", **NAMES, "pad_token": "<pad>", "unk_token": None}),
    "qwen2 fast": ("qwen2", qwen_file, {"tokenizer_class": "PreTrainedTokenizerFast"}),
    "m2m_100 fast": ("m2m_100", llama_file, {"tokenizer_class": "PreTrainedTokenizerFast", **SP}),
    "marian fast": ("marian", llama_file, {"tokenizer_class": "PreTrainedTokenizerFast", **SP}),
}
NEW = {"content": "<new>", "lstrip": False, "rstrip": False, "single_word": False, "normalized": False, "special": False}
FLAG = [True, False, None]
TOKEN = ["<new>", "[MASK]", "<mask>", None, "", 7, {**NEW, "__type": "AddedToken"}, {**NEW, "lstrip": True, "__type": "AddedToken"}]
KEYS = {
    **{key: FLAG for key in ("do_lower_case", "strip_accents", "tokenize_chinese_chars", "add_prefix_space", "add_bos_token",
                             "add_eos_token", "legacy", "trim_offsets", "split_special_tokens", "clean_up_tokenization_spaces",
                             "use_default_system_prompt", "never_split", "from_slow", "use_fast", "do_basic_tokenize",
                             "clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output", "fix_mistral_regex",
                             "trust_remote_code", "verbose")},
    **{f"{name}_token": TOKEN for name in ("bos", "eos", "unk", "sep", "pad", "cls", "mask", "image")},
    "tokenizer_class": ["BertTokenizer", "BertTokenizerFast", "GPT2Tokenizer", "RobertaTokenizerFast", "Qwen2Tokenizer", "LlamaTokenizer",
                        "PreTrainedTokenizer", "PreTrainedTokenizerFast", "TokenizersBackend", "T5Tokenizer", "Nonsense", None],
    "added_tokens_decoder": [{}, {"900": NEW}, {"901": {**NEW, "special": True}, "900": {**NEW, "content": "<img>"}},
                             {"900": {**NEW, "lstrip": True, "rstrip": True}}, {"3": {**NEW, "single_word": True}}, {"900": "<new>"},
                             {"900": {**NEW, "normalized": True}}, {"4": {**NEW, "content": "[MASK]", "lstrip": True}},
                             {"2": {**NEW, "content": "<mask>", "lstrip": True, "special": True}}],
    "additional_special_tokens": [[], ["<new>"], ["<img>", "<tool>"], [{**NEW, "__type": "AddedToken"}], None],
    "extra_special_tokens": [[], ["<new>"], {"image": "<img>"}, ["<new>", "<new>", "[MASK]"], "x", None],
    **{key: [10, None, "x"] for key in ("model_max_length", "max_len", "max_length", "stride", "pad_to_multiple_of")},
    "truncation_side": ["left", "right"], "padding_side": ["left", "right"], "truncation_strategy": ["longest_first"],
    "errors": ["ignore"], "init_inputs": [[], ["x"]], "post_processor": ["x"], "tokenizer_file": ["/nowhere"], "vocab_file": ["/nowhere"],
    "vocab": [{"a": 0}], "merges": [[]], "tokenizer_object": ["x"], "name_or_path": ["x"], "model_input_names": [["input_ids"]],
    "chat_template": ["{{ bos_token }}"], "backend": ["tokenizers", "sentencepiece"], "sp_model_kwargs": [{}, {"enable_sampling": True}],
    "auto_map": [{"AutoTokenizer": ["a.B", None]}, {}], "processor_class": ["X"], "model_specific_special_tokens": [{}, {"a_token": "<img>"}],
    "src_lang": ["en"], "tgt_lang": ["en"], "unk_id": [1], "special_tokens_map_file": ["x"], "device_map": ["auto"],
}
PARTS = {
    "normalizer": [None, {"type": "Lowercase"}, {**BERT_NORM, "lowercase": False}, {"type": "NFKC"}, {"type": "Prepend", "prepend": "▁"},
                   {"type": "Strip", "strip_left": True, "strip_right": True}, {"type": "StripAccents"}, {"type": "Nmt"}, UND,
                   {"type": "NFD"}, {"type": "NFKD"}, {"type": "NFC"}, {"type": "Precompiled", "precompiled_charsmap": ""},
                   {"type": "Replace", "pattern": {"Regex": "[aeiou]+t?"}, "content": "x"}, {"type": "ByteLevel"}],
    "pre_tokenizer": [None, {"type": "Whitespace"}, {"type": "WhitespaceSplit"}, BYTES, {**BYTES, "add_prefix_space": True},
                      {"type": "Digits", "individual_digits": True}, {"type": "Punctuation", "behavior": "Isolated"},
                      {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": True},
                      {"type": "Split", "pattern": {"Regex": r"\w+|\s+(?!\S)|[^\w\s]+"}, "behavior": "Isolated", "invert": False},
                      {"type": "CharDelimiterSplit", "delimiter": "a"}, {"type": "UnicodeScripts"}, {"type": "BertPreTokenizer"}],
    "post_processor": [None, {"type": "BertProcessing", "cls": ["x", 3], "sep": ["y", 4]}, BYTES,
                       {"type": "RobertaProcessing", "cls": ["x", 0], "sep": ["y", 1], "trim_offsets": True, "add_prefix_space": False}],
    "decoder": [None, BYTES, {"type": "WordPiece", "prefix": "##", "cleanup": False}, {"type": "Metaspace", "replacement": "▁",
                "prepend_scheme": "always", "split": True}, SPDEC, {"type": "BPEDecoder", "suffix": "</w>"}],
    "truncation": [{"direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0}],
    "padding": [{"strategy": {"Fixed": 40}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
                {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "<new>"}],
}
MODEL = {"unk_token": ["[UNK]", "<unk>", "<s>", None, "zzz"], "fuse_unk": [True, False], "byte_fallback": [True, False],
         "ignore_merges": [True, False], "dropout": [None, 0.0, 0.5], "continuing_subword_prefix": ["##", "", None],
         "end_of_word_suffix": ["", None, "</w>"], "max_input_chars_per_word": [3, 100]}
TOKENS = [[], "drop first", {"lstrip": True}, {"normalized": True}, {"special": False}, {"single_word": True}, "append <new>", "append a"]


def change_tokens(file, how):
    tokens = file["added_tokens"]
    if how == []:
        tokens.clear()
    elif how == "drop first":
        del tokens[0]
    elif isinstance(how, dict):
        tokens[-1].update(how)
    else:
        tokens.append({**added(file["model"]["vocab"], how.split()[1]), "special": False, "id": 990})


def cases():
    for name, (model_type, file, config) in BASES.items():
        yield f"{name}: as it is", model_type, file, config, {}
        for key, values in KEYS.items():
            for value in values:
                yield f"{name}: {key}={json.dumps(value)[:60]}", model_type, file, {**config, key: value}, {}
            if key in config:
                yield f"{name}: no {key}", model_type, file, {k: v for k, v in config.items() if k != key}, {}
        for place, values in PARTS.items():
            for value in values:
                yield f"{name}: {place}: {json.dumps(value)[:60]}", model_type, {**file, place: value}, config, {}
        for key, values in MODEL.items():
            for value in values:
                yield f"{name}: model.{key}={value}", model_type, {**file, "model": {**file["model"], key: value}}, config, {}
        for how in TOKENS:
            changed = copy.deepcopy(file)
            change_tokens(changed, how)
            yield f"{name}: added_tokens {how}", model_type, changed, config, {}
        for extra in ({"special_tokens_map.json": {"mask_token": {**NEW, "lstrip": True}}}, {"special_tokens_map.json": {"pad_token": "<new>"}},
                      {"special_tokens_map.json": {"additional_special_tokens": ["<img>"]}}, {"added_tokens.json": {"<new>": 990}}):
            yield f"{name}: {json.dumps(extra)[:60]}", model_type, file, config, extra


def main(folder, every):
    names = []
    for number, (name, model_type, file, config, extra) in enumerate(list(cases())[::every]):
        names.append(name)
        place = Path(folder) / f"{number}"
        place.mkdir(parents=True)
        files = {"tokenizer.json": file, "tokenizer_config.json": config, "config.json": {"model_type": model_type,
                 "transformers_version": "5.23.0"}, "texts.json": TEXTS, **extra}
        for file_name, value in files.items():
            (place / file_name).write_text(json.dumps(value))
    subprocess.run(["node", str(HERE / "perturb_tokenizer.mjs"), str(folder)], check=True)
    counts = {}
    for number, name in enumerate(names):
        place = Path(folder) / f"{number}"
        ours = json.loads((place / "ours.json").read_text())
        kind, detail = judge(place, ours)
        counts[kind] = counts.get(kind, 0) + 1
        if kind == "WRONG" or (kind == "refused" and "--refused" in sys.argv) or kind == "CRASH":
            print(kind, name, ascii(detail)[:300])
    print(len(names), "cases:", counts)
    return 1 if counts.get("WRONG") or counts.get("CRASH") else 0


def judge(place, ours):
    if isinstance(ours, dict):
        return ("refused" if ours["error"].startswith("InputError") else "CRASH"), ours["error"]
    try:
        theirs = AutoTokenizer.from_pretrained(place)
    except BaseException as error:  # noqa: BLE001
        return "theirs", str(error)
    seen = "equal"
    for text, got in zip(TEXTS, ours):
        try:
            ids = theirs(text).input_ids
            said = theirs.decode(ids, skip_special_tokens=True)
        except BaseException as error:  # noqa: BLE001
            seen = "theirs"
            continue
        if "error" in got:
            if not got["error"].startswith("InputError"):
                return "CRASH", (text, got["error"])
            seen = "refused"
        elif ids != got["ids"]:
            return "WRONG", (text, ids[:14], got["ids"][:14])
        elif said != got["decoded"]:
            return "WRONG", ("decoded", text, said, got["decoded"])
    return seen, ""


if __name__ == "__main__":
    every = int(sys.argv[sys.argv.index("--every") + 1]) if "--every" in sys.argv else 1
    folders = [a for a in sys.argv[1:] if not a.startswith("-") and not a.isdigit()]
    sys.exit(main(folders[0] if folders else tempfile.mkdtemp(), every))
