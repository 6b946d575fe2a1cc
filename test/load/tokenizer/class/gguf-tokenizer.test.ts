import { Tokenizer as Native } from "tokenizers";
import { describe, expect, test } from "vitest";
import { tokenizerFilesFromGguf, tokenizerFromGguf } from "../../../../src/load/tokenizer/class/gguf-tokenizer.ts";
import { createTokenizer } from "../../../../src/load/tokenizer/tokenizer.ts";
import { InputError } from "../../../../src/run/errors.ts";
import { kinds } from "../../tokenizer-kinds.ts";
import { edgeLines } from "../../tokenizer-lines.ts";

interface Json {
  readonly model: { readonly vocab: Record<string, number>; readonly merges: readonly (readonly [string, string])[] };
}

const lines = edgeLines(503, 23);

// Not Object.keys: an object lists its digits first.
function tokensOf({ model }: Json): string[] {
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
  return tokens;
}

/** The metadata a GGUF file of this tokenizer would have: the control tokens are its first ones. */
function metadataOf(json: Json, extra: Record<string, unknown>): Record<string, unknown> {
  const tokens = tokensOf(json);
  const entries = {
    tokens,
    merges: json.model.merges.map((pair) => pair.join(" ")),
    bos_token_id: 0,
    eos_token_id: 1,
    ...extra,
  };
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [`tokenizer.ggml.${key}`, value]));
}

/** As JSON files it is the same tokenizer, and the native library's too. */
async function sameFromFiles(metadata: Record<string, unknown>): Promise<void> {
  const ours = tokenizerFromGguf(metadata);
  const files = JSON.parse(JSON.stringify(tokenizerFilesFromGguf(metadata)));
  const read = createTokenizer(files["tokenizer.json"], files["tokenizer_config.json"]);
  expect(read.special).toEqual(ours.special);
  const native = Native.fromString(JSON.stringify(files["tokenizer.json"]));
  const theirs = await native.encodeBatch(lines);
  for (const [k, line] of lines.entries()) {
    expect(read.encode(line), line).toEqual(ours.encode(line));
    expect(theirs[k]!.getIds(), line).toEqual(ours.encode(line).ids);
  }
}

describe("a byte-level GGUF vocabulary", () => {
  test.each([
    ["gpt-2", "GPT-2"],
    ["default", "GPT-2"],
    ["smollm", "SmolLM 2"],
    ["llama-bpe", "Llama 3"],
    ["qwen2", "Qwen 2"],
  ])("with pre %s gives the ids of %s", async (pre, kind) => {
    const json = kinds[kind] as Json;
    const types = Object.keys(json.model.vocab).map((_, id) => (id === 2 || id > 3 ? 1 : 3));
    const metadata = metadataOf(json, { model: "gpt2", pre, token_type: types });
    const ours = tokenizerFromGguf(metadata);
    const theirs = createTokenizer(json);
    for (const line of lines) expect(ours.encode(line).ids, line).toEqual(theirs.encode(line).ids);
    await sameFromFiles(metadata);
    expect(ours.special).toMatchObject({ bos: 0, eos: 1 });
    expect(ours.specialIds).toEqual(new Set([0, 1, 3]));
  });

  test("adds the tokens it is told to", async () => {
    const metadata = metadataOf(kinds["GPT-2"] as Json, { model: "gpt2", add_bos_token: true, add_eos_token: true });
    await sameFromFiles(metadata);
    const { tokens, special } = tokenizerFromGguf(metadata).encode(" the");
    expect(tokens).toEqual(["<s>", "Ġthe", "</s>"]);
    expect(special).toEqual([true, false, true]);
  });
});

test("the files name the special tokens and keep the chat template", () => {
  const metadata = metadataOf(kinds["GPT-2"] as Json, { model: "gpt2", token_type: [3, 3] });
  const files = tokenizerFilesFromGguf({ ...metadata, "tokenizer.chat_template": "{{ bos_token }}" });
  const tokens = tokensOf(kinds["GPT-2"] as Json);
  expect(files["tokenizer_config.json"]).toMatchObject({
    ...{ bos_token: tokens[0], eos_token: tokens[1], unk_token: null, pad_token: null },
    chat_template: "{{ bos_token }}",
  });
});

describe("a SentencePiece GGUF vocabulary", () => {
  const { vocab } = (kinds["Llama 2"] as Json).model;
  const tokens = tokensOf(kinds["Llama 2"] as Json);
  const types = tokens.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1));
  const scores = tokens.map((_, id) => (id < 259 ? 0 : 259 - id));
  const settings = { model: "llama", token_type: types, scores, merges: undefined, bos_token_id: 1, eos_token_id: 2 };
  const metadata = metadataOf(kinds["Llama 2"] as Json, { ...settings, unknown_token_id: 0 });
  const ours = tokenizerFromGguf(metadata);

  /** SentencePiece's own rule: join the neighbours whose union scores best, the leftmost on a tie. */
  function joined(text: string): number[] {
    const parts = [...`▁${text.replaceAll(" ", "▁")}`];
    const score = (part: string) => (types[vocab[part]!] === 1 ? scores[vocab[part]!]! : Number.NEGATIVE_INFINITY);
    for (;;) {
      const unions = parts.slice(1).map((part, index) => score(parts[index]! + part));
      const best = Math.max(...unions);
      if (!Number.isFinite(best)) break;
      const at = unions.indexOf(best);
      parts.splice(at, 2, parts[at]! + parts[at + 1]!);
    }
    const bytes = (part: string) => [...new TextEncoder().encode(part)].map((byte) => 3 + byte);
    return parts.flatMap((part) => (Object.hasOwn(vocab, part) ? [vocab[part]!] : bytes(part)));
  }

  test("divides words by their scores, and starts with <s>", () => {
    const plain = lines.filter(
      (line) => line !== "" && line.length < 120 && !/\p{Surrogate}/u.test(line) && !/<\/?s>|<unk>/.test(line),
    );
    expect(plain.length).toBeGreaterThan(300);
    for (const line of plain) expect(ours.encode(line).ids, line).toEqual([1, ...joined(line)]);
  });

  test("is the same as files", () => sameFromFiles(metadata));

  test("decodes to the text", () => {
    for (const line of ["the dog", " 東 and 😀", ""]) {
      expect(ours.decode(ours.encode(line).ids, { skipSpecialTokens: true })).toBe(line);
    }
  });
});

describe("what is not supported in a GGUF", () => {
  test.each([
    ['tokenizer.ggml.model "rwkv" is not supported', { model: "rwkv" }],
    ['tokenizer.ggml.pre "viking" is not supported', { model: "gpt2", pre: "viking" }],
    ["tokenizer.ggml.tokens:", { model: "gpt2", tokens: undefined }],
    ["tokenizer.ggml.merges is missing", { model: "gpt2", merges: undefined }],
    ["tokenizer.ggml.scores is missing", { model: "llama", merges: undefined }],
  ])("is named: %s", (message, extra) => {
    const metadata = metadataOf(kinds["GPT-2"] as Json, extra);
    expect(() => tokenizerFromGguf(metadata)).toThrow(InputError);
    expect(() => tokenizerFromGguf(metadata)).toThrow(message);
  });
});
