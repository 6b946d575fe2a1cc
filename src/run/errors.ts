/** The one error for what a user gave us: the command line prints its message as one line and exits with 2. */

/** Bad input: the message says what is wrong, where, and how to mend it, in one line. */
export class InputError extends Error {
  override readonly name = "InputError";
}
