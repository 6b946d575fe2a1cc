/** Printing: results on standard output, everything else on standard error; what cannot be printed never stops the work. */
import { why } from "../load/why.ts";
import { InputError } from "../run/errors.ts";

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

/** Prints a result; a reader that has left is no error. Throws `InputError` where standard output is full. */
export async function print(text: string): Promise<void> {
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
    process.stderr.write(text);
  } catch {
    // a full disk, say: the work goes on
  }
}
