/** Pruning of the open model: the ranking of heads, the loss along it, and the pruned model as files. */

import { createSwitched, type HeadNames } from "../../../src/heads/importance/switches.ts";
import type { AnyModel } from "../../../src/models/any.ts";
import { type Unit, unitsOf } from "../../../src/models/sites.ts";
import type { Choice } from "../../../src/prune/choices.ts";
import { removalOrder } from "../../../src/prune/choose.ts";
import { type Chosen, choosing, headNames } from "../../../src/prune/choosing.ts";
import { countsOf } from "../../../src/prune/counts.ts";
import { type Baseline, baselineOf, type CutPoint, cutPoint, leavesAt } from "../../../src/prune/curve.ts";
import { halvesOf, type Parts } from "../../../src/prune/halves.ts";
import { type Pruned, prune } from "../../../src/prune/prune.ts";
import { InputError } from "../../../src/run/errors.ts";
import type { Estimate } from "../../../src/stats/bootstrap.ts";
import type { Judged, Task } from "../../../src/tasks/task.ts";
import type { Current } from "../engine.ts";
import type { Report } from "../protocol.ts";
import { type CutFile, type CutSource, readCutData } from "./cut-data.ts";
import { type CutFileMade, folderOf, onnxOf } from "./cut-files.ts";

/** The ranking of heads that the user asked for. */
export interface CutAsked {
  readonly method: Choice;
  readonly seed: number;
  /** Default: built-in data. */
  readonly file?: CutFile;
}

/** A ranking with its losses. */
export interface CutFound {
  /** All removable units but one, first to be removed first. */
  readonly order: readonly Unit[];
  /** The fraction of all heads removed after each number of units, from 0. */
  readonly shares: readonly number[];
  readonly quality: Estimate;
  /** Measured points, starting at none removed. */
  readonly points: readonly CutPoint[];
  /** The smallest measured fraction at which the interval of the loss is above zero. */
  readonly leaves: number | null;
  readonly task: Pick<Task, "measure" | "better"> & { readonly choosing: number; readonly measuring: number };
  readonly description: string;
}

/** The record of `headwise prune`, with the sizes of the stored weights. */
export interface CutMeasured extends Pick<Pruned, "record"> {
  readonly bytes: { readonly before: number; readonly after: number };
}

type Made = Pruned & CutMeasured;

/** The requests of the page Cut. `count` is the number of units to remove. */
export interface Cutting {
  /** Throws `InputError` if there is nothing to prune or the examples are too few for an interval. */
  cutCurve(asked: CutAsked, report: Report): Promise<CutFound>;
  /** Measures one point of the ranking on the held-out examples. */
  cutAt(asked: CutAsked, count: number): Promise<CutPoint>;
  /** Prunes, checks against the masked model, and measures. Throws if the two differ. */
  measureCut(asked: CutAsked, count: number, report: Report): Promise<CutMeasured>;
  /** Returns the pruned model's folder as a zip. */
  cutFolder(asked: CutAsked, count: number, onnx: boolean): Promise<CutFileMade>;
  /** Returns the pruned model's ONNX file, or a zip of two. */
  cutOnnx(asked: CutAsked, count: number): Promise<CutFileMade>;
}

interface Judge {
  readonly source: CutSource;
  readonly halves: Parts;
  readonly baseline: Baseline;
  judge(off: HeadNames): Promise<Judged>;
}

interface Ordered extends Judge {
  readonly order: readonly Chosen[];
}

/** Cached results for an open model. */
interface Known {
  readonly judges: Map<string, Promise<Judge>>;
  readonly orders: Map<string, Promise<Ordered>>;
  /** Only one at a time, since it holds weights. */
  made?: { readonly key: string; readonly made: Made };
}

/** The number of points on a curve; others are measured on request. */
const POINTS = 14;

/** Creates the pruning part; `current` returns the open model. */
export function createCutting(current: () => Current): Cutting {
  const models = new WeakMap<Current, Known>();
  const inTurn = queue();
  const opened = (): [Current, Known] => {
    const model = current();
    return [model, models.get(model) ?? keep(models, model, { judges: new Map(), orders: new Map() })];
  };
  const made = (asked: CutAsked, count: number, report: Report) =>
    inTurn(async () => makeOnce(...opened(), asked, count, report));
  return {
    cutCurve: (asked, report) => inTurn(async () => curveOf(current(), await orderOnce(...opened(), asked, report), report)),
    cutAt: (asked, count) => inTurn(async () => pointAt(current(), await orderOnce(...opened(), asked, quiet), count)),
    async measureCut(asked, count, report) {
      const { record, bytes } = await made(asked, count, report);
      return { record, bytes };
    },
    cutFolder: async (asked, count, onnx) => folderOf(current().opened, await made(asked, count, quiet), onnx),
    cutOnnx: async (asked, count) => onnxOf(current().opened, (await made(asked, count, quiet)).cut),
  };
}

const quiet: Report = () => {};

/** Returns a function that runs work one at a time: a session runs once at a time. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}

function keep<K, V>(kept: { set(key: K, value: V): unknown }, key: K, value: V): V {
  kept.set(key, value);
  return value;
}

/** Runs work once per key, unless it failed. */
function once<T>(kept: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known) return known;
  const begun = keep(kept, key, work());
  begun.catch(() => kept.delete(key));
  return begun;
}

const orderOnce = (model: Current, { judges, orders }: Known, asked: CutAsked, report: Report): Promise<Ordered> =>
  once(orders, JSON.stringify(asked), async () => {
    const judge = await once(judges, JSON.stringify([asked.seed, asked.file]), () => createJudge(model, asked, report));
    const progress = (share: number) => report("ranking heads", share);
    const order = await removalOrder(model.runtime, modelOf(model), judge.halves.choose, { ...asked, progress });
    return { ...judge, order };
  });

async function makeOnce(model: Current, known: Known, asked: CutAsked, count: number, report: Report): Promise<Made> {
  const found = await orderOnce(model, known, asked, report);
  const key = JSON.stringify([asked, count]);
  if (known.made?.key !== key) known.made = { key, made: await makeCut(model, found, asked, count, report) };
  return known.made.made;
}

const modelOf = ({ opened: { checkpoint } }: Current): AnyModel => ({ config: checkpoint.config, weights: checkpoint.weights });

async function createJudge(model: Current, { seed, file }: CutAsked, report: Report): Promise<Judge> {
  if (unitsOf(model.opened.checkpoint.config).length < 2) {
    throw new InputError(
      "there is nothing to prune: the model has one head, or one group of heads that share keys and values; open a larger model",
    );
  }
  const source = await readCutData(model, file, seed, report);
  const halves = await halvesOf(source, { seed });
  report("evaluating the original model", 0);
  const judge = await createSwitched(model.runtime, modelOf(model), halves.measure);
  return { source, halves, judge, baseline: baselineOf(halves.measure, await judge(new Set()), seed) };
}

const pointAt = (model: Current, { judge, baseline, order }: Ordered, count: number): Promise<CutPoint> =>
  cutPoint(model.opened.checkpoint.config, judge, baseline, order, count);

async function curveOf(model: Current, found: Ordered, report: Report): Promise<CutFound> {
  const { order, baseline, source, halves } = found;
  const points: CutPoint[] = [];
  for (const count of [0, ...countsOf(order.length, POINTS)]) {
    points.push(await pointAt(model, found, count));
    report("measuring losses", count / order.length);
  }
  const all = headNames(unitsOf(model.opened.checkpoint.config)).size;
  const { measure, better } = halves.measure;
  return {
    order: order.map(({ name, site, heads }) => ({ name, site, heads })),
    shares: [0, ...order.map((_, k) => headNames(order.slice(0, k + 1)).size / all)],
    ...{ quality: baseline.quality, points, leaves: leavesAt(points), description: source.description },
    task: { measure, better, choosing: halves.choose.examples, measuring: halves.measure.examples },
  };
}

async function makeCut(model: Current, found: Ordered, asked: CutAsked, count: number, report: Report): Promise<Made> {
  const { runtime, opened } = model;
  const { source, halves, baseline, order } = found;
  const { id, sha256, texts } = source;
  const { cut, record } = await prune(runtime, opened, {
    ...{ source, halves, baseline, seed: asked.seed, model: opened.checkpoint.id, command: "headwise lab" },
    select: { choosing: choosing(opened.checkpoint.config, order.slice(0, count)), method: asked.method },
    check: { id, sha256, texts },
    measure: { batches: [1] },
    progress: report,
  });
  const { before, after } = record.parameters;
  return { cut, record, bytes: { before: 4 * before, after: 4 * after } };
}
