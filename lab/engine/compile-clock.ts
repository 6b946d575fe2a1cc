/** The time that compilation takes, which is no part of a program's speed, and the news that it goes on. */
import type { Runtime } from "../../src/run/runtime.ts";
import type { WorkerNews } from "../worker.ts";

export interface CompileClock {
  /** Returns the same runtime with its compilations counted. */
  watched(runtime: Runtime): Runtime;
  /** Milliseconds of compilation so far. */
  spent(): number;
}

/** Creates a clock that tells of the beginning and the end of compilations. */
export function createCompileClock(tell: (news: WorkerNews) => void): CompileClock {
  let [compiling, spent, begun] = [0, 0, 0];
  const begin = () => {
    if (compiling++ === 0) begun = performance.now();
    tell({ compiling });
  };
  const end = () => {
    const compiled = --compiling === 0 ? performance.now() - begun : 0;
    spent += compiled;
    tell({ compiling, compiled });
  };
  return {
    watched: (runtime) => ({
      ...runtime,
      async compile(outputs, options) {
        begin();
        try {
          return await runtime.compile(outputs, options);
        } finally {
          end();
        }
      },
    }),
    spent: () => spent,
  };
}
