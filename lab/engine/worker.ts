/** The worker that the model runs in: everything that the pages ask for, under one roof. */
import { expose, transfer } from "comlink";
import type { Cutting } from "./cut.ts";
import { createEngine, type Engine } from "./engine.ts";
import type { Reporting } from "./reporting.ts";
import type { Subspaces } from "./subspaces.ts";
import type { Training } from "./training-part.ts";

const engine = createEngine();

/** What the page talks to; each part is a file of its own, is given the open model, and is loaded when it is first asked. */
export type LabEngine = Engine & Reporting & Cutting & Subspaces & Training;

const reporting = async () => (await import("./reporting.ts")).reporting(engine.current);
const cutting = async () => (await import("./cut.ts")).createCutting(engine.current);
const subspaces = async () => (await import("./subspaces.ts")).createSubspaces(engine.current);

const training = async () => (await import("./training-part.ts")).createTraining();

const served: LabEngine = {
  ...engine,
  ...later<Reporting>(reporting, ["heads", "worth", "skills"]),
  ...later<Cutting>(cutting, ["cutCurve", "cutAt", "measureCut", "cutFolder", "cutOnnx"], moved),
  ...later<Subspaces>(subspaces, ["scatter", "between", "coverage"]),
  ...later<Training>(training, ["begin", "advance"]),
  /** Patterns are moved to the page, not copied. */
  async look(text, weighting) {
    const looked = await engine.look(text, weighting);
    return transfer(looked, [...new Set(looked.sites.map(({ patterns }) => patterns.buffer as ArrayBuffer))]);
  },
};

/** The functions of a part whose code comes when one of them is first called; `given` sees every answer. */
function later<T extends object>(load: () => Promise<T>, names: readonly (keyof T)[], given = (made: unknown) => made): T {
  let part: Promise<T> | undefined;
  const call =
    (name: keyof T) =>
    async (...args: unknown[]) => {
      part ??= load();
      return given(await ((await part)[name] as (...args: unknown[]) => unknown)(...args));
    };
  return Object.fromEntries(names.map((name) => [name, call(name)])) as T;
}

/** Files are moved to the page, not copied. */
function moved(made: unknown): unknown {
  const bytes = (made as { readonly bytes?: unknown } | null)?.bytes;
  return bytes instanceof Uint8Array ? transfer(made, [bytes.buffer as ArrayBuffer]) : made;
}

expose(served);
