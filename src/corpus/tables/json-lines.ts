/** Reads JSON Lines: one object on each line. */
import { isRecord } from "../../params/keyed.ts";
import { InputError, messageOf } from "../../run/errors.ts";

/** An object with its line number. */
export interface JsonLine {
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Returns the objects of a JSONL text. Throws `InputError` with `name` and the line that is not an object. */
export function parseJsonLines(content: string, name: string): JsonLine[] {
  return content
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .flatMap((text, k) => (text.trim() === "" ? [] : [{ line: k + 1, value: objectOf(text, `${name}: line ${k + 1}`) }]));
}

function objectOf(text: string, where: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${where} is not JSON (${messageOf(error)}); write one object on each line`);
  }
  if (isRecord(value)) return value;
  throw new InputError(`${where} is not a JSON object; write one object on each line`);
}
