/** The worker that runs the model, with all functions that the pages call. */
import { expose, transfer } from "comlink";
import { LoadError, sentenceOf } from "../loading.ts";
import type { WorkerNews } from "../worker.ts";
import type { Cutting } from "./cut/cut.ts";
import { createEngine, type Engine } from "./engine.ts";
import type { Reporting } from "./reporting.ts";
import type { Subspaces } from "./subspaces.ts";
import type { Training } from "./training/training-part.ts";

const tell = (news: WorkerNews): void => postMessage({ news });
const engine = createEngine(tell);
addEventListener("unhandledrejection", ({ reason }) => tell({ problem: sentenceOf(reason) }));

/** The interface of the worker; each part is a separate file that receives the open model, and is loaded on first use. */
export type LabEngine = Engine & Reporting & Cutting & Subspaces & Training;

const reporting = async () => (await import("./reporting.ts")).reporting(engine.current);
const cutting = async () => (await import("./cut/cut.ts")).createCutting(engine.current);
const subspaces = async () => (await import("./subspaces.ts")).createSubspaces(engine.current);

const training = async () => (await import("./training/training-part.ts")).createTraining();

const served: LabEngine = {
  ...engine,
  ...later<Reporting>(reporting, ["heads", "importance", "skills"]),
  ...later<Cutting>(cutting, ["cutCurve", "cutAt", "measureCut", "cutFolder", "cutOnnx"], moved),
  ...later<Subspaces>(subspaces, ["scatter", "between", "coverage"]),
  ...later<Training>(training, ["begin", "advance"]),
  /** Patterns are transferred to the page, not copied. */
  async look(text, weighting) {
    const looked = await engine.look(text, weighting);
    return transfer(looked, [
      ...new Set(looked.sites.flatMap(({ patterns }) => patterns.map(({ buffer }) => buffer as ArrayBuffer))),
    ]);
  },
};

/** Returns the functions of a part that is loaded when one of them is first called; `given` receives every result. */
function later<T extends object>(load: () => Promise<T>, names: readonly (keyof T)[], given = (made: unknown) => made): T {
  let part: Promise<T> | undefined;
  const call =
    (name: keyof T) =>
    async (...args: unknown[]) => {
      part ??= timely(load());
      return given(await ((await part)[name] as (...args: unknown[]) => unknown)(...args));
    };
  return Object.fromEntries(names.map((name) => [name, call(name)])) as T;
}

/** The time in milliseconds after which code is late. */
const PATIENCE = 15_000;

/** Rejects if code does not arrive. */
function timely<T>(load: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const what = `the code of this computation has not arrived in ${PATIENCE / 1000} s; check the server, then retry`;
    const late = setTimeout(() => reject(new LoadError(what)), PATIENCE);
    load.then(resolve, reject).finally(() => clearTimeout(late));
  });
}

/** Files are transferred to the page, not copied. */
function moved(made: unknown): unknown {
  const bytes = (made as { readonly bytes?: unknown } | null)?.bytes;
  return bytes instanceof Uint8Array ? transfer(made, [bytes.buffer as ArrayBuffer]) : made;
}

expose(served);
