/** Where tokenizer_config.json and tokenizer.json differ, the ids are those of transformers (make_tokenizer_cases.py). */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createTokenizer } from "../../../../src/load/tokenizer/tokenizer.ts";
import { InputError } from "../../../../src/run/errors.ts";
import { kinds } from "../../tokenizer-kinds.ts";

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/tokenizers/${name}.json`, import.meta.url), "utf8"));

interface Case {
  readonly name: string;
  readonly modelType: string;
  readonly model: string;
  readonly file: object;
  readonly config: object;
  readonly ids: readonly number[][];
}

const { texts, cases, unknown } = read("cases") as {
  texts: readonly string[];
  cases: readonly Case[];
  unknown: { texts: readonly string[]; tokenizers: readonly { json: object; ids: number[][] }[] };
};

describe("the tokenizer is the one that transformers builds", () => {
  test.each(cases.map((one) => [one.name, one] as const))("%s", (_, { modelType, model, file, config, ids }) => {
    const json = { ...file, model: { type: model === "wordpiece" ? "WordPiece" : "BPE", ...read(model) } };
    const tokenizer = createTokenizer(json, config, { modelType });
    const got = texts.map((text) => {
      try {
        return tokenizer.encode(text).ids;
      } catch (error) {
        return (error as Error).message;
      }
    });
    // A token that only the class knows has an id outside the vocabulary there; here the text is refused.
    const expected = ids.map((line, k) =>
      typeof got[k] === "string" && line.some((id) => id >= tokenizer.vocabularySize) ? got[k] : line,
    );
    expect(got).toEqual(expected);
  });
});

describe("a BPE character that is not in the vocabulary", () => {
  test.each(
    unknown.tokenizers.map(({ json, ids }, k) => [k, json, ids] as const),
  )("is read as the native library does, %s", (_, json, ids) => {
    const tokenizer = createTokenizer(json);
    expect(unknown.texts.map((text) => tokenizer.encode(text).ids)).toEqual(ids);
  });
});

describe("what is refused", () => {
  const bert = kinds["BERT uncased"] as { model: { vocab: object } };
  const gpt2 = kinds["GPT-2"] as { model: object };
  const vocab = (changes: object) => ({ ...bert, model: { ...bert.model, vocab: { ...bert.model.vocab, ...changes } } });
  const deep = (levels: number): object =>
    levels === 0 ? { type: "NFC" } : { type: "Sequence", normalizers: [deep(levels - 1)] };
  test.each<[string, unknown, unknown?]>([
    ['"the" has the id 2.5', vocab({ the: 2.5 })],
    ['"the" has the id -1', vocab({ the: -1 })],
    ['"the" has the id "7"', vocab({ the: "7" })],
    ['"the" has the id 4294967296', vocab({ the: 2 ** 32 })],
    ["share the id 0", vocab({ zz: 0 })],
    ["expected an object of token to id", { ...bert, model: { ...bert.model, vocab: [["a", 0]] } }],
    ["is not a pair of tokens", { ...gpt2, model: { ...gpt2.model, merges: [7] } }],
    ["is not a pair of tokens", { ...gpt2, model: { ...gpt2.model, merges: ["a b c"] } }],
    ["model.merges is missing", { ...gpt2, model: { ...gpt2.model, merges: "a b" } }],
    ["nested more than 100 levels", { ...bert, normalizer: deep(200) }],
    ['tokenizer_class "XLNetTokenizer" is not supported', bert, { tokenizer_class: "XLNetTokenizer" }],
    ["do_lower_case is 1; give true or false", bert, { tokenizer_class: "BertTokenizer", do_lower_case: 1 }],
    ['cls_token "[CLS]" is not in the vocabulary', kinds["GPT-2"], { tokenizer_class: "BertTokenizer" }],
    ["fix_mistral_regex is not supported", bert, { fix_mistral_regex: true }],
  ])("%s", (message: string, json: unknown, config?: unknown) => {
    const build = () => createTokenizer(json, config);
    expect(build).toThrow(InputError);
    expect(build).toThrow(String(message));
  });

  test("not a hyphen in an added token", () => {
    const { encode, idOf } = createTokenizer(kinds["GPT-2"], { extra_special_tokens: ["<end-of-turn>"] });
    expect(encode("<end-of-turn>").ids).toEqual([idOf("<end-of-turn>")]);
  });

  test("a text with a token that only the class knows", () => {
    const tokenizer = createTokenizer(kinds["GPT-2"], { tokenizer_class: "GPT2Tokenizer" });
    expect(() => tokenizer.encode("a <|endoftext|> b")).toThrow("<|endoftext|>");
    expect(tokenizer.vocabularySize).toBe(createTokenizer(kinds["GPT-2"]).vocabularySize);
  });
});
