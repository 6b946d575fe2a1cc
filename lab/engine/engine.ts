/** The model in the page: opened, observed and edited, one at a time. Runs in a worker; all results are plain data. */

import { createPatterns, type Patterns } from "../../src/heads/observe/text-patterns.ts";
import type { Weighting } from "../../src/heads/observe/weights.ts";
import { isTranslator } from "../../src/load/any-checkpoint.ts";
import { sitesOf } from "../../src/models/sites.ts";
import { countParameters } from "../../src/params/tree.ts";
import type { Opened } from "../../src/prune/write/opened.ts";
import { InputError } from "../../src/run/errors.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import type { WorkerNews } from "../worker.ts";
import { beginningOf } from "./beginning.ts";
import { createCompileClock } from "./compile-clock.ts";
import { type DevicePlace, openRuntime } from "./device.ts";
import { createEdited, type Edited } from "./edited.ts";
import { openForReading } from "./open.ts";
import { outcomeOf } from "./outcome.ts";
import type { Asked, Beginning, DroppedModel, Edits, Looked, ModelEntry, OpenedModel, Outcome, Report } from "./protocol.ts";
import { readsOf } from "./read.ts";
import { isWorldModel } from "./world.ts";

/** An open model, with its programs. */
export interface Current {
  readonly opened: Opened;
  readonly runtime: Runtime;
  readonly edited: Edited;
  /** True if it reads the synthetic world of relations. */
  readonly world: boolean;
  /** Compiled when first requested. */
  patterns(weighting: Weighting): Promise<Patterns>;
}

/** The requests to a model. Errors are one sentence. */
export interface Engine {
  /** Opens a model and closes the previous one. */
  open(model: ModelEntry | DroppedModel, place: DevicePlace, report: Report): Promise<OpenedModel>;
  look(text: string, weighting: Weighting): Promise<Looked>;
  outcome(asked: Asked, edits: Edits): Promise<Outcome>;
  /** Returns as much of a text as the model can read. */
  beginning(text: string): Promise<Beginning>;
}

/** Creates the engine, with access to the open model for the other parts; `tell` hears of compilations. */
export function createEngine(tell: (news: WorkerNews) => void): Engine & { current(): Current } {
  const clock = createCompileClock(tell);
  let current: Current | undefined;
  /** The number of the last call to open a model, and that of the call that opened the current one. */
  let [calls, last] = [0, 0];
  const open = (): Current => {
    if (!current) throw new InputError("no model is open; choose one, or drop its folder here");
    return current;
  };
  return {
    current: open,
    async open(model, place, report) {
      const call = ++calls;
      const opened = await openForReading(model, report);
      if (call < last) throw new InputError("another model was opened in the meantime; choose this one again");
      last = call;
      await current?.runtime.release();
      current = createCurrent(opened, clock.watched(await openRuntime(place)));
      return describe(current);
    },
    async look(text, weighting) {
      const patterns = await open().patterns(weighting);
      const [begun, compiled] = [performance.now(), clock.spent()];
      const { sites, words, target } = await patterns(text);
      const milliseconds = performance.now() - begun - (clock.spent() - compiled);
      return { sites: sites.filter(({ patterns }) => patterns.length > 0), words, translation: target?.text, milliseconds };
    },
    async outcome(asked, edits) {
      const { opened, edited } = open();
      return outcomeOf(opened.checkpoint, edited, asked, edits);
    },
    beginning: async (text) => beginningOf(open().opened.checkpoint, text),
  };
}

function createCurrent(opened: Opened, runtime: Runtime): Current {
  const compiled = new Map<Weighting, Promise<Patterns>>();
  return {
    opened,
    runtime,
    edited: createEdited(runtime, opened.checkpoint),
    world: isWorldModel(opened.checkpoint),
    patterns(weighting) {
      const made = compiled.get(weighting) ?? createPatterns(runtime, opened.checkpoint, { weighting });
      compiled.set(weighting, made);
      return made;
    },
  };
}

function describe({ opened: { checkpoint }, runtime, world }: Current): OpenedModel {
  const { id, config, weights, tokenizer } = checkpoint;
  const mask = isTranslator(checkpoint) ? undefined : checkpoint.tokenizer.special.mask;
  return {
    id,
    architecture: config.architecture,
    reads: readsOf(checkpoint),
    world,
    causal: config.family === "decoder",
    sites: sitesOf(config).map(({ name, heads, keyValueHeads }) => ({ name, heads, keyValueHeads })),
    width: config.width,
    parameters: countParameters(weights),
    maxPositions: config.maxPositions,
    maskToken: mask === undefined ? undefined : tokenizer.decode([mask]),
    device: runtime.device,
    threads: runtime.threads,
  };
}
