/** The readout of a small map: the largest weight of what one of its pixels covers, or of the whole map. */
import { readableTokens } from "../../../src/view/page/readable-tokens.ts";
import { displayToken } from "../../../src/view/page/tokens.ts";
import type { HeadPattern } from "../types.ts";

/** A place on a map of `size` pixels, in pixels. */
export interface MapPlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Formats "3.1 induction · the → cat 0.812"; without a place, for the largest weight of the head. */
export function headReading(head: HeadPattern, place?: MapPlace): string {
  const { name, label, pattern, rows, columns, queries, keys } = head;
  const span = (at: number, count: number): readonly [first: number, end: number] => {
    if (!place) return [0, count];
    const first = Math.min(count - 1, Math.max(0, Math.floor((at / place.size) * count)));
    return [first, Math.max(first + 1, Math.min(count, Math.floor(((at + 1) / place.size) * count)))];
  };
  const [[row, rowEnd], [column, columnEnd]] = [span(place?.y ?? 0, rows), span(place?.x ?? 0, columns)];
  let best = row * columns + column;
  for (let i = row; i < rowEnd; i++)
    for (let j = column; j < columnEnd; j++) if (pattern[i * columns + j]! > pattern[best]!) best = i * columns + j;
  if (rows * columns === 0) return name;
  const from = tokenAt(queries, Math.floor(best / columns), "query");
  const to = tokenAt(keys ?? queries, best % columns, "key");
  const value = `${from} → ${to} ${pattern[best]!.toFixed(3)}`;
  return [[name, label].filter(Boolean).join(" "), place ? value : `largest: ${value}`].join(" · ");
}

const tokenAt = (tokens: readonly string[] | undefined, at: number, side: string): string =>
  tokens ? displayToken(readableTokens(tokens)[at] ?? "") : `${side} ${at}`;
