/** Failures to load code or files, which can be tried again. */

/** An error of loading; its name survives the way from the worker to the page. */
export class LoadError extends Error {
  override readonly name = "LoadError";
  /** The address of a module, if the browser tells it. */
  address?: string;
}

/** Returns true for a failure that another try may mend. */
export const isLoadError = (error: unknown): boolean => error instanceof Error && error.name === "LoadError";

const FAILED = /dynamically imported module|importing a module script failed|no available backend found|fetching of the wasm/i;

/** Names the file of a failed import, which every browser reports in its own words; returns other errors unchanged. */
export function importFailure(error: unknown): unknown {
  const message = error instanceof Error ? error.message : "";
  if (!FAILED.test(message) || isLoadError(error)) return error;
  const [address] = /https?:[^\s"]+/.exec(message) ?? [];
  const [file = "a part of the lab"] = /[\w.-]+\.(?:m?js|wasm)\b/.exec(message) ?? [];
  const made = new LoadError(`${file} could not be loaded; check that the server is still running, then retry`);
  return Object.assign(made, { address });
}

/** Returns the message of an error, without its stack trace. */
export const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
