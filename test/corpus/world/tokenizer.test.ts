/** The synthetic world's tokenizer.json: Hugging Face's library, ours and the encoder agree. */
import { Tokenizer as Native } from "tokenizers";
import { describe, expect, it } from "vitest";
import { createWorld, worldDocuments } from "../../../src/corpus/world/document.ts";
import { WORLD_SPECIAL, worldEncoder, worldIds, worldTokenizer } from "../../../src/corpus/world/tokenizer.ts";
import { createTokenizer } from "../../../src/load/tokenizer/tokenizer.ts";

const world = createWorld();
const json = worldTokenizer(world);
const documents = worldDocuments("tokens", 211);
const texts = documents.map(({ words }) => words.join(" "));

describe("the tokenizer of the synthetic world", () => {
  const ours = createTokenizer(json);
  const native = Native.fromString(JSON.stringify(json));

  it("gives each word one token, as Hugging Face's own library and the encoder do", async () => {
    const encode = worldEncoder(world);
    const theirs = await native.encodeBatch(texts);
    texts.forEach((text, i) => {
      const { ids, offsets } = ours.encode(text);
      expect(ids).toEqual(theirs[i]!.getIds());
      expect(offsets).toEqual(theirs[i]!.getOffsets());
      expect([...encode(documents[i]!)]).toEqual(ids);
      expect(ids).toHaveLength(documents[i]!.words.length + 1);
    });
  });

  it("decodes to the text", async () => {
    for (const text of texts.slice(0, 29)) {
      const { ids } = ours.encode(text);
      expect(ours.decode(ids, { skipSpecialTokens: true })).toBe(text);
      expect(await native.decode([...ids], true)).toBe(text);
    }
  });

  it("has the special tokens first, and a token for words it does not know", () => {
    expect(WORLD_SPECIAL.map((token) => ours.idOf(token))).toEqual([0, 1, 2]);
    expect(ours.special).toEqual({ pad: 0, bos: 1, unk: 2 });
    expect(ours.encode("the zebra", { addSpecialTokens: false }).tokens).toEqual(["the", "<unk>"]);
    expect(ours.vocabularySize).toBe(world.words.length + 3);
    for (const [word, id] of worldIds(world)) expect(ours.idOf(word)).toBe(id);
  });
});
