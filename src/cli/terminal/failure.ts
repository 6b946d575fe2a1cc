/** How a command ends when it cannot do what was asked: one line, and 2 for bad input or 1 for a failure of ours. */
import { why } from "../../load/files/why.ts";
import { InputError } from "../../run/errors.ts";
import { tell } from "./output.ts";

/** Print the error and set the exit code; the stack is only shown where it is asked for. */
export function failWith(error: unknown, debug: boolean): void {
  const limit = LIMITS.has((error as NodeJS.ErrnoException | undefined)?.code ?? "");
  const known = error instanceof InputError || limit;
  const message = limit ? why(error) : oneLine(error instanceof Error ? error.message : String(error));
  tell(`headwise: ${message}${known || debug ? "" : " (--debug shows where)"}\n`);
  if (debug && error instanceof Error) tell(`${error.stack}\n`);
  process.exitCode = known ? 2 : 1;
}

/** Limits of the system that any read can meet, that of the command's own files too. */
const LIMITS: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, " ");

/** What commander says about wrong usage, as one line of ours. */
export const usageLine = (text: string): string =>
  `headwise: ${oneLine(text).replace(/^error: /, "")} (--help shows the options and an example)\n`;
