/** Broken SentencePiece files: an `InputError` or pieces, and nothing else. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readSentencePiece } from "../../src/load/tokenizer/model/sentencepiece.ts";
import { InputError } from "../../src/run/errors.ts";
import { dice, FUZZ_CASES, mutateBytes } from "./mutate.ts";

const bytes = new Uint8Array(readFileSync(new URL("../fixtures/sentencepiece/source.spm", import.meta.url)));
const TEXTS = ["", "The cat sat on the mat.", "ﬁ Å 東 😀 e\u0301", "▁▁ x  y ▁"];

test("a broken .spm is refused or read, never a crash", () => {
  const wrong: unknown[] = [];
  for (let k = 0; k < FUZZ_CASES; k++) {
    try {
      const divide = readSentencePiece(mutateBytes(bytes, dice(`spm ${k}`)), "a.spm");
      for (const text of TEXTS) divide(text);
    } catch (error) {
      if (!(error instanceof InputError) || error.message.includes("\n")) wrong.push([k, String(error)]);
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
}, 600_000);
