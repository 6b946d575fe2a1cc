/** The worker that the model runs in: everything that the pages ask for, under one roof. */
import { expose, transfer } from "comlink";
import { createEngine, type Engine } from "./engine.ts";
import { type Reporting, reporting } from "./reporting.ts";

const engine = createEngine();

/** What the page talks to; each part is a file of its own, and is given the open model. */
export type LabEngine = Engine & Reporting;

const served: LabEngine = {
  ...engine,
  ...reporting(engine.current),
  /** Patterns are moved to the page, not copied. */
  async look(text, weighting) {
    const looked = await engine.look(text, weighting);
    return transfer(looked, [...new Set(looked.sites.map(({ patterns }) => patterns.buffer as ArrayBuffer))]);
  },
};

expose(served);
