/** Work that is asked for faster than it is done: what comes while some is under way waits, and only the last of it is done. */

export interface Latest<I> {
  /** Asks for the work of `input`; the same input again asks for nothing. */
  ask(key: string, input: I): void;
}

/** `done` hears the result of the input that was asked for last, or its error. */
export function latest<I, O>(
  work: (input: I) => Promise<O>,
  done: (result: { readonly value?: O; readonly error?: unknown }) => void,
): Latest<I> {
  let wanted: { readonly key: string; readonly input: I } | undefined;
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    for (;;) {
      const now = wanted!;
      const result = await work(now.input).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      if (wanted === now) {
        running = false;
        return done(result);
      }
    }
  };
  return {
    ask(key, input) {
      if (wanted?.key === key) return;
      wanted = { key, input };
      if (!running) void run();
    },
  };
}
