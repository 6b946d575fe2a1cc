/** The state shared by all pages: the address, the model and its worker. */

import { proxy, type Remote } from "comlink";
import type { Label } from "../src/heads/scores/label-names.ts";
import type { DevicePlace } from "./engine/device.ts";
import type { DroppedModel, ModelEntry, OpenedModel, Report } from "./engine/protocol.ts";
import type { LabEngine } from "./engine/worker.ts";
import { isLoadError, LoadError, sentenceOf } from "./loading.ts";
import { readState, type State, writeState } from "./state.ts";
import { type LabWorker, openWorker } from "./worker.ts";

/** The current activity, for the status line. */
export interface Status {
  /** Empty for work that is only known to compile or compute. */
  readonly text: string;
  /** The progress of a task with a known end, 0 to 1. */
  readonly share?: number;
  readonly failed?: boolean;
  /** True while work is under way. */
  readonly busy?: boolean;
  /** True if another try may succeed. */
  readonly retry?: boolean;
}

const READY: Status = { text: "ready" };
/** Milliseconds. */
const PATIENCE = 20_000;

/** Dispatches `change` when the address, the model or the status changes. */
export class Lab extends EventTarget {
  state: State = readState(location.search);
  models: readonly ModelEntry[] = [];
  model: OpenedModel | undefined;
  /** All labels of each of the open model's heads, once they are known. */
  labels: ReadonlyMap<string, readonly Label[]> = new Map();
  /** The reason why a head has no label, by name. */
  reasons: ReadonlyMap<string, string> = new Map();
  /** The time that the shown text took, without compilation. */
  pace: { readonly tokens: number; readonly milliseconds: number } | undefined;
  /** Milliseconds of compilation so far, to be left out of times. */
  compiled = 0;
  #compiling = 0;
  /** True if a compilation takes so long that something may be wrong. */
  #late = false;
  #alarm: ReturnType<typeof setTimeout> | undefined;
  #worker: LabWorker<LabEngine>;
  #opening: Status = { text: "starting", busy: true };
  /** What is under way, missing or refused, by whoever tells. */
  readonly #notes = new Map<object, Status>();
  #dropped: DroppedModel | undefined;
  #asked = "";
  /** The number of openings; earlier ones tell nothing any more. */
  #turn = 0;
  #kept = new Map<string, Promise<unknown>>();

  constructor() {
    super();
    this.#worker = this.#start();
    addEventListener("popstate", () => {
      this.state = readState(location.search);
      this.#changed();
      void this.open();
    });
    addEventListener("unhandledrejection", ({ reason }) => this.note(this, { text: sentenceOf(reason), failed: true }));
  }

  /** The engine in the worker. */
  get engine(): Remote<LabEngine> {
    return this.#worker.served;
  }

  /** What the lab is doing: "ready" only if nothing is under way, missing or refused. */
  get status(): Status {
    if (this.#opening.busy) return this.#opening;
    const notes = [...this.#notes.values()];
    const work = notes.find(({ share }) => share !== undefined) ?? notes.find(({ busy }) => busy);
    if (work) return work.text === "" ? { ...work, text: this.activity, retry: this.#late } : work;
    const refused = this.#notes.get(this) ?? (this.#opening === READY ? undefined : this.#opening);
    return refused ?? notes.find(({ failed }) => failed) ?? notes[0] ?? READY;
  }

  /** Names the work of the engine: programs are compiled before they run. */
  get activity(): string {
    return this.#compiling === 0 ? "computing" : this.#late ? `compiling for more than ${PATIENCE / 1000} s` : "compiling";
  }

  /** Loads the list of models, and opens the one in the address. */
  async start(): Promise<void> {
    const models = await fetchModels().catch((error: unknown) => {
      this.say({ text: sentenceOf(error), failed: true, retry: true });
    });
    if (!models) return;
    this.models = models.map((model) => ({ ...model, base: new URL(model.base, document.baseURI).href }));
    await this.open();
  }

  /** Tries again, with a new worker, what could not be loaded. */
  async retry(): Promise<void> {
    this.#worker.close();
    this.#notes.clear();
    this.#worker = this.#start();
    this.#asked = "";
    await (this.models.length === 0 ? this.start() : this.open());
  }

  #start(): LabWorker<LabEngine> {
    this.#time(0);
    const worker = openWorker<LabEngine>(
      ({ compiling = this.#compiling, compiled = 0, problem }) => {
        this.#time(compiling);
        this.compiled += compiled;
        if (problem) this.note(this, { text: problem, failed: true });
        this.#changed();
      },
      (error) => {
        // not for one that was closed on purpose
        if (worker === this.#worker) this.say({ text: sentenceOf(error), failed: true, retry: true });
      },
    );
    return worker;
  }

  /** Watches the compilations: the first one also waits for the engine's code, which may never come. */
  #time(compiling: number): void {
    if (this.#compiling > 0 === compiling > 0) return;
    this.#compiling = compiling;
    clearTimeout(this.#alarm);
    this.#late = false;
    const late = () => {
      this.#late = true;
      this.#changed();
    };
    if (compiling > 0) this.#alarm = setTimeout(late, PATIENCE);
  }

  /** Changes the state; `push` adds a step for the back button. */
  set(change: Partial<State>, push = false): void {
    this.state = { ...this.state, ...change };
    const address = `${location.pathname}${writeState(this.state)}`;
    if (push) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    this.#notes.delete(this);
    this.#changed();
    if ("model" in change || "device" in change) void this.open();
  }

  /** Opens chosen or dropped files; what is open stays until they are, and for good if they are refused. */
  async drop(find: () => DroppedModel | Promise<DroppedModel>): Promise<void> {
    this.note(this, undefined);
    try {
      const model = await find();
      const opened = await this.during((report) => {
        report(`opening ${model.id}`);
        return this.engine.open(model, this.#place(), report);
      });
      this.#dropped = model;
      this.#asked = this.#keyOf(model.id);
      this.#turn++;
      this.#close();
      [this.model, this.#opening] = [opened, READY];
      this.set({ model: model.id, heads: [], gates: {}, patterns: {} }, true);
    } catch (error) {
      this.note(this, { text: sentenceOf(error), failed: true });
    }
  }

  /** Records the time that a text of some tokens took, for the line about the device; nothing if no text is shown. */
  timed(pace?: { readonly tokens: number; readonly milliseconds: number }): void {
    this.pace = pace;
    this.#changed();
  }

  /** Records the labels of the open model's heads, and the reasons of heads without one, for all pages. */
  labeled(labels: Lab["labels"], reasons: Lab["reasons"]): void {
    [this.labels, this.reasons] = [labels, reasons];
    this.#changed();
  }

  /** Tells how the opening of the model goes. */
  say(status: Status): void {
    this.#opening = status;
    this.#changed();
  }

  /** Tells what is under way, missing or refused; undefined when nothing is any more. `owner` is whoever tells. */
  note(owner: object, status: Status | undefined): void {
    if (JSON.stringify(this.#notes.get(owner)) === JSON.stringify(status)) return;
    if (status) this.#notes.set(owner, status);
    else this.#notes.delete(owner);
    this.#changed();
  }

  /** Has everything drawn again. */
  refresh(): void {
    this.#changed();
  }

  /** Returns the result of work on the open model; it is run once per key while this model is open. */
  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key) as Promise<T> | undefined;
    if (known) return known;
    const made = work();
    this.#kept.set(key, made);
    made.catch(() => this.#kept.delete(key));
    return made;
  }

  /** Runs long work and shows its steps in the status line. */
  async during<T>(work: (report: Report) => Promise<T>): Promise<T> {
    const owner = {};
    let going = true;
    // a worker's last progress may arrive after its result, since they take different channels
    const report = proxy((text: string, share?: number) => {
      if (going) this.note(owner, { text, share, busy: true });
    });
    this.note(owner, { text: "", busy: true });
    try {
      return await work(report);
    } finally {
      going = false;
      this.note(owner, undefined);
    }
  }

  /** Returns the model in the address, or the first one. */
  wanted(): ModelEntry | DroppedModel | undefined {
    const { model } = this.state;
    if (this.#dropped?.id === model) return this.#dropped;
    return this.models.find(({ id }) => id === model) ?? (model === "" ? this.models[0] : undefined);
  }

  async open(): Promise<void> {
    const model = this.wanted();
    const key = this.#keyOf(this.state.model);
    if (key === this.#asked) return;
    this.#asked = key;
    this.#close();
    let turn = ++this.#turn;
    if (!model) return this.say({ text: noModel(this.state.model), failed: true });
    const opening = (text: string, share?: number) => turn === this.#turn && this.say({ text, share, busy: true });
    opening(`opening ${model.id}`);
    try {
      const opened = await this.engine.open(model, this.#place(), proxy(opening));
      if (turn !== this.#turn) return;
      this.model = opened;
      turn = 0; // progress may arrive after the result
      this.say(READY);
    } catch (error) {
      if (turn === this.#turn) this.say({ text: sentenceOf(error), failed: true, retry: isLoadError(error) });
    }
  }

  #keyOf(model: string): string {
    return `${model} ${this.state.device}`;
  }

  /** Forgets the open model and what was found of it. */
  #close(): void {
    this.model = this.pace = undefined;
    this.#kept = new Map();
    this.labels = new Map();
    this.reasons = new Map();
  }

  #place(): DevicePlace {
    return { device: this.state.device, site: new URL("./", document.baseURI).href };
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

async function fetchModels(): Promise<readonly ModelEntry[]> {
  const answer = await fetch("./models.json", { signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
  if (answer?.ok) return ((await answer.json()) as { models: ModelEntry[] }).models;
  const what = answer ? `the server returned status ${answer.status}` : "the server did not answer";
  throw new LoadError(`models.json: ${what}; check that it is still running, then retry`);
}

const noModel = (name: string): string =>
  name === ""
    ? "no model is available here; drop a model’s folder or a .gguf file onto this page"
    : `“${name}” is not available here; choose another model, or drop its folder onto this page`;
