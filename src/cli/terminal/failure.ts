/** The end of a failed command: one line on stderr, and exit code 2 for bad input or 1 for other failures. */
import { why } from "../../load/files/why.ts";
import { InputError } from "../../run/errors.ts";
import { tell } from "./output.ts";

/** Prints the error and sets the exit code; the stack trace is printed only with --debug. */
export function failWith(error: unknown, debug: boolean): void {
  const limit = LIMITS.has((error as NodeJS.ErrnoException | undefined)?.code ?? "");
  const known = error instanceof InputError || limit;
  const message = limit ? why(error) : oneLine(error instanceof Error ? error.message : String(error));
  tell(`headwise: ${message}${known || debug ? "" : " (--debug prints the stack trace)"}\n`);
  if (debug && error instanceof Error) tell(`${error.stack}\n`);
  process.exitCode = known ? 2 : 1;
}

/** System limits that any file access can reach, even of the command's own files. */
const LIMITS: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, " ");

/** Formats a usage error of commander as one line; `args` are the command's words. */
export const usageLine = (text: string, args: readonly string[] = []): string =>
  `headwise: ${oneLine(text)
    .replace(/^error: /, "")
    .replace(/ \(Did you mean (.*?)\?\)$/, "; did you mean $1?")
    .replace(/ is invalid\. (.*?)\.?$/, " is invalid; $1")
    .replace("; Allowed choices are ", "; use one of ")
    .replace(/( cannot be used with option '[^']*')$/, "$1; pass one of them")
    .replace(/^(required option '[^']*') not specified$/, "the $1 is missing; pass it")}${taken(text, args)} (see --help)\n`;

/** Returns the fix for a missing argument; `--json` may have taken it as its file. */
function taken(text: string, args: readonly string[]): string {
  if (!text.includes("missing required argument")) return "";
  const file = args.includes("--json") ? args[args.indexOf("--json") + 1] : undefined;
  return file && !file.startsWith("-") ? `; --json took ${file} as its file, so pass --json last` : "; pass it";
}
