/** Frees the programs of a piece of work at its end. */
import type { Program, Runtime } from "./runtime.ts";

/** Runs `work` with its own runtime on the same device: the programs it compiles are released when the work ends or fails. */
export async function releasing<T>(runtime: Runtime, work: (own: Runtime) => Promise<T>): Promise<T> {
  const programs: Program[] = [];
  const own: Runtime = {
    ...runtime,
    async compile(outputs, options) {
      const program = await runtime.compile(outputs, options);
      programs.push(program);
      return program;
    },
    async release() {
      await Promise.all(programs.splice(0).map((program) => program.release()));
    },
  };
  try {
    return await work(own);
  } finally {
    await own.release();
  }
}
