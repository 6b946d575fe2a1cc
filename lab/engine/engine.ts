/** The model in the page: opened, observed and edited, one at a time. Runs in a worker; all results are plain data. */

import { createPatterns, type Patterns } from "../../src/heads/observe/text-patterns.ts";
import type { Weighting } from "../../src/heads/observe/weights.ts";
import { isTranslator } from "../../src/load/any-checkpoint.ts";
import { sitesOf } from "../../src/models/sites.ts";
import { countParameters } from "../../src/params/tree.ts";
import type { Opened } from "../../src/prune/write/opened.ts";
import { InputError } from "../../src/run/errors.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type DevicePlace, openRuntime } from "./device.ts";
import { createEdited, type Edited } from "./edited.ts";
import { openForReading } from "./open.ts";
import { outcomeOf } from "./outcome.ts";
import type { Asked, DroppedModel, Edits, Looked, ModelEntry, OpenedModel, Outcome, Report } from "./protocol.ts";
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
}

/** Creates the engine, with access to the open model for the other parts. */
export function createEngine(): Engine & { current(): Current } {
  let current: Current | undefined;
  const open = (): Current => {
    if (!current) throw new InputError("no model is open; choose one, or drop its folder here");
    return current;
  };
  return {
    current: open,
    async open(model, place, report) {
      const opened = await openForReading(model, (file, share) => report(`reading ${file}`, share));
      await current?.runtime.release();
      current = createCurrent(opened, await openRuntime(place));
      return describe(current);
    },
    async look(text, weighting) {
      const begun = performance.now();
      const { sites, words, target } = await (await open().patterns(weighting))(text);
      const withHeads = sites.filter(({ patterns }) => patterns.length > 0);
      return { sites: withHeads, words, translation: target?.text, milliseconds: performance.now() - begun };
    },
    async outcome(asked, edits) {
      const { opened, edited } = open();
      return outcomeOf(opened.checkpoint, edited, asked, edits);
    },
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
