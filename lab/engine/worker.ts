/** The worker that the model runs in: everything that the pages ask for, under one roof. */
import { expose, transfer } from "comlink";
import { type Cutting, createCutting } from "./cut.ts";
import { createEngine, type Engine } from "./engine.ts";
import { createSubspaces, type Subspaces } from "./subspaces.ts";

const engine = createEngine();
const cutting = createCutting(engine.current);

/** What the page talks to; each part is a file of its own, and is given the open model. */
export type LabEngine = Engine & Cutting & Subspaces;

const served: LabEngine = {
  ...engine,
  ...cutting,
  ...createSubspaces(engine.current),
  /** Patterns are moved to the page, not copied. */
  async look(text, weighting) {
    const looked = await engine.look(text, weighting);
    return transfer(looked, [...new Set(looked.sites.map(({ patterns }) => patterns.buffer as ArrayBuffer))]);
  },
  async cutFolder(...asked) {
    return moved(await cutting.cutFolder(...asked));
  },
  async cutOnnx(...asked) {
    return moved(await cutting.cutOnnx(...asked));
  },
};

const moved = <T extends { readonly bytes: Uint8Array }>(file: T): T => transfer(file, [file.bytes.buffer as ArrayBuffer]);

expose(served);
