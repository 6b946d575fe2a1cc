/**
 * Attention between words from attention between tokens (Clark et al. 2019): attention to a split word is summed over its
 * tokens, attention from a split word is averaged over its tokens, so that each word's attention still sums to one.
 */
import { wholeCharacters } from "../../../src/view/page/readable-tokens.ts";
import { displayToken } from "../../../src/view/page/tokens.ts";
import type { Matrix } from "../types.ts";

/** The tokens of each word, in the order of the words' first tokens. A token whose word is null or negative is its own word. */
type Words = readonly (readonly number[])[];

/** Converts the word of each token to the tokens of each word. */
export function groupTokens(words: readonly (number | null)[]): Words {
  const groups = new Map<number | string, number[]>();
  for (const [token, word] of words.entries()) {
    const key = word === null || word < 0 ? `alone ${token}` : word;
    const group = groups.get(key);
    if (group) group.push(token);
    else groups.set(key, [token]);
  }
  return [...groups.values()];
}

/** Reduces tokens × tokens to words × words: columns of a word are summed, rows averaged. */
export function groupMatrix(matrix: Matrix, rowWords: Words, columnWords: Words): Matrix {
  const weights = new Float32Array(rowWords.length * columnWords.length);
  const wordOf = new Uint32Array(matrix.columns);
  for (const [word, tokens] of columnWords.entries()) for (const token of tokens) wordOf[token] = word;
  for (const [word, tokens] of rowWords.entries()) {
    const start = word * columnWords.length;
    for (const token of tokens) {
      for (let j = 0; j < matrix.columns; j++) {
        weights[start + wordOf[j]!]! += matrix.weights[token * matrix.columns + j]! / tokens.length;
      }
    }
  }
  return { weights, rows: rowWords.length, columns: columnWords.length };
}

/** Returns words for display: their tokens joined, without vocabulary markers. */
export function wordNames(tokens: readonly string[], words: Words): string[] {
  const texts = wholeCharacters(tokens);
  return words.map((word) => word.map((token, k) => (k === 0 ? displayToken(texts[token]!) : rest(texts[token]!))).join(""));
}

const rest = (text: string): string => (text === "" ? "" : displayToken(text).replace(/^##/, ""));
