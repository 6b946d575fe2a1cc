import { Tokenizer as Native } from "tokenizers";
import { describe, expect, test } from "vitest";
import { alignToSpans, createTokenizer } from "../../../src/load/tokenizer/tokenizer.ts";
import { InputError } from "../../../src/run/errors.ts";
import { kinds } from "../tokenizer-kinds.ts";
import { edgeLines } from "../tokenizer-lines.ts";

const lines = edgeLines(2003, 17);

/** What the native library says of some lines, its code points turned into UTF-16 code units. */
async function nativeEncodings(native: Native, texts: readonly string[], addSpecialTokens: boolean) {
  const encodings = await native.encodeBatch([...texts], { addSpecialTokens });
  return encodings.map((encoding, index) => {
    const unit = [0];
    for (const character of texts[index]!) unit.push(unit.at(-1)! + character.length);
    return {
      ids: encoding.getIds(),
      offsets: encoding.getOffsets().map((offsets) => offsets.map((offset) => unit[offset])),
      wordIds: encoding.getWordIds().map((word) => word ?? null),
      special: encoding.getSpecialTokensMask().map(Boolean),
    };
  });
}

describe.each(Object.entries(kinds))("%s", (_, json) => {
  const native = Native.fromString(JSON.stringify(json));
  const ours = createTokenizer(json);

  test.each([true, false])("equals the native library on 2,003 hard lines, special tokens %s", async (addSpecialTokens) => {
    const theirs = await nativeEncodings(native, lines, addSpecialTokens);
    const differing = lines.flatMap((line, index) => {
      const { tokens: _, ...encoding } = ours.encode(line, { addSpecialTokens });
      const expected = theirs[index]!;
      return JSON.stringify(encoding) === JSON.stringify(expected) ? [] : [{ line, encoding, expected }];
    });
    expect(differing.length, JSON.stringify(differing.slice(0, 3))).toBe(0);
  });

  test.each([true, false])("decodes as the native library does, special tokens skipped %s", async (skipSpecialTokens) => {
    const ids = lines.slice(0, 499).map((line) => ours.encode(line).ids);
    const texts = ids.map((line) => ours.decode(line, { skipSpecialTokens }));
    expect(texts).toEqual(
      await native.decodeBatch(
        ids.map((line) => [...line]),
        skipSpecialTokens,
      ),
    );
  });

  test("has the native library's vocabulary", () => {
    const vocabulary = native.getVocab(true);
    expect(ours.vocabularySize).toBe(Math.max(...Object.values(vocabulary)) + 1);
    for (const [token, id] of Object.entries(vocabulary)) {
      expect(ours.idOf(token)).toBe(id);
      expect(ours.tokenOf(id)).toBe(token);
    }
  });
});

describe("the tokens of an encoding", () => {
  test("stand as in the vocabulary", () => {
    const { tokens } = createTokenizer(kinds.RoBERTa).encode("the <mask>");
    expect(tokens).toEqual(["<s>", "Ġthe", "<mask>", "</s>"]);
  });

  test("have offsets in UTF-16 code units, and the bytes of one character share them", () => {
    const { offsets, wordIds } = createTokenizer(kinds["Llama 2"]).encode("a 😀", { addSpecialTokens: false });
    expect(offsets).toEqual([
      [0, 1],
      [1, 2],
      [2, 4],
      [2, 4],
      [2, 4],
      [2, 4],
    ]);
    expect(wordIds).toEqual([0, 0, 0, 0, 0, 0]);
  });

  // The native library counts characters that no token stands for as nothing, so that all its later offsets are too small.
  test("keep their offsets after a character that no token stands for", () => {
    const json = kinds["words between white space"] as { model: object };
    const { ids, offsets } = createTokenizer({ ...json, model: { ...json.model, unk_token: null } }).encode("a東東b");
    expect(ids).toHaveLength(2);
    expect(offsets).toEqual([
      [0, 1],
      [3, 4],
    ]);
  });
});

describe("special tokens", () => {
  test("are known by the names in tokenizer_config.json, as strings or as objects", () => {
    const { special } = createTokenizer(kinds.RoBERTa, {
      bos_token: "<s>",
      cls_token: { content: "<s>" },
      mask_token: { content: "<mask>", lstrip: true },
      pad_token: null,
    });
    expect(special).toEqual({ bos: 0, cls: 0, eos: 1, mask: 2 });
  });

  test("are known by their usual names without it", () => {
    const tokenizer = createTokenizer(kinds["BERT uncased"]);
    expect(tokenizer.special).toEqual({ pad: 0, unk: 1, cls: 2, sep: 3, mask: 4 });
    expect(tokenizer.specialIds).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});

describe("alignToSpans", () => {
  const text = "He didn't see New York 😀.";
  const spans = [
    [0, 2],
    [3, 6],
    [6, 9],
    [10, 13],
    [14, 22],
    [23, 25],
    [25, 26],
  ] as const;

  // One of the kinds throws words away.
  test.each(
    Object.keys(kinds).filter((name) => name !== "Split in every way"),
  )("gives every token of %s a span it overlaps, and special tokens -1", (name) => {
    const encoding = createTokenizer(kinds[name]).encode(text);
    const owners = alignToSpans(encoding, text, spans);
    encoding.offsets.forEach(([start, end], token) => {
      const owner = owners[token]!;
      if (text.slice(start, end).trim() === "") expect(owner).toBe(-1);
      else expect(Math.max(start, spans[owner]![0])).toBeLessThan(Math.min(end, spans[owner]![1]));
    });
    expect(new Set(owners).size).toBe(spans.length + (owners.includes(-1) ? 1 : 0));
  });

  test("takes the span with most of the token, the earlier on a tie, and leaves leading spaces out", () => {
    const offsets = [
      [0, 0],
      [0, 3],
      [0, 2],
      [2, 6],
      [4, 6],
      [6, 8],
    ] as const;
    const encoding = { ids: [], tokens: [], offsets, wordIds: [], special: [] };
    expect([
      ...alignToSpans(encoding, "abc   de", [
        [0, 1],
        [1, 2],
        [2, 6],
        [6, 8],
      ]),
    ]).toEqual([-1, 0, 0, 2, -1, 3]);
  });
});

describe("what is not supported", () => {
  const bert = kinds["BERT uncased"] as { model: object };
  const byteLevel = kinds["GPT-2"] as { model: { vocab: object } };
  const broken: readonly (readonly [string, unknown])[] = [
    ['normalizer "Nmt" is not supported', { ...bert, normalizer: { type: "Nmt" } }],
    [
      'pre_tokenizer "UnicodeScripts" is not',
      {
        ...bert,
        pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "UnicodeScripts" }] },
      },
    ],
    ['post_processor "Other" is not supported', { ...bert, post_processor: { type: "Other" } }],
    ["decoder: Unknown Decoder type: Other", { ...bert, decoder: { type: "Other" } }],
    ['model "Unigram" is not supported', { ...bert, model: { type: "Unigram", vocab: [["a", 0]] } }],
    ["model.dropout 0.1 is not supported", { ...byteLevel, model: { ...byteLevel.model, dropout: 0.1 } }],
    ["needs zq, which is not in model.vocab", { ...byteLevel, model: { ...byteLevel.model, merges: [["z", "q"]] } }],
    ['unk_token "[NONE]" is not in model.vocab', { ...bert, model: { ...bert.model, unk_token: "[NONE]" } }],
    ["normalizer.prepend:", { ...bert, normalizer: { type: "Prepend" } }],
    [
      'the pattern {"Regex":"("} is not supported',
      {
        ...bert,
        pre_tokenizer: { type: "Split", pattern: { Regex: "(" }, behavior: "Isolated" },
      },
    ],
    ["model", {}],
  ];

  test.each(broken)("is named: %s", (message, json) => {
    expect(() => createTokenizer(json)).toThrow(InputError);
    expect(() => createTokenizer(json)).toThrow(message);
  });
});
