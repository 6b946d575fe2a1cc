/** Signals that ask a command to end: Ctrl-C, a closed terminal, `kill`. */
import { releaseAll } from "../../load/files/claim.node.ts";
import { tell } from "./output.ts";

/** The exit code of an interrupted command that can be resumed. */
export const INTERRUPTED = 130;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Calls `listen` on each such signal instead of the default; returns a function that restores the default. */
export function onSignal(listen: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, listen);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listen);
  };
}

/** Lets a signal end the process as usual, but without half-written files; `last` is printed first. */
export function endOnSignal(last?: () => string): () => void {
  const end = onSignal((signal) => {
    releaseAll();
    if (last) tell(`\n${last()}\n`);
    end();
    process.kill(process.pid, signal);
  });
  return end;
}
