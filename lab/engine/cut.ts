/** Cutting heads out of the model that is open: in which order they go, what is lost on the way, and the smaller model as files. */

import { createSwitched, type HeadNames } from "../../src/heads/importance/switches.ts";
import type { AnyModel } from "../../src/models/any.ts";
import { type Unit, unitsOf } from "../../src/models/sites.ts";
import { checkCut, equalsMasked } from "../../src/prune/check.ts";
import type { Choice } from "../../src/prune/choices.ts";
import { type Chosen, choosing, headNames, removalOrder } from "../../src/prune/choose.ts";
import { type Baseline, baselineOf, type CutPoint, countsOf, cutPoint, leavesAt } from "../../src/prune/curve.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { halvesOf, type Parts } from "../../src/prune/halves.ts";
import { measureSavings } from "../../src/prune/measure.ts";
import { recordOf } from "../../src/prune/write/record.ts";
import { InputError } from "../../src/run/errors.ts";
import type { Estimate } from "../../src/stats/bootstrap.ts";
import type { Judged, Task } from "../../src/tasks/task.ts";
import { type CutFile, type CutSource, readCutData } from "./cut-data.ts";
import { type Cut, type CutFileMade, folderOf, onnxOf } from "./cut-files.ts";
import type { Current } from "./engine.ts";
import type { Report } from "./protocol.ts";

/** What decides which heads go first. */
export interface CutAsked {
  readonly method: Choice;
  readonly seed: number;
  /** Default: what needs no file. */
  readonly file?: CutFile;
}

/** An order of removal with what it costs. */
export interface CutFound {
  /** What can go, from what goes first on; all but one. */
  readonly order: readonly Unit[];
  /** The share of all heads that is gone after so many units, from none on. */
  readonly shares: readonly number[];
  readonly quality: Estimate;
  /** Cuts that were measured, from none on. */
  readonly points: readonly CutPoint[];
  /** The smallest share measured at which the interval of the loss is above zero. */
  readonly leaves: number | null;
  readonly task: Pick<Task, "measure" | "better"> & { readonly choosing: number; readonly measuring: number };
  readonly says: string;
}

/** What `headwise prune` writes of a cut, with the sizes of the weights as they are written. */
export interface CutMeasured extends Pick<Cut, "record"> {
  readonly bytes: { readonly before: number; readonly after: number };
}

type Made = Cut & CutMeasured;

/** What the page Cut asks of the model. `count` is how many units of the order go. */
export interface Cutting {
  /** Throws `InputError` where there is nothing to cut or the examples are too few for an interval. */
  cutCurve(asked: CutAsked, report: Report): Promise<CutFound>;
  /** One cut of the order, on the examples that chose nothing. */
  cutAt(asked: CutAsked, count: number): Promise<CutPoint>;
  /** Cuts, checks against the masked model, and measures. Throws where the two differ. */
  measureCut(asked: CutAsked, count: number, report: Report): Promise<CutMeasured>;
  /** The cut model's folder as a zip. */
  cutFolder(asked: CutAsked, count: number, onnx: boolean): Promise<CutFileMade>;
  /** The cut model's ONNX file; a zip where it takes two. */
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

/** What is known of a model that is open. */
interface Known {
  readonly judges: Map<string, Promise<Judge>>;
  readonly orders: Map<string, Promise<Ordered>>;
  /** One at a time, since it holds weights. */
  made?: { readonly key: string; readonly made: Made };
}

/** Cuts that a curve is measured at; those between them are measured when they are asked for. */
const POINTS = 14;

/** `current` gives the model that is open. */
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

/** Work that is done one after another: a session runs once at a time. */
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

/** Work that is done once for each key, unless it failed. */
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
    const progress = (share: number) => report("choosing heads", share);
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
    throw new InputError("there is nothing to cut: the model has one head, or one group that can only go whole");
  }
  const source = await readCutData(model, file, seed, report);
  const halves = await halvesOf(source, { seed });
  report("judging the whole model", 0);
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
    report("measuring what is lost", count / order.length);
  }
  const all = headNames(unitsOf(model.opened.checkpoint.config)).size;
  const { measure, better } = halves.measure;
  return {
    order: order.map(({ name, site, heads }) => ({ name, site, heads })),
    shares: [0, ...order.map((_, k) => headNames(order.slice(0, k + 1)).size / all)],
    ...{ quality: baseline.quality, points, leaves: leavesAt(points), says: source.says },
    task: { measure, better, choosing: halves.choose.examples, measuring: halves.measure.examples },
  };
}

async function makeCut(model: Current, found: Ordered, asked: CutAsked, count: number, report: Report): Promise<Made> {
  const { runtime, opened } = model;
  const { source, halves, baseline, order } = found;
  const whole = modelOf(model);
  const chosen = choosing(whole.config, order.slice(0, count));
  const cut = cutHeads(whole, chosen.kept);
  const check = await checkCut(runtime, whole, chosen.kept, cut, source.texts, (share) => report("checking the cut", share));
  if (!equalsMasked(check)) throw new Error(`the cut model differs from the masked one by ${check.states}: it is not offered`);
  const { name, measure, better, examples } = halves.measure;
  const corpus = { id: source.id, sha256: await sha256(source.content) };
  const { quality, loss } = await pointAt(model, found, count);
  const task = { name, measure, better, examples };
  const verdict = { task, corpus, before: baseline.quality, after: { quality, loss } };
  const savings = await measureSavings(runtime, whole, cut, {
    batches: [1],
    progress: (share) => report("measuring time", share),
  });
  const { method, seed } = asked;
  const facts = { ...{ model: opened.checkpoint.id, command: "headwise lab", seed, method, padded: false }, choosing: chosen };
  const record = recordOf(opened, cut, { ...facts, check: { corpus, ...check }, savings, verdict });
  const { before, after } = record.parameters;
  return { cut, record, bytes: { before: 4 * before, after: 4 * after } };
}

async function sha256(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
