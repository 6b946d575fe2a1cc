/** What the report's script draws from, as JSON: patterns and similarities in one byte each. */
import type { Label, Manner, PatternText, Report } from "../../heads/report/schema.ts";
import { displayToken, isSpecial, sentence } from "../page/tokens.ts";
import { FARTHEST, similarOrder } from "./similar.ts";

/** A text's patterns for the page: every head's n × n bytes one after the other, a byte being 255 √weight. */
function textData({ tokens, patterns }: PatternText) {
  const bytes = patterns.flat().flatMap((matrix) => [Uint8Array.from(matrix, (weight) => Math.round(255 * Math.sqrt(weight)))]);
  return { tokens: tokens.map(displayToken), sentence: sentence(tokens), bytes: base64(bytes) };
}

/** The data of a page's heat maps and twin map, safe inside a script element. */
export function pageData(report: Report, examples: readonly PatternText[]): string {
  const { matrix } = report.similarity;
  const data = {
    heads: report.heads.map(({ layer, head, label }) => [layer, head, label]),
    texts: examples.map(textData),
    order: similarOrder(matrix),
    similarity: base64(
      matrix.map((row) => Uint8Array.from(row, (distance) => Math.round((255 * Math.min(distance, FARTHEST)) / FARTHEST))),
    ),
    farthest: FARTHEST,
  };
  return JSON.stringify(data).replace(/</g, "\\u003c");
}

/** Bytes as text, one part after the other. */
export function base64(parts: readonly Uint8Array[]): string {
  const pieces: string[] = [];
  // String.fromCharCode takes only so many arguments.
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 8192) pieces.push(String.fromCharCode(...part.subarray(at, at + 8192)));
  }
  return btoa(pieces.join(""));
}

/** How much a text's pattern shows what a label claims: the share of its weight where the label says it is. */
export function shows(label: Label | Manner, { tokens, patterns }: PatternText, layer: number, head: number): number {
  const n = tokens.length;
  const matrix = patterns[layer]![head]!;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (claims(label, i, j, tokens)) sum += matrix[i * n + j]!;
  }
  return sum / n;
}

/** Whether a label says that query i attends to key j; labels about meaning claim every pair of different words. */
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

export interface Link {
  readonly from: string;
  readonly to: string;
  readonly weight: number;
}

/** The largest weights of a head in a text, from tokens that are not special; each query once. */
export function strongestLinks({ tokens, patterns }: PatternText, layer: number, head: number, most: number): Link[] {
  const n = tokens.length;
  const matrix = patterns[layer]![head]!;
  const links = tokens.flatMap((token, i) => {
    // The first token of a causal text can only see itself.
    if (isSpecial(token) || (i === 0 && matrix[0]! > 0.999)) return [];
    const row = matrix.subarray(i * n, (i + 1) * n);
    const best = row.reduce((at, weight, j) => (weight > row[at]! ? j : at), 0);
    return [{ from: displayToken(token), to: displayToken(tokens[best]!), weight: row[best]! }];
  });
  return links.sort((a, b) => b.weight - a.weight).slice(0, most);
}
