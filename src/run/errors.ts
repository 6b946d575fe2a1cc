/** The error for bad user input: the command line prints its message as one line and exits with 2. */

/** Returns the message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Returns the code of a system error, such as `ENOENT`; undefined for all others. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** An error for bad input: one line that states the problem, its place and the fix. */
export class InputError extends Error {
  override readonly name = "InputError";
}
