/** The table of bad input: each is told in one line on stderr, with exit code 2, and leaves nothing behind. */
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { ARCHITECTURES } from "../../src/load/family/config.ts";
import { fixtureGguf } from "../load/gguf-llama.ts";
import { type Case, type Place, refusesAll } from "./bad-case.ts";
import { buildCommand, type Command } from "./command.ts";
import { editHeader, editJson, overwriteFirst, tinyTokenizer } from "./model-folder.ts";
import { makeTranslator } from "./translator-folder.ts";

let command: Command;
beforeAll(() => {
  command = buildCommand();
});
afterAll(() => command.remove());

const TEXT = ["-t", "the cat sat"] as const;
const QUERY = "bert.encoder.layer.0.attention.self.query.weight";
const KEY = "bert.encoder.layer.0.attention.self.key.weight";

const look =
  (spoil: (place: Place) => void, ...more: readonly string[]) =>
  (place: Place): readonly string[] => {
    spoil(place);
    return ["look", place.model, ...TEXT, ...more];
  };
const removed = (name: string) => look(({ model }) => rmSync(join(model, name)));
const rewritten = (name: string, content: string) => look(({ model }) => writeFileSync(join(model, name), content));
const config = (change: Record<string, unknown>) => look(({ model }) => editJson(join(model, "config.json"), change));
const header = (change: Parameters<typeof editHeader>[1], length?: number) =>
  look(({ model }) => editHeader(model, change, length));
const shortened = (bytes: number) => look(({ model }) => truncateSync(join(model, "model.safetensors"), bytes));

const FILES: readonly Case[] = [
  [
    "a model directory that is not there",
    () => ["look", "./nowhere", ...TEXT],
    "./nowhere: no such directory",
    "check the path",
  ],
  ["a hub id that cannot be fetched", () => ["look", "nobody/nothing", ...TEXT], "nobody/nothing: ", "unset it to download"],
  [
    "a file that is no model",
    (p) => ["look", join(p.model, "config.json"), ...TEXT],
    "config.json: not a model; name a directory",
  ],
  ["no config.json", removed("config.json"), "model: there is no config.json"],
  ["config.json that is not JSON", rewritten("config.json", "{"), "config.json: not valid JSON"],
  ["config.json that is a list", rewritten("config.json", "[]"), /config\.json: Invalid input: expected object/],
  [
    "config.json without model_type",
    config({ model_type: undefined }),
    'config.json: "model_type": it is missing',
    "came with the weights",
  ],
  ["config.json without a size", config({ hidden_size: undefined }), "config.json: 5 heads do not divide the width 768"],
  ["a size of the wrong type", config({ num_hidden_layers: "2" }), 'config.json: "num_hidden_layers"', "expected number"],
  ["a size of no layers", config({ num_hidden_layers: 0 }), 'config.json: "num_hidden_layers"'],
  ["an unknown activation", config({ hidden_act: "mish" }), 'config.json: "hidden_act"', "gelu"],
  ["heads that do not divide the width", config({ num_attention_heads: 4 }), "config.json: 4 heads do not divide the width 35"],
  ["an unknown architecture", config({ model_type: "mamba" }), 'config.json: unknown architecture "mamba"', ...ARCHITECTURES],
  ["no weights", removed("model.safetensors"), "there is no model.safetensors", "save the model as safetensors"],
  ["weights of no bytes", shortened(0), "model.safetensors: the file is empty", "download or copy it again"],
  ["weights of 7 bytes", shortened(7), "model.safetensors: a safetensors file has at least 8 bytes, got 7"],
  ["weights cut short in the header", shortened(600), "model.safetensors: the header declares", "download the file again"],
  [
    "weights cut short in the data",
    shortened(90_000),
    "model.safetensors: tensor",
    "download the file again, since it is truncated",
  ],
  ["a header longer than the file", header(() => {}, 1e6), "model.safetensors: the header declares 1000000 bytes"],
  ["a header longer than any", header(() => {}, 2 ** 60), "model.safetensors: the header declares", "over the limit"],
  [
    "overlapping tensors",
    header((h) => (h[QUERY]!.data_offsets = h[QUERY]!.data_offsets.map((at) => at - 140) as [number, number])),
    /model\.safetensors: tensors "bert.+query.+" and "bert.+query.+" overlap; write the file again/,
  ],
  ["offsets beyond the file", header((h) => (h[KEY]!.data_offsets = [99_000, 103_900])), `tensor "${KEY}"`, "end at 103900"],
  ["a tensor of another dtype", header((h) => (h[KEY]!.dtype = "I32")), `"${KEY}" is stored as I32`, "F32, F16, BF16"],
  ["a tensor of an unknown dtype", header((h) => (h[KEY]!.dtype = "F4")), `"${KEY}": shape [35, 35] of F4 takes 612.5 bytes`],
  [
    "a missing tensor",
    header((h) => renameTensor(h, KEY, "classifier.weight")),
    `the tensor "${KEY}", part of a bert model with 2 layers, is missing`,
    "complete",
  ],
  ["a surplus tensor", config({ num_hidden_layers: 1 }), '"bert.encoder.layer.1.', "is not part of a bert model with 1 layer;"],
  ["a shape against the config", config({ intermediate_size: 44 }), "is [43, 35], but config.json asks for [44, 35]"],
  ["weights that are NaN", look(({ model }) => overwriteFirst(model, KEY, Number.NaN)), `tensor "${KEY}" has NaN at element 0`],
  ["weights that are infinite", look(({ model }) => overwriteFirst(model, KEY, -Infinity)), `"${KEY}" has -Infinity`],
  ["no tokenizer", removed("tokenizer.json"), "there is no tokenizer.json", "save_pretrained"],
  ["a tokenizer that is not JSON", rewritten("tokenizer.json", "nonsense"), "tokenizer.json: not valid JSON"],
  ["a tokenizer without a model", rewritten("tokenizer.json", "{}"), "tokenizer.json: model: it is missing"],
  [
    "a tokenizer of an unknown kind",
    rewritten(
      "tokenizer.json",
      JSON.stringify({ ...tinyTokenizer(), model: { ...(tinyTokenizer().model as object), type: "Odd" } }),
    ),
    'tokenizer.json: model "Odd" is not supported',
  ],
  ["a tokenizer of a larger model", config({ vocab_size: 41 }), "the tokenizer has ids up to 61, but the model embeds only 41"],
];

function renameTensor(h: Record<string, unknown>, from: string, to: string): void {
  h[to] = h[from];
  delete h[from];
}

const row = (id: string, head: string, relation = "dep") => `${id}\tword${id}\t_\tNOUN\t_\t_\t${head}\t${relation}\t_\t_\n`;
const conllu = (content: string) => (place: Place) => ["report", place.model, "--conllu", place.write("in.conllu", content)];
const textFile = (content: string | Uint8Array) => (place: Place) => [
  "report",
  place.model,
  "--text",
  place.write("in.txt", content),
];

const TEXTS: readonly Case[] = [
  [
    "CoNLL-U with a cycle",
    conllu(row("1", "0", "root") + row("2", "3") + row("3", "2")),
    "in.conllu:2: the HEADs form a cycle",
  ],
  ["CoNLL-U with nine columns", conllu(row("1", "0", "root").replace("\t_\n", "\n")), "in.conllu:1: 9 tab-separated columns"],
  ["CoNLL-U with spaces for tabs", conllu(row("1", "0", "root").replaceAll("\t", " ")), "in.conllu:1: 1 tab-separated columns"],
  [
    "CoNLL-U with a head beyond the end",
    conllu(row("1", "0", "root") + row("2", "7")),
    'in.conllu:2: the HEAD "7" is not one of 0 to 2',
  ],
  ["CoNLL-U with a head that is no number", conllu(row("1", "x")), 'in.conllu:1: the HEAD "x"'],
  ["CoNLL-U with two roots", conllu(row("1", "0", "root") + row("2", "0", "root")), "in.conllu:1: the sentence has 2 roots"],
  ["CoNLL-U of nothing", conllu(""), "in.conllu: there is no sentence"],
  ["CoNLL-U of comments only", conllu("# text = nothing\n\n"), "in.conllu: there is no sentence"],
  ["CoNLL-U that is not there", (p) => ["report", p.model, "--conllu", "none.conllu"], "none.conllu: there is no such file"],
  ["CoNLL-U that is not UTF-8", (p) => ["report", p.model, "--conllu", p.write("a.conllu", LATIN1())], "not UTF-8"],
  ["no characters", (p) => ["look", p.model, "-t", ""], "the text is empty", "pass one with -t"],
  ["only white space", (p) => ["look", p.model, "-t", " \t\n"], "the text is empty"],
  ["characters that leave no token", (p) => ["look", p.model, "-t", "\u200b\u0007"], "has no tokens", "use a text with words"],
  [
    "more tokens than positions",
    (p) => ["look", p.model, "-t", "the cat ".repeat(14)],
    "has 30 tokens",
    "reads 29 at most; shorten",
  ],
  ["a text file of nothing", textFile(""), "in.txt: there is no text; give a file with text"],
  ["a text file of white space", textFile(" \n\n\t\n"), "in.txt: there is no text"],
  ["a text file that is not UTF-8", textFile(LATIN1()), "in.txt: not UTF-8 text; convert it first"],
  [
    "a sentence beyond the positions",
    textFile("the cat ".repeat(14)),
    "in.txt: every sentence is longer than the 29 tokens that the model reads; break them up",
  ],
  ["a text file that is not there", (p) => ["report", p.model, "--text", "none.txt"], "none.txt: there is no such file"],
  ["a text file that is a folder", (p) => ["report", p.model, "--text", p.model], "model: this is a folder"],
];

const OPTIONS: readonly Case[] = [
  ["an unknown device", (p) => ["look", p.model, ...TEXT, "--device", "tpu"], 'unknown device "tpu"', "cpu, webgpu, cuda"],
  [
    "a device that is not there",
    (p) => ["look", p.model, ...TEXT, "--device", "cuda"],
    'the device "cuda" is not available',
    "--device cpu",
  ],
  [
    "a folder below a file",
    (p) => ["report", p.model, "--out", join(p.model, "config.json", "out")],
    "cannot be written",
    "choose another place",
  ],
  [
    "a folder that is a file",
    (p) => ["report", p.model, "--out", join(p.model, "config.json")],
    "cannot be written",
    "choose another place",
  ],
  ["a report below a file", (p) => ["report", p.model, "--json", join(p.model, "config.json", "r.json")], "cannot be written"],
  [
    "a picture below a file",
    (p) => ["look", p.model, ...TEXT, "--svg", join(p.model, "config.json", "a.svg")],
    "cannot be written",
  ],
  ["importance that is not there", (p) => ["report", p.model, "--importance", "none.json"], "none.json: there is no such file"],
  [
    "importance that is a report",
    (p) => ["report", p.model, "--importance", p.write("r.json", '{ "schema": "headwise.report/1" }')],
    'r.json: its schema is "headwise.report/1", not "headwise.importance/1"',
  ],
  ["a head without a layer", (p) => ["look", p.model, ...TEXT, "--head", "1"], "--head needs a layer; pass --layer N"],
  ["a layer out of range", (p) => ["look", p.model, ...TEXT, "--layer", "2"], "there is no layer 2", "choose one from 0 to 1"],
  [
    "a head out of range",
    (p) => ["look", p.model, ...TEXT, "--layer", "1", "--head", "5"],
    "there is no head 1.5",
    "use 1.0 to 1.4",
  ],
  [
    "a head by its name out of range",
    (p) => ["look", p.model, ...TEXT, "--head", "1.5"],
    "there is no head 1.5",
    "use 1.0 to 1.4",
  ],
  [
    "a head by its name in no layer",
    (p) => ["look", p.model, ...TEXT, "--head", "2.0"],
    "there is no layer 2",
    "choose one from 0 to 1",
  ],
  [
    "a head by its name and a layer",
    (p) => ["look", p.model, ...TEXT, "--layer", "1", "--head", "1.0"],
    "--head 1.0 names the layer too; remove --layer",
  ],
  [
    "a head that is no name",
    (p) => ["look", p.model, ...TEXT, "--head", "first"],
    '"first" names no head; pass a number with --layer, or a name such as 2.0 or cross.1.0',
  ],
  [
    "a layer that is no name",
    (p) => ["look", p.model, ...TEXT, "--layer", "first"],
    "there is no layer first; choose one from 0 to 1",
  ],
  [
    "an attention of encoder-decoders",
    (p) => ["look", p.model, ...TEXT, "--layer", "cross"],
    "there is no layer cross; choose one from 0 to 1",
  ],
  [
    "arcs without a picture",
    (p) => ["look", p.model, ...TEXT, "--arcs"],
    "--arcs changes pictures",
    "add --svg, --png or --html",
  ],
  [
    "labels without a picture",
    (p) => ["look", p.model, ...TEXT, "--labels", join(p.model, "config.json")],
    "--labels changes pictures, and none is written; add --svg, --png or --html",
  ],
  [
    "labels that are no report",
    (p) => ["look", p.model, ...TEXT, "--labels", join(p.model, "config.json"), "--svg", join(p.model, "a.svg")],
    'config.json: "schema": ',
    "give the report.json of headwise report",
  ],
  [
    "a target of no translation model",
    (p) => ["look", p.model, ...TEXT, "--target", "a"],
    "model is not an encoder-decoder, so it reads one text; leave out the target",
  ],
  [
    "an empty target",
    (p) => ["look", p.model, ...TEXT, "--target", " "],
    "the target is empty; pass a translation with --target",
  ],
  [
    "trees and plain text at once",
    (p) => ["report", p.model, "--conllu", "a", "--text", "b"],
    "--conllu",
    "cannot be used with",
    "--text",
  ],
  [
    "heads that do not divide the width",
    () => ["params", "--width", "30", "--heads", "4"],
    "d_k = d/h would be 7.50",
    "(1, 2, 3, 5, 6, 10)",
  ],
  [
    "key/value heads that do not divide",
    () => ["params", "--width", "30", "--heads", "6", "--kv-heads", "4"],
    "6 query heads cannot share 4",
  ],
  ["no text", (p) => ["look", p.model], "the required option '-t, --text <text>' is missing; pass it"],
  ["no model", () => ["look", ...TEXT], "missing required argument 'model'; pass it"],
  ["two models", (p) => ["look", p.model, p.model, ...TEXT], "too many arguments"],
  ["an unknown weighting", (p) => ["look", p.model, ...TEXT, "--weighting", "odd"], "'odd' is invalid", "raw, norm"],
  ["an unknown option", (p) => ["look", p.model, ...TEXT, "--colour"], "unknown option '--colour'"],
  [
    "an option that is nearly right",
    () => ["params", "--width", "8", "--heads", "2", "--hedas", "2"],
    "unknown option '--hedas'",
    "did you mean --heads?",
  ],
  ["an unknown command", () => ["frobnicate"], "unknown command 'frobnicate'"],
  ...["-1", "1.5", "x", "", "1e3", "99999999999999999999"].map(
    (word): Case => [`"${word}" as a seed`, (p) => ["report", p.model, `--seed=${word}`], "--seed", "a whole number from 0"],
  ),
  ...["threads", "sentences"].map(
    (name): Case => [`0 as --${name}`, (p) => ["report", p.model, `--${name}`, "0"], `--${name} takes a whole number from 1`],
  ),
  ...["width", "heads", "kv-heads", "layers", "length"].map(
    (name): Case => [`0 as --${name}`, () => ["params", `--${name}`, "0"], `--${name} takes a whole number from 1`],
  ),
];

const translator = (p: Place) => makeTranslator(p.model);
const translated =
  (spoil: (model: string) => void, ...more: readonly string[]) =>
  (p: Place): readonly string[] => {
    spoil(translator(p));
    return ["translate", p.model, ...(more.length > 0 ? more : ["--text", "w1 w2"])];
  };
const looked =
  (...more: readonly string[]) =>
  (p: Place): readonly string[] => ["look", translator(p), "-t", "w1 w2", ...more];
const translationConfig = (change: Record<string, unknown>) =>
  translated((model) => editJson(join(model, "config.json"), change));

const TRANSLATIONS: readonly Case[] = [
  [
    "a layer of a translation model to look at",
    looked("--layer", "9"),
    "there is no layer 9; choose one from encoder.0 to encoder.1, decoder.0 to decoder.2, cross.0 to cross.2",
  ],
  ["another attention to look at", looked("--layer", "sideways"), "there is no layer sideways; choose one from encoder.0"],
  ["a head in several attentions", looked("--layer", "1", "--head", "3"), "--layer 1 is 3 attentions; pass --head encoder.1.3"],
  [
    "a head of cross-attention out of range",
    looked("--head", "cross.1.4"),
    "there is no head cross.1.4; use cross.1.0 to cross.1.3",
  ],
  [
    "a source beyond the positions",
    looked("-t", "w2 ".repeat(29)),
    "the text has 30 tokens, but the model reads 29 at most; split it",
  ],
  [
    "a target beyond the positions",
    looked("--target", "w2 ".repeat(29)),
    "the target has 30 tokens, but the model reads 29 at most; shorten it",
  ],
  [
    "a translation model to report on",
    (p) => ["report", translator(p)],
    '"marian" is a translation model',
    "headwise translate",
  ],
  [
    "no translation model",
    (p) => ["translate", p.model, "--text", "a"],
    '"bert" is not a translation model',
    "marian, m2m_100",
  ],
  ["a single file to translate with", (p) => ["translate", join(p.model, "config.json"), "--text", "a"], "this is a file"],
  ["nothing to translate", (p) => ["translate", p.model], "translate needs a text; pass --text TEXT or --data FILE"],
  ["an empty text to translate", (p) => ["translate", p.model, "--text", " "], "the text is empty; pass one with --text"],
  [
    "two things to translate",
    (p) => ["translate", p.model, "--text", "a", "--data", "b"],
    "--text",
    "cannot be used with",
    "--data",
  ],
  ["an empty file to translate", (p) => ["translate", p.model, "--data", p.write("a.txt", "\n\n")], "a.txt: contains no text"],
  ["a file to translate that is not there", (p) => ["translate", p.model, "--data", "none"], "none: there is no such file"],
  ["a file to translate that is not UTF-8", (p) => ["translate", p.model, "--data", p.write("a", LATIN1())], "not UTF-8"],
  [
    "a line beyond the positions",
    (p) => ["translate", translator(p), "--data", p.write("a.txt", `w1\n${"w2 ".repeat(29)}\n`)],
    "a.txt:2: the line has 30 tokens, but the model reads 29 at most",
  ],
  [
    "a reference of another length",
    (p) => ["translate", translator(p), "--data", p.write("a.txt", "w1\nw2\n"), "--reference", p.write("b.txt", "w1\n")],
    "b.txt has 1 line, but a.txt has 2",
  ],
  ["0 beams", translated(() => {}, "--text", "w1", "--beam", "0"), "--beam takes a whole number from 1"],
  [
    "a length penalty of words",
    translated(() => {}, "--text", "w1", "--length-penalty", "x"),
    "--length-penalty takes a number",
  ],
  [
    "translations beyond the positions",
    translated(() => {}, "--text", "w1", "--max-length", "30"),
    "the maximum length is 30; give 2 to 29 tokens (the model's positions)",
  ],
  ["translations below a file", translated(() => {}, "--text", "w1", "--out", "model/config.json/a.txt"), "cannot be written"],
  [
    "heads that do not fill a translator",
    translationConfig({ encoder_attention_heads: 5 }),
    "5 heads do not divide the width 24",
  ],
  ["heads of two widths", translationConfig({ decoder_attention_heads: 3 }), "4 heads in the encoder and 3 in the decoder"],
  ["an end beyond the vocabulary", translationConfig({ eos_token_id: 61 }), 'the end id 61 is not below "vocab_size" (61)'],
  ["two vocabularies", translationConfig({ decoder_vocab_size: 67 }), "use a model with one shared vocabulary"],
  ["untied tables", translationConfig({ tie_word_embeddings: false }), 'config.json: "tie_word_embeddings"'],
  [
    "a layer too many",
    translationConfig({ decoder_layers: 4 }),
    '"model.decoder.layers.3.',
    ", part of a marian model with 2 + 4",
  ],
  [
    "a layer too few",
    translationConfig({ encoder_layers: 1 }),
    '"model.encoder.layers.1.',
    "is not part of a marian model with 1 + 3",
  ],
  [
    "a search of no beams in the model",
    translated((m) => editJson(join(m, "generation_config.json"), { num_beams: 0 })),
    '"num_beams"',
  ],
  [
    "a SentencePiece file without its vocabulary",
    translated((model) => {
      rmSync(join(model, "tokenizer.json"));
      writeFileSync(join(model, "source.spm"), "");
    }),
    "there is no vocab.json; download it too: it maps the pieces of source.spm to ids",
  ],
  [
    "a SentencePiece file that is none",
    translated((model) => {
      rmSync(join(model, "tokenizer.json"));
      writeFileSync(join(model, "source.spm"), "");
      writeFileSync(join(model, "vocab.json"), "{}");
    }),
    "source.spm: not a SentencePiece model",
  ],
];

const cut =
  (heads: string, ...more: readonly string[]) =>
  (place: Place): readonly string[] => ["prune", place.model, "--heads", heads, "--out", "out", ...more];
const EVERY = [0, 1].flatMap((layer) => [0, 1, 2, 3, 4].map((head) => `${layer}.${head}`)).join();

const PRUNING: readonly Case[] = [
  ["a head that is not there", cut("0.9"), "there is no head 0.9; use 0.0 to 0.4"],
  ["a layer that is not there", cut("7.0"), 'there is no head "7.0"; use names such as 0.4 or'],
  ["a list of heads that ends in a comma", cut("0.3,"), 'the list of heads "0.3," has an empty entry; remove the extra comma'],
  ["a head without its layer", cut("3"), 'there is no head "3"; use names such as'],
  ["a head named twice", cut("0.1,0.1"), "head 0.1 is listed twice; list it once"],
  ["every head", cut(EVERY), "no head would be left; keep at least one"],
  [
    "no heads",
    (p) => ["prune", p.model, "--out", "out"],
    "prune needs exactly one selection of heads; pass --heads LIST, --fraction F or",
  ],
  ["a text that is not there", cut("0.1", "--text", "nowhere.txt"), "nowhere.txt: there is no such file"],
  [
    "a folder that is not empty",
    (p) => ["prune", p.model, "--heads", "0.1", "--out", p.model],
    "is not empty; name another folder, or replace it with --force",
  ],
  [
    "a folder of other things, even with --force",
    (p) => ["prune", p.model, "--heads", "0.1", "--out", p.model, "--force"],
    "contains files that are not part of a pruned model",
  ],
  [
    "the current folder, even with --force",
    (p) => ["prune", p.model, "--heads", "0.1", "--out", p.folder, "--force"],
    "is the current folder, or above it, so it cannot be replaced; name a folder inside it",
  ],
];

const convert =
  (...more: readonly string[]) =>
  (place: Place): readonly string[] => ["convert", place.model, "--to", "moh", "--out", "out", ...more];

const CONVERTING: readonly Case[] = [
  ["no number of heads", convert(), "the required option '--top <n>' is missing; pass it"],
  ["no heads for a token", convert("--top", "0"), "--top takes a whole number from 1"],
  [
    "more heads than are routed",
    convert("--shared", "2", "--top", "4"),
    "layer 0: a token cannot use 4 of 3 routed heads; use 1 to 3 (--top)",
  ],
  [
    "no head to route",
    convert("--shared", "5", "--top", "1"),
    "layer 0: 5 shared heads leave none of 5 to route; use 0 to 4 shared heads (--shared)",
  ],
  ["another kind", convert("--to", "moa", "--top", "1"), "argument 'moa' is invalid; use one of moh"],
  [
    "a folder that is not empty",
    (p) => ["convert", p.model, "--to", "moh", "--top", "2", "--out", p.model],
    "is not empty; name another folder",
  ],
];

const cutTranslator =
  (heads: string, ...more: readonly string[]) =>
  (place: Place): readonly string[] => {
    translator(place);
    return cut(heads, ...more)(place);
  };
const GGUF = await fixtureGguf("llama");
const cutGguf =
  (heads: string, bytes = GGUF) =>
  (place: Place) => [...["prune", place.write("m.gguf", bytes), "--heads", heads, "--out", "out"]];

const PRUNING_OTHERS: readonly Case[] = [
  ["a head without its side", cutTranslator("0.3"), 'there is no head "0.3"; use names such as encoder.0.3 or cross.2.3'],
  ["a side that is not there", cutTranslator("across.0.3"), 'there is no head "across.0.3"; use names such as encoder.0.3'],
  [
    "a head of the encoder that is not there",
    cutTranslator("encoder.0.4"),
    "there is no head encoder.0.4; use encoder.0.0 to encoder.0.3",
  ],
  ["a cross-attention that is not there", cutTranslator("cross.3.0"), 'there is no head "cross.3.0"; use names such as'],
  [
    "a line beyond the positions",
    (p) => cutTranslator("cross.0.0", "--text", p.write("a.txt", `${"w4 ".repeat(29)}\n`))(p),
    "a.txt: every text is longer than the model's limit of 29 tokens; split the texts",
  ],
  [
    "lines of nothing",
    (p) => cutTranslator("cross.0.0", "--text", p.write("a.txt", "\n \n"))(p),
    "a.txt: contains no text to check the pruned model on; pass a file with text",
  ],
  [
    "a part of a group of a GGUF file",
    cutGguf("0.0,1.2,1.3"),
    "heads 0.0, 0.1 share key/value head 0; remove all of them or none",
  ],
  ["a head that a GGUF file has not", cutGguf("1.6"), "there is no head 1.6; use 1.0 to 1.5"],
  [
    "a GGUF file that is cut short",
    cutGguf("0.0,0.1", GGUF.slice(0, -999)),
    "m.gguf: tensor",
    "download the file again, since it is truncated",
  ],
  [
    "a GGUF file that is not there",
    () => ["prune", "none.gguf", "--heads", "0.1", "--out", "out"],
    "none.gguf: no such directory or .gguf file",
  ],
];

const CAUSAL = fileURLToPath(new URL("../../models/relations-8", import.meta.url));
const judged =
  (task: string, data: string, ...more: readonly string[]) =>
  (place: Place): readonly string[] => {
    const name = task === "labels" ? "data.jsonl" : task === "similarity" ? "data.csv" : "data.txt";
    return ["importance", place.model, "--task", task, "--data", place.write(name, data), ...more];
  };
const PAIRS = Array.from({ length: 60 }, (_, k) => `the cat ${k},the dog,${k % 5}\n`).join("");
const labelled = (count: number, label: (k: number) => string) =>
  Array.from({ length: count }, (_, k) => `{"text":"the cat sat on mat","label":"${label(k)}"}\n`).join("");
const pruned =
  (...words: readonly string[]) =>
  (place: Place): readonly string[] => ["prune", place.model, "--out", "out", ...words];
const TASK: readonly string[] = ["--task", "similarity", "--data", "pairs.csv"];

const JUDGING: readonly Case[] = [
  [
    "a relation of a task that has none",
    (p) => ["importance", p.model, "--task", "next-token", "--data", "a.txt", "--relation", "copy"],
    "--task next-token does not read --relation; remove it, or choose a task that does (relation)",
  ],
  [
    "data of a task that generates its own",
    (p) => ["importance", p.model, "--task", "relation", "--data", "a.txt"],
    "--task relation does not read --data; remove it, or choose a task that does (next-token,",
  ],
  [
    "importance to no task",
    (p) => ["importance", p.model],
    "importance needs a task; pass --task NAME (next-token, masked-token",
  ],
  ["a curve of no task", (p) => ["curve", p.model], "curve needs a task; pass --task NAME (next-token, masked-token"],
  [
    "a share by no task",
    pruned("--fraction", "0.3"),
    "select heads by a task; pass --task NAME, or list the heads with --heads",
  ],
  ["a loss in no task", pruned("--max-loss", "1"), "select heads by a task; pass --task NAME"],
  ["an unknown task", (p) => ["curve", p.model, "--task", "next"], "'next' is invalid", "next-token, masked-token, similarity"],
  ...(["next-token", "masked-token", "similarity", "labels"] as const).map(
    (task): Case => [
      `${task} without data`,
      (p) => ["importance", p.model, "--task", task],
      `--task ${task} needs data; pass --data FILE (`,
    ],
  ),
  ["data that is not there", (p) => ["curve", p.model, ...TASK], "pairs.csv: there is no such file"],
  ["data that is not UTF-8", (p) => ["curve", p.model, ...TASK.with(3, p.write("a.csv", LATIN1()))], "a.csv: not UTF-8"],
  ["a pair without a number", judged("similarity", `${PAIRS}a,b\n`), "data.csv: line 61: 2 columns, but line 1 has 3"],
  ["pairs that are all judged the same", judged("similarity", "a,b,1\n".repeat(60)), "all pairs have the same score"],
  [
    "too few pairs",
    judged("similarity", PAIRS, "--examples", "19"),
    "data.csv (19 of 60, seed 1): 19 examples are too few for an interval; give at least 20",
  ],
  [
    "a text without a label",
    judged("labels", '{"text":"a"}\n'),
    'data.jsonl: line 1: the label column is not among "text"; name the columns with --columns label=NAME',
  ],
  [
    "labels that are all the same",
    judged(
      "labels",
      labelled(60, () => "x"),
    ),
    "all texts have the same label",
  ],
  [
    "too few texts",
    judged(
      "labels",
      labelled(30, (k) => `${k % 2}`),
    ),
    "data.jsonl: 30 examples are too few for an interval; give at least 40",
  ],
  [
    "half of too few pairs",
    (p) => ["curve", p.model, ...TASK.with(3, p.write("a.csv", PAIRS)), "--examples", "38"],
    "a.csv (38 of 60, seed 1): 38 examples are too few to select heads on one half and measure on the other; give at least 40",
  ],
  ["passages of nothing", judged("masked-token", " \n"), "data.txt: there is no text"],
  [
    "masked tokens of a decoder",
    (p) => ["importance", CAUSAL, "--task", "masked-token", "--data", p.write("a.txt", "the cat sat\n")],
    "the masked-token task needs a masked language model",
  ],
  ["next tokens of an encoder", judged("next-token", "the cat sat\n"), "the next-token task needs a causal language model"],
  [
    "translation by no translator",
    judged("translation", "a\n"),
    "model is not an encoder-decoder, which --task translation needs; choose another task or model",
  ],
  [
    "similarity of a translator",
    (p) => judged("similarity", PAIRS)({ ...p, model: translator(p) }),
    "model is an encoder-decoder; pass --task translation",
  ],
  [
    "a translation without its target",
    (p) => judged("translation", "w1\n")({ ...p, model: translator(p) }),
    "--task translation needs data; pass --target FILE (sentences, with their translations",
  ],
  [
    "a translation of other lines",
    (p) => judged("translation", "w1\nw2\n", "--target", p.write("b.txt", "w1\n"))({ ...p, model: translator(p) }),
    "data.txt has 2 lines, but b.txt has 1",
  ],
  [
    "a relation of another vocabulary",
    (p) => ["importance", p.model, "--task", "relation"],
    "is not that of the synthetic world",
  ],
  [
    "an unknown relation",
    () => ["importance", CAUSAL, "--task", "relation", "--relation", "love"],
    "'love' is invalid",
    "agreement, selection",
  ],
  [
    "an unknown method",
    judged("similarity", PAIRS, "--methods", "michel,magic"),
    'there is no method "magic"; choose from michel, michel-normalized',
  ],
  ["no method", judged("similarity", PAIRS, "--methods", ""), 'there is no method ""'],
  [
    "updates of gates that nothing learns",
    judged("similarity", PAIRS, "--methods", "michel", "--gating-updates", "9"),
    "--gating-updates belongs to the method gating; add gating to --methods, or remove it",
  ],
  ["greedy as importance", judged("similarity", PAIRS, "--methods", "greedy"), 'there is no method "greedy"'],
  [
    "an unknown method of a curve",
    (p) => ["curve", p.model, ...TASK, "--methods", "best"],
    'there is no method "best"',
    "greedy",
  ],
  ["an unknown way to choose", pruned("--fraction", "0.3", ...TASK, "--method", "best"), "'best' is invalid", "greedy, random"],
  ["an unknown ablation", judged("similarity", PAIRS, "--ablation", "half"), "'half' is invalid", "zero, mean, resample"],
  ["two ways to choose", pruned("--heads", "0.1", "--fraction", "0.3", ...TASK), "prune needs exactly one selection of heads"],
  ["two other ways", pruned("--max-loss", "1", "--fraction", "0.3", ...TASK), "prune needs exactly one selection of heads"],
  ...["0", "1", "1.5", "-0.1", "x", ""].map(
    (word): Case => [
      `"${word}" as a share`,
      pruned(`--fraction=${word}`, ...TASK),
      "--fraction takes a fraction between 0 and 1",
    ],
  ),
  ...["0", "-1", "x", "Infinity", "NaN", ""].map(
    (word): Case => [
      `"${word}" as λ`,
      pruned(`--lambda=${word}`, "--method", "gates", ...TASK),
      "--lambda takes a number above 0",
    ],
  ),
  [
    "trained weights of another method",
    pruned("--fraction", "0.3", ...TASK, "--gate-weights", "1e-5"),
    "--gate-weights belongs to --method gates; pass --method gates, or remove it",
  ],
  [
    "a learning rate of 0 for gated weights",
    pruned("--fraction", "0.3", ...TASK, "--method", "gates", "--gate-weights", "0"),
    "--gate-weights",
  ],
  [
    "λ of another method",
    pruned("--lambda", "0.1", ...TASK),
    "--lambda belongs to --method gates; pass --method gates, or remove",
  ],
  [
    "λ and a share",
    pruned("--lambda", "0.1", "--fraction", "0.3", "--method", "gates", ...TASK),
    "prune needs exactly one selection of heads",
  ],
  [
    "rounds of gates",
    pruned("--fraction", "0.3", "--rounds", "2", "--method", "gates", ...TASK),
    "--rounds does not apply to --method gates",
  ],
  [
    "steps of gates that nothing learns",
    (p) => ["curve", p.model, ...TASK, "--methods", "michel", "--gate-steps", "9"],
    "--gate-steps belongs to the method gates; add gates to --methods, or remove it",
  ],
  ...["0", "-1", "x"].map(
    (word): Case => [`"${word}" as a loss`, pruned(`--max-loss=${word}`, ...TASK), "--max-loss takes a number above 0"],
  ),
  ...["steps", "points", "examples"].map(
    (name): Case => [
      `0 as --${name}`,
      (p) => ["curve", p.model, ...TASK, `--${name}`, "0"],
      `--${name} takes a whole number from 1`,
    ],
  ),
  [
    "a share of less than a head",
    (p) => [
      ...pruned("--fraction", "0.04", "--text", p.write("t.txt", "the cat\n"))(p),
      ...TASK.with(3, p.write("a.csv", PAIRS)),
    ],
    "a fraction of 0.04 of 10 heads is none; choose a larger fraction",
  ],
  [
    "a share of all heads",
    (p) => [
      ...pruned("--fraction", "0.96", "--text", p.write("t.txt", "the cat\n"))(p),
      ...TASK.with(3, p.write("a.csv", PAIRS)),
    ],
    "a fraction of 0.96 would leave no head; choose a smaller fraction",
  ],
  [
    "training by no task",
    pruned("--heads", "0.1", "--recover", "3"),
    "--recover trains on the texts of a task; pass --task NAME",
  ],
  ["no steps of training", pruned("--heads", "0.1", "--recover", "0"), "--recover takes a whole number from 1"],
  ["a rule that is none", pruned("--heads", "0.1", "--require", "loss"), '--require "loss" is not a rule; write NAME<=NUMBER'],
  [
    "a rule for nothing known",
    pruned("--heads", "0.1", "--require", "bits<=1"),
    "where NAME is one of loss, loss.low, loss.high, quality",
  ],
  ["a second rule that is none", pruned("--heads", "0.1", "--require", "heads<=9", "--require", "x"), '--require "x"'],
  ["a page below a file", judged("similarity", PAIRS, "--out", "model/config.json/out"), "cannot be written"],
];

const STUDY: readonly Case[] = [
  [
    "an unknown study",
    () => ["study", "one-or-more"],
    'there is no study "one-or-more"; choose one of one-or-many, head-dropout, mixture, by-hand, adaptive',
  ],
  ["no study", () => ["study"], "missing required argument 'name'"],
  [
    "a study below a file",
    (p) => ["study", "one-or-many", "--quick", "--out", join(p.model, "config.json", "out")],
    "cannot be written",
    "choose another place",
  ],
  [
    "a study on a device that is not there",
    () => ["study", "one-or-many", "--quick", "--device", "cuda"],
    'the device "cuda" is not available',
  ],
];

const PARAGRAPHS = Array.from({ length: 60 }, (_, i) => `the cat ${i} sat on mat ${(i * 7) % 11}\n\n`).join("");
const SMALL = {
  steps: 2,
  tokenizer: { vocabulary: 280, minFrequency: 0 },
  model: { layers: 1, width: 16, heads: 2 },
  batch: { length: 16, tokens: 64 },
};
/** A configuration that would train, but for the change. */
const run =
  (change: Record<string, unknown>, ...options: readonly string[]) =>
  (place: Place): readonly string[] => {
    const data = { text: place.write("text.txt", PARAGRAPHS) };
    return ["train", place.write("run.json", JSON.stringify({ ...SMALL, data, ...change })), ...options];
  };
const parallel = (source: string, target: string) => (place: Place) =>
  run({ task: "translation", data: { source: place.write("a.en", source), target: place.write("a.de", target) } })(place);
const configured = (content: string) => (place: Place) => ["train", place.write("run.json", content)];
const unknown = (change: Record<string, unknown>, is: string, meant: string): Case => [
  `the unknown key ${is}`,
  run(change),
  `run.json: there is no option "${is}"; did you mean "${meant}"?`,
];

const TRAINING: readonly Case[] = [
  [
    "heads that do not divide the width",
    run({ model: { width: 16, heads: 3 } }),
    "run.json: 3 heads do not divide the width 16",
  ],
  ["heads by option that do not", run({}, "--heads", "5"), "run.json: 5 heads do not divide the width 16"],
  ...(["heads", "layers", "width"] as const).flatMap((name): Case[] => [
    [`too many by --${name}`, run({}, `--${name}`, "9999999"), `run.json: --${name} is 9999999; correct it (Too big: `],
    [
      `too many ${name} in the file`,
      run({ model: { ...SMALL.model, [name]: 9999999 } }),
      `run.json: "model.${name}" is 9999999; correct it (Too big: `,
    ],
  ]),
  [
    "key/value heads that do not divide the heads",
    run({ model: { ...SMALL.model, architecture: "llama", heads: 4, keyValueHeads: 3 } }),
    /run\.json: .*4.*3/,
  ],
  [
    "heads of a token that are not routed",
    run({ model: { ...SMALL.model, attention: { routing: { kind: "moh", shared: 1, top: 2 } } } }),
    'run.json: "model.attention": a token cannot use 2 of 1 routed heads; use 1 to 1 ("routing.top")',
  ],
  [
    "experts with keys of their own",
    run({
      model: { ...SMALL.model, architecture: "llama", keyValueHeads: 2, attention: { routing: { kind: "moa", top: 1 } } },
    }),
    'run.json: "model.keyValueHeads" is 2, but the heads of "moa" share one; remove it, or set it to 1',
  ],
  [
    "a vocabulary beyond the embedding",
    (p) => {
      const { model, ...json } = tinyTokenizer() as { model: { vocab: Record<string, number> } };
      const vocab = { ...model.vocab, surplus: 67 };
      writeFileSync(join(p.model, "tokenizer.json"), JSON.stringify({ ...json, model: { ...model, vocab } }));
      return run({ task: "masked", from: p.model })(p);
    },
    "tokenizer.json: the tokenizer has ids up to 67, but the model embeds only 67",
  ],
  [
    "a model to go on from that does something else",
    (p) => run({ from: p.model })(p),
    /run\.json: .*model has no causal language head, which the task "causal" trains/,
  ],
  [
    "a model to go on from that is not there",
    run({ from: "./nowhere" }),
    /"from" is \.\/nowhere, which has no config\.json; set it to a model directory/,
  ],
  ["parallel files of unequal length", parallel("a\nb\nc\n", "x\ny\n"), "a.en has 3 lines, but a.de has 2; give parallel text"],
  ["parallel files of nothing", parallel("", ""), /a\.(en|de)/, /empty|no line/],
  [
    "parallel files too short to hold some out",
    parallel("the cat\nthe dog\nthe mat\n", "die Katze\nder Hund\ndie Matte\n"),
    'run.json: a.en: 3 pairs cannot be split into training and held-out parts; set "data.validationSource"',
  ],
  ["a text of nothing", (p) => run({ data: { text: p.write("none.txt", "") } })(p), /none\.txt: .*(empty|no text)/],
  ["a text of white space", (p) => run({ data: { text: p.write("none.txt", " \n\n") } })(p), "none.txt: there is no text"],
  [
    "a text of one document",
    (p) => run({ data: { text: p.write("one.txt", "the cat sat\n") } })(p),
    "run.json: one.txt: 1 document cannot be split into training and held-out parts",
  ],
  [
    "a text too short for its rows",
    run({ batch: { length: 4096 } }),
    /the text has \d+ tokens, too few for rows of 4096/,
    "batch.length",
  ],
  ["a text that is not there", run({ data: { text: "nowhere.txt" } }), "nowhere.txt: there is no such file"],
  ["a text that is not UTF-8", (p) => run({ data: { text: p.write("l.txt", LATIN1()) } })(p), "l.txt", "UTF-8"],
  [
    "rows longer than the positions",
    run({ model: { ...SMALL.model, positions: 13 } }),
    'run.json: "batch.length" is 16, longer than the model\'s 13 positions ("model.positions")',
  ],
  [
    "rows longer than the positions of a model to go on from",
    (p) => run({ task: "masked", from: p.model, batch: { length: 64 } })(p),
    'run.json: "batch.length" is 64, but the model has 29 positions; lower it',
  ],
  unknown({ stesp: 3 }, "stesp", "steps"),
  unknown({ optimizer: { learningrate: 1 } }, "optimizer.learningrate", "optimizer.learningRate"),
  unknown({ model: { widht: 16 } }, "model.widht", "model.width"),
  unknown({ data: { text: "text.txt", heldout: 3 } }, "data.heldout", "data.heldOut"),
  ["a learning rate of 0", run({ optimizer: { learningRate: 0 } }), 'run.json: "optimizer.learningRate" is 0'],
  ["a learning rate below 0", run({ optimizer: { learningRate: -0.1 } }), 'run.json: "optimizer.learningRate" is -0.1'],
  ...["0", "-1", "x", "NaN"].map(
    (word): Case => [`"${word}" as a learning rate`, run({}, `--learning-rate=${word}`), "--learning-rate takes a"],
  ),
  ["a rate of dropout of 1", run({ dropout: { residual: 1 } }), 'run.json: "dropout.residual" is 1'],
  ["a rate of head dropout of 1", run({ dropout: { heads: 1 } }), 'run.json: "dropout.heads" is 1'],
  ["an unknown course of head dropout", run({ dropout: { heads: 0.2, schedule: "u" } }), 'run.json: "dropout.schedule" is "u"'],
  [
    "head dropout with one head",
    run({ dropout: { heads: 0.2 }, model: { heads: 1, width: 16 } }),
    'run.json: "dropout.heads" is 0.2, but no layer has more than one head',
  ],
  ["no steps", run({ steps: 0 }), 'run.json: "steps" is 0'],
  ["a size in words", run({ model: { width: "16" } }), 'run.json: "model.width" is "16"'],
  [
    "repeated rows of sentences",
    run({ task: "masked", data: { text: "t.txt", repeats: 0.1 } }),
    'run.json: "data.repeats" is 0.1, but only the running text of the task "causal" has rows to repeat; set it to 0',
  ],
  [
    "a mean of more checkpoints than are kept",
    run({ average: 4 }),
    'run.json: "average" is 4, but only 3 checkpoints are kept',
  ],
  ["no text", run({ data: {} }), 'run.json: the task "causal" needs "data.text"'],
  ["no data", configured("{}"), 'run.json: "data" is missing; set it'],
  ["one side of a translation", run({ task: "translation", data: { source: "a.en" } }), '"data.source" and "data.target"'],
  [
    "one side to validate a translation with",
    run({ task: "translation", data: { source: "a", target: "b", validationSource: "c" } }),
    '"data.validationSource" and "data.validationTarget" belong together',
  ],
  [
    "an encoder for causal text",
    run({ model: { architecture: "bert" } }),
    "does not fit the architecture bert; choose gpt2 or llama",
  ],
  ["a configuration that is not JSON", configured("{"), "run.json: not valid JSON"],
  ["a configuration that is a list", configured("[]"), "run.json is not a configuration; write a JSON object"],
  ["a configuration that is null", configured("null"), "run.json is not a configuration; write a JSON object"],
  ["data that is no object", configured('{"data": 3}'), 'run.json: "data" is 3'],
  ["a configuration that is not there", () => ["train", "nowhere.json"], "nowhere.json: there is no such file"],
  ["neither configuration nor text", () => ["train"], "pass a configuration file or --text FILE"],
  ["a name with a slash", run({}, "--name", "../there"), "--name ../there is not a valid name; use only letters, digits"],
  [
    "the name of a run that is there",
    (p) => {
      mkdirSync(join(p.folder, "runs/run"), { recursive: true });
      p.write("runs/run/config.json", "{}");
      return run({})(p);
    },
    "a run of this name exists; continue it with --resume, or choose another --name",
  ],
  ["to resume nothing", () => ["train", "--resume", "nothing"], "there is no run of this name to resume; see the folder runs"],
  [
    "to resume what is broken",
    (p) => {
      mkdirSync(join(p.folder, "runs/run"), { recursive: true });
      p.write("runs/run/config.json", "{");
      return ["train", "--resume", "run"];
    },
    /runs\/run\/config\.json: not valid JSON/,
  ],
  ["runs below a file", (p) => [...run({})(p), "--runs", "text.txt/runs"], "cannot be written"],
];

function LATIN1(): Uint8Array {
  return Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x0a);
}

refusesAll(() => command, {
  files: FILES,
  texts: TEXTS,
  options: OPTIONS,
  translations: TRANSLATIONS,
  studies: STUDY,
  pruning: PRUNING,
  "pruning translators and GGUF files": PRUNING_OTHERS,
  judging: JUDGING,
  converting: CONVERTING,
  training: TRAINING,
});
