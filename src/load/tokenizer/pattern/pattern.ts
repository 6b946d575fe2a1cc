/** Patterns of tokenizer.json, and the ways to split a text at their matches. */

import { z } from "zod";
import { InputError } from "../../../run/errors.ts";
import { type Aligned, type Search, slice } from "../aligned.ts";
import { SplitPreTokenizer } from "../library.ts";
import { quote } from "../tokenizer-json.ts";
import { isWellKnown } from "./known-patterns.ts";
import { compileRegex } from "./regex.ts";
import { matches } from "./regex-run.ts";

/** A fixed string, or a regular expression in Oniguruma's syntax. */
export const pattern = z.union([z.object({ String: z.string() }), z.object({ Regex: z.string() })]);

/** The treatment of matched spans: removed, kept separate, or merged with a neighbor. */
export const splitBehavior = z.enum(["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]);

/**
 * Compiles a pattern to a search. Fixed strings and the expressions of known models run as JavaScript's own; all others run in
 * bounded time, because an expression from a file may backtrack forever. Throws `InputError` for an unsupported expression.
 */
export function compilePattern(source: z.infer<typeof pattern>, place: string): Search {
  try {
    if ("Regex" in source && !isWellKnown(source.Regex)) {
      const program = compileRegex(source.Regex);
      return (text) => matches(program, text);
    }
    const { pattern: compiled } = new SplitPreTokenizer({ type: "Split", pattern: source, invert: true });
    if (compiled) return searchOf(compiled);
  } catch {
    // Falls through to an error that names the place of the expression.
  }
  throw new InputError(
    `tokenizer.json: ${place}: the pattern ${quote(source)} is not supported; use only groups, classes, repetitions and lookaheads`,
  );
}

/** Wraps a global JavaScript expression as a search. */
export const searchOf = (expression: RegExp): Search =>
  function* (text) {
    for (const match of text.matchAll(expression)) yield [match.index, match.index + match[0].length];
  };

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly matched: boolean;
}

const joined: Partial<Record<z.infer<typeof splitBehavior>, (before: Stretch, after: Stretch) => boolean>> = {
  Contiguous: (before, after) => before.matched === after.matched,
  MergedWithPrevious: (before, after) => !before.matched && after.matched,
  MergedWithNext: (before, after) => before.matched && !after.matched,
};

/** Splits a text at every match; no piece is empty. `invert` swaps matched and unmatched spans. */
export function cut(piece: Aligned, at: Search, how: z.infer<typeof splitBehavior>, invert = false): Aligned[] {
  const found = stretches(piece.text, at).map((stretch) => ({ ...stretch, matched: stretch.matched !== invert }));
  const kept = how === "Removed" ? found.filter((stretch) => !stretch.matched) : found;
  const join = joined[how];
  return (join ? merge(kept, join) : kept).map(({ from, to }) => slice(piece, from, to));
}

function stretches(text: string, at: Search): Stretch[] {
  const found: Stretch[] = [];
  let from = 0;
  for (const [start, to] of at(text)) {
    if (from < start) found.push({ from, to: start, matched: false });
    if (start < to) found.push({ from: start, to, matched: true });
    from = to;
  }
  if (from < text.length) found.push({ from, to: text.length, matched: false });
  return found;
}

function merge(found: readonly Stretch[], join: (before: Stretch, after: Stretch) => boolean): Stretch[] {
  const merged: Stretch[] = [];
  let before: Stretch | undefined;
  for (const stretch of found) {
    const start = before && join(before, stretch) ? merged.pop() : undefined;
    merged.push({ ...stretch, from: start?.from ?? stretch.from });
    before = stretch;
  }
  return merged;
}
