/** Splits plain text into documents, which a language model reads from start to end. */

import { InputError } from "../run/errors.ts";
import type { Texts } from "./lines.ts";

/** The end of a document: a blank line, or the end of each line. */
export type DocumentEnd = "blank-line" | "line";

/**
 * Streams the documents of some lines. Between blank lines, a document keeps its own line breaks (`\n`); lines of only white
 * space are not documents. Throws `InputError` with `name` if there is none.
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
  else if (!some) throw new InputError(`${name}: there is no text; give a file with text`);
}
