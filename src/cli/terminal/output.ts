/**
 * Printing: results on standard output, everything else on standard error; a failed print never stops the work. All output
 * passes through here, so that no name or text of a model can control the terminal.
 */
import { why } from "../../load/files/why.ts";
import { InputError } from "../../run/errors.ts";
import type { TerminalOptions } from "../../view/chart/shades.ts";
import { printable, printableInColor } from "../../view/page/printable.ts";
import { DEFAULT_COLUMNS } from "../../view/terminal/terminal-table.ts";

let readerLeft = false;
let printing = 0;
/** Returns true if the reader (`| head`) or the terminal has closed. */
const isGone = (error: NodeJS.ErrnoException): boolean => error.code === "EPIPE" || error.code === "EIO";

// an unhandled error event would end the process with a stack trace
process.stderr.on("error", () => {});
process.stdout.on("error", (error) => {
  if (isGone(error)) readerLeft = true;
  else if (printing === 0) {
    tell(`headwise: ${unprintable(error).message}\n`); // for output that is not printed here, such as --help
    process.exitCode = 2;
  }
});

/** Returns true if nobody reads standard output anymore, so that a command that only prints can end. */
export const isReaderGone = (): boolean => readerLeft;

/** The width of the terminal and its use of color (respects NO_COLOR and FORCE_COLOR). */
export function terminal(): TerminalOptions {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "0";
  return { columns: columnsOf(), color: NO_COLOR === undefined && (forced || process.stdout.isTTY === true) };
}

/** Narrower terminals get lines of this width, which they wrap. */
const LEAST_COLUMNS = 40;

/** The width of the terminal: COLUMNS if it is set, else what the terminal reports; 80 if neither is known. */
function columnsOf(): number {
  const { COLUMNS = "" } = process.env;
  const columns = (/^\d+$/.test(COLUMNS) && Number(COLUMNS)) || process.stdout.columns || DEFAULT_COLUMNS;
  return Math.max(LEAST_COLUMNS, columns);
}

/** Prints text; a closed reader is not an error. Throws `InputError` if standard output cannot be written. */
export const print = (text: string): Promise<void> => write(printable(text));

/** Prints colored text; names in it must be printable already (`printableAll`). Throws as `print` does. */
export const printPainted = (text: string): Promise<void> => write(terminal().color ? printableInColor(text) : printable(text));

/** Prints data for other programs: raw bytes, or printable text on a terminal. Throws as `print` does. */
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
    setImmediate(() => printing--); // the event fires after the callback
  }
}

/** The error for a standard output that cannot be written. */
const unprintable = (error: unknown): InputError =>
  new InputError(`standard output cannot be written (${why(error)}); redirect it to another place`);

/** Prints to standard error; a failed write is ignored. */
export function tell(text: string): void {
  try {
    process.stderr.write(printable(text));
  } catch {
    // for example, a full disk: the work continues
  }
}
