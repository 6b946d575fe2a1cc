/** The data for the report's script: patterns in one byte a weight, similarities in two, and what is drawn when it is looked at. */
import type { Label, Manner, PatternText, Report } from "../../heads/report/schema.ts";
import { base64, packed } from "../page/packed.ts";
import { readableTokens } from "../page/readable-tokens.ts";
import { displayToken, isSpecial } from "../page/tokens.ts";
import { similarOrder } from "./similar.ts";

/** Returns a text's patterns: the n × n bytes of every head in order; a byte is 255 √weight. */
const patternBytes = ({ patterns }: PatternText): Uint8Array[] =>
  patterns.flat().map((matrix) => Uint8Array.from(matrix, (weight) => Math.round(255 * Math.sqrt(weight))));

/**
 * Returns the data of the page as JSON that is safe inside a script element. Its `bytes` are packed: the similarities below the
 * diagonal, the patterns of each text, and the JSON of `details`, the markup of each head that the page has no room for.
 */
export function pageData(report: Report, examples: readonly PatternText[], details: readonly string[]): string {
  const { matrix } = report.similarity;
  const data = {
    heads: report.heads.map(({ layer, head, label }) => [layer, head, label]),
    texts: examples.map(({ tokens }) => ({ tokens: readableTokens(tokens).map(displayToken) })),
    order: similarOrder(matrix),
    bytes: packed([
      belowDiagonal(matrix),
      ...examples.flatMap((text) => patternBytes(text)),
      new TextEncoder().encode(JSON.stringify(details)),
    ]),
  };
  return JSON.stringify(data).replace(/</g, "\\u003c");
}

/** Returns the entries of a matrix below its diagonal, row by row, as 16-bit integers in ten-thousandths. */
function belowDiagonal(matrix: readonly (readonly number[])[]): Uint8Array {
  const values = Int16Array.from(
    matrix.flatMap((row, a) => row.slice(0, a)),
    (x) => Math.round(1e4 * x),
  );
  return new Uint8Array(values.buffer);
}

/** Encodes `belowDiagonal` as base64. */
export const pairValues = (matrix: readonly (readonly number[])[]): string => base64(belowDiagonal(matrix));

/** Returns how well a text's pattern shows a label: the fraction of its weight where the label expects it. */
export function shows(label: Label | Manner, { tokens, patterns }: PatternText, layer: number, head: number): number {
  const n = tokens.length;
  const matrix = patterns[layer]![head]!;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (claims(label, i, j, tokens)) sum += matrix[i * n + j]!;
  }
  return sum / n;
}

/** Returns true if a label expects query i to attend to key j; semantic labels expect every pair of different words. */
function claims(label: Label | Manner, i: number, j: number, tokens: readonly string[]): boolean {
  switch (label) {
    case "previous-token":
      return j === i - 1;
    case "next-token":
      return j === i + 1;
    case "self":
      return j === i;
    case "first-position":
    case "sink":
      return j === 0;
    case "last-position":
      return j === tokens.length - 1;
    case "delimiter":
      return isSpecial(tokens[j]!) || /^[\p{P}Ġ▁]+$/u.test(tokens[j]!);
    case "duplicate-token":
      return j < i && tokens[j] === tokens[i];
    case "induction":
      return j > 0 && j <= i && tokens[j - 1] === tokens[i];
    default:
      return i !== j && !isSpecial(tokens[i]!) && !isSpecial(tokens[j]!);
  }
}

export interface TokenLink {
  readonly from: string;
  readonly to: string;
  readonly weight: number;
}

/** Returns the largest weights of a head in a text, from non-special tokens; each query once. */
export function strongestLinks({ tokens, patterns }: PatternText, layer: number, head: number, most: number): TokenLink[] {
  const n = tokens.length;
  const matrix = patterns[layer]![head]!;
  const names = readableTokens(tokens).map(displayToken);
  const links = tokens.flatMap((token, i) => {
    // The first token of a causal text can only attend to itself.
    if (isSpecial(token) || (i === 0 && matrix[0]! > 0.999)) return [];
    const row = matrix.subarray(i * n, (i + 1) * n);
    const best = row.reduce((at, weight, j) => (weight > row[at]! ? j : at), 0);
    return [{ from: names[i]!, to: names[best]!, weight: row[best]! }];
  });
  return links.sort((a, b) => b.weight - a.weight).slice(0, most);
}
