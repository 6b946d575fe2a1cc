/** A worker of the lab, from the page's side: its calls fail when it breaks, instead of waiting for ever. */
import { type Remote, wrap } from "comlink";
import { importFailure } from "./loading.ts";

/** What a worker tells without being asked, in order with its results. */
export interface WorkerNews {
  /** The number of programs that are being compiled. */
  readonly compiling?: number;
  /** Milliseconds that the last compilation took. */
  readonly compiled?: number;
  /** An error that no call waits for. */
  readonly problem?: string;
}

export interface LabWorker<T> {
  readonly served: Remote<T>;
  close(): void;
}

/** An error without a message is that of a script that did not load. */
const UNLOADED = "error loading dynamically imported module: worker.js";

/** Starts a worker; `heard` receives its news, and `broken` the error after which it serves nothing. */
export function openWorker<T>(heard: (news: WorkerNews) => void, broken: (error: Error) => void): LabWorker<T> {
  const worker = new Worker(new URL("./engine/worker.ts", import.meta.url), { type: "module" });
  const remote = wrap<T>(worker) as unknown as Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;
  const waiting = new Set<(error: Error) => void>();
  let lost: Error | undefined;
  const end = (what: string): Error => {
    lost = importFailure(new Error(what)) as Error;
    for (const reject of waiting) reject(lost);
    waiting.clear();
    return lost;
  };
  const fail = (what: string) => broken(end(what));
  worker.addEventListener("error", ({ message }) =>
    fail(message ? `the engine stopped: ${message}; reload the page` : UNLOADED),
  );
  worker.addEventListener("messageerror", () => fail("the engine sent a message that cannot be read; reload the page"));
  worker.addEventListener("message", ({ data }) => data?.news && heard(data.news));
  const call =
    (name: string) =>
    (...args: unknown[]) =>
      new Promise((resolve, reject) => {
        if (lost) return reject(lost);
        waiting.add(reject);
        const done = () => waiting.delete(reject);
        remote[name]!(...args)
          .then(resolve, (error) => reject(importFailure(error)))
          .finally(done);
      });
  const served = new Proxy(remote, { get: (_, name) => call(String(name)) }) as unknown as Remote<T>;
  return {
    served,
    close() {
      worker.terminate();
      end("the engine was closed; ask again");
    },
  };
}
