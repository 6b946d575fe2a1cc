/**
 * Printing: results on standard output, everything else on standard error; what cannot be printed never stops the work. All goes
 * through here, so that no name or text of a model can control the terminal.
 */
import { why } from "../../load/files/why.ts";
import { InputError } from "../../run/errors.ts";
import type { TerminalOptions } from "../../view/chart/shades.ts";
import { printable, printableInColor } from "../../view/page/printable.ts";

let readerLeft = false;
let printing = 0;
/** The reader has gone (`| head`), or the terminal has. */
const isGone = (error: NodeJS.ErrnoException): boolean => error.code === "EPIPE" || error.code === "EIO";

// an error is an event too, which would end the process with a stack
process.stderr.on("error", () => {});
process.stdout.on("error", (error) => {
  if (isGone(error)) readerLeft = true;
  else if (printing === 0) {
    tell(`headwise: ${unprintable(error).message}\n`); // of what is not printed here, such as --help
    process.exitCode = 2;
  }
});

/** Whether nobody reads standard output any more, so that a command that only prints can end. */
export const isReaderGone = (): boolean => readerLeft;

/** The terminal's width, and whether it is shown colors (NO_COLOR and FORCE_COLOR are honored). */
export function terminal(): TerminalOptions {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "0";
  return { columns: process.stdout.columns ?? 100, color: NO_COLOR === undefined && (forced || process.stdout.isTTY === true) };
}

/** Prints text; a reader that has left is no error. Throws `InputError` where standard output is full. */
export const print = (text: string): Promise<void> => write(printable(text));

/** Prints text that is painted with colors; names in it have to be printable already (`printableAll`). Throws as `print` does. */
export const printPainted = (text: string): Promise<void> => write(terminal().color ? printableInColor(text) : printable(text));

/** Prints data for other programs: the bytes as they are, but on a terminal what can be seen. Throws as `print` does. */
export const printData = (text: string): Promise<void> => write(process.stdout.isTTY ? printable(text) : text);

async function write(text: string): Promise<void> {
  if (readerLeft) return;
  printing++;
  try {
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    if (!isGone(error as NodeJS.ErrnoException)) throw unprintable(error);
    readerLeft = true;
  } finally {
    setImmediate(() => printing--); // the event comes after the callback
  }
}

/** The error of a standard output that takes nothing. */
const unprintable = (error: unknown): InputError =>
  new InputError(`the standard output cannot be written (${why(error)}): send it to another place`);

/** Reports on standard error; where that cannot be written, nothing is reported. */
export function tell(text: string): void {
  try {
    process.stderr.write(printable(text));
  } catch {
    // a full disk, say: the work goes on
  }
}
