/** Faults of attributes that a page's author typed: what is wrong and how to write it. */
import type { PropertyDeclaration } from "lit";

/** Returns what is wrong with the text of an attribute; undefined if nothing is. `choices` are all values that it may have. */
export function attributeFault(text: string, { type }: PropertyDeclaration, choices?: readonly string[]): string | undefined {
  if ((type === Array || type === Object) && parsed(text) === null) return undefined; // none
  if (type === Array && !Array.isArray(parsed(text)))
    return `is not a JSON array; write it like '["the", "cat"]' or '[0.7, 0.3]'`;
  if (type === Object && !isObject(parsed(text))) return `is not a JSON object; write it like '{"name": "value"}'`;
  if (type === Number && (text.trim() === "" || !Number.isFinite(Number(text)))) return "is not a number; write it like '0.5'";
  if (choices && !choices.includes(text)) return `is unknown; write one of ${choices.join(", ")}`;
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
