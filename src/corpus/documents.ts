/** Plain text as documents: what a language model reads from start to end. */

import { InputError } from "../run/errors.ts";
import type { Texts } from "./lines.ts";

/** Where a document ends: at blank lines, or at the end of each line. */
export type DocumentEnd = "blank-line" | "line";

/**
 * The documents of some lines, as they come. Between blank lines, a document keeps its own line breaks (`\n`); lines of
 * white space alone are no document. Throws `InputError` with `name` where there is none.
 */
export async function* documents(lines: Texts, name: string, end: DocumentEnd = "blank-line"): AsyncGenerator<string> {
  let some = false;
  let open: string[] = [];
  for await (const line of lines) {
    const blank = line.trim() === "";
    if (!blank) open.push(line);
    if (open.length === 0 || (end === "blank-line" && !blank)) continue;
    some = true;
    yield open.join("\n");
    open = [];
  }
  if (open.length > 0) yield open.join("\n");
  else if (!some) throw new InputError(`${name}: holds no text; give a file with some`);
}
