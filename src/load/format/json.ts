/** Parses JSON as found on the hub: with the bare NaN and Infinity that Python writes, and of bounded depth. */
import type { z } from "zod";
import { InputError, messageOf } from "../../run/errors.ts";

/** The maximum nesting of objects and lists, so that later code can recurse. */
const DEPTH_LIMIT = 200;

/** Parses a JSON text; `where` names its file in errors. Throws `InputError` if it is not JSON, or nested too deeply. */
export function parseJson(text: string, where: string): unknown {
  const { depth, bare } = scan(text);
  if (depth > DEPTH_LIMIT) {
    throw new InputError(
      `${where}: lists and objects are nested more than ${DEPTH_LIMIT} deep; check that this is the right file`,
    );
  }
  try {
    return bare.length > 0 ? withBareNumbers(text, bare) : JSON.parse(text);
  } catch (error) {
    const why = messageOf(error).replace(/[\s\p{Cc}\p{Cf}]+/gu, " ");
    throw new InputError(`${where}: not valid JSON (${why}); correct the file or download it again`);
  }
}

/** Returns the first problem that a schema found. */
export function firstIssue({ issues: [issue] }: z.ZodError): z.core.$ZodIssue {
  if (!issue) throw new Error("internal: a schema refuses a value without a reason");
  return issue;
}

/** A number that is not valid JSON: `text.slice(start, end)` is NaN or Infinity, outside of strings. */
interface BareNumber {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

const [QUOTE, BACKSLASH, LETTER_I, LETTER_N] = [34, 92, 73, 78];
const OPENING = new Set([91, 123]);
const CLOSING = new Set([93, 125]);

/** Finds the greatest depth and the bare numbers in one pass over the text. */
function scan(text: string): { depth: number; bare: BareNumber[] } {
  const bare: BareNumber[] = [];
  let [depth, open] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (OPENING.has(code)) depth = Math.max(depth, ++open);
    else if (CLOSING.has(code)) open--;
    else if (code === LETTER_I || code === LETTER_N) {
      const name = ["NaN", "Infinity"].find((word) => text.startsWith(word, at));
      if (name) bare.push({ start: at, end: at + name.length, name });
    }
  }
  return { depth, bare };
}

/** Returns the position of a string's closing quote, or the text's end. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

/**
 * Parses with Infinity written as a number beyond any float, and NaN as a string that occurs nowhere else and is replaced back.
 */
function withBareNumbers(text: string, bare: readonly BareNumber[]): unknown {
  let marker = "NaN";
  while (text.includes(`"${marker}"`)) marker += "N";
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end, name } of bare) {
    pieces.push(text.slice(from, start), name === "NaN" ? `"${marker}"` : "1e999");
    from = end;
  }
  return JSON.parse(pieces.join("") + text.slice(from), (_, value) => (value === marker ? Number.NaN : value));
}
