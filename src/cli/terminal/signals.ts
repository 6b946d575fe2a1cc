/** Signals that ask a command to end: Ctrl-C, a closed terminal, `kill`. */
import { releaseAll } from "../../load/files/claim.node.ts";
import { tell } from "./output.ts";

/** Exit code of a command that was interrupted and can be gone on with. */
export const INTERRUPTED = 130;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Calls `listen` at each such signal, instead of what happened before; returns what ends that. */
export function onSignal(listen: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, listen);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listen);
  };
}

/** Lets a signal end the process as it does by itself, but with nothing half-written left behind; `last` is said before that. */
export function endOnSignal(last?: () => string): () => void {
  const end = onSignal((signal) => {
    releaseAll();
    if (last) tell(`\n${last()}\n`);
    end();
    process.kill(process.pid, signal);
  });
  return end;
}
