/** The error for bad user input: the command line prints its message as one line and exits with 2. */

/** An error for bad input: one line that states the problem, its place and the fix. */
export class InputError extends Error {
  override readonly name = "InputError";
}
