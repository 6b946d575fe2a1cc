/** A model directory that the command can run: the small BERT fixture with a tokenizer that fits its 67 tokens. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FIXTURE = new URL("../fixtures/bert/", import.meta.url);
const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const WORDS = (
  ". , ! ? ' - the a an of to in on at by for with and but that who it she he they her his my our was were is are had has " +
  "not never cat sat mat dog keys old new every one two children teacher river door after before when because ##s ##ed"
).split(" ");

/** WordPiece over `WORDS`; every other word is [UNK], so that texts stay as short as the model needs them. */
export function tinyTokenizer(): Record<string, unknown> {
  const vocab = Object.fromEntries([...SPECIAL, ...WORDS].map((token, id) => [token, id]));
  const special = (id: string, type_id = 0) => ({ SpecialToken: { id, type_id } });
  const text = { Sequence: { id: "A", type_id: 0 } };
  return {
    version: "1.0",
    added_tokens: SPECIAL.map((content, id) => ({
      ...{ id, content, special: true },
      ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
    })),
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [special("[CLS]"), text, special("[SEP]")],
      pair: [special("[CLS]"), text, special("[SEP]"), { Sequence: { id: "B", type_id: 1 } }, special("[SEP]", 1)],
      special_tokens: {
        "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
        "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
      },
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100, vocab },
  };
}

/** Write the whole model into `folder`. */
export function makeModel(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const file of ["config.json", "model.safetensors"]) copyFileSync(new URL(file, FIXTURE), join(folder, file));
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tinyTokenizer()));
  return folder;
}

/** The same JSON file with some keys changed; undefined removes one. */
export function editJson(path: string, change: Record<string, unknown>): void {
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...change }));
}

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;

/** The weights with another header over the same data; `length` lies about the header's length. */
export function editHeader(folder: string, change: (header: Header) => void, length?: number): void {
  const path = join(folder, "model.safetensors");
  const bytes = readFileSync(path);
  const size = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + size)) as Header;
  change(header);
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(length ?? text.length));
  writeFileSync(path, Buffer.concat([prefix, text, bytes.subarray(8 + size)]));
}

/** Write a 32-bit number over the first of a tensor. */
export function overwriteFirst(folder: string, name: string, value: number): void {
  const path = join(folder, "model.safetensors");
  const bytes = readFileSync(path);
  const size = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + size)) as Header;
  bytes.writeFloatLE(value, 8 + size + header[name]!.data_offsets[0]);
  writeFileSync(path, bytes);
}
