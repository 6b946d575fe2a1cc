/** Work that is requested faster than it runs: requests wait while one runs, and only the last of them is run. */

export interface Latest<I> {
  /** Requests the work for `input`; the same key again requests nothing. */
  ask(key: string, input: I): void;
  /** Withdraws the last request: its result is dropped, and the same key may be requested again. */
  forget(): void;
}

/** Calls `done` with the result or the error of the last request. */
export function latest<I, O>(
  work: (input: I) => Promise<O>,
  done: (result: { readonly value?: O; readonly error?: unknown }) => void,
): Latest<I> {
  let wanted: { readonly key: string; readonly input: I } | undefined;
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    while (wanted) {
      const now = wanted;
      const result = await work(now.input).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      if (wanted !== now) continue;
      running = false;
      return done(result);
    }
    running = false;
  };
  return {
    ask(key, input) {
      if (wanted?.key === key) return;
      wanted = { key, input };
      if (!running) void run();
    },
    forget() {
      wanted = undefined;
    },
  };
}
