/** The state shared by all pages: the address, the model and its worker. */

import { proxy, type Remote, wrap } from "comlink";
import type { Label } from "../src/heads/scores/label-names.ts";
import type { DroppedModel, ModelEntry, OpenedModel, Report } from "./engine/protocol.ts";
import type { LabEngine } from "./engine/worker.ts";
import { readState, type State, writeState } from "./state.ts";

/** The current activity, for the status line. */
export interface Status {
  readonly text: string;
  /** The progress of a task with a known end, 0 to 1. */
  readonly share?: number;
  readonly failed?: boolean;
}

/** Dispatches `change` when the address, the model or the status changes. */
export class Lab extends EventTarget {
  state: State = readState(location.search);
  models: readonly ModelEntry[] = [];
  model: OpenedModel | undefined;
  /** All labels of each of the open model's heads, once they are known. */
  labels: ReadonlyMap<string, readonly Label[]> = new Map();
  /** The reason why a head has no label, by name. */
  reasons: ReadonlyMap<string, string> = new Map();
  status: Status = { text: "starting" };
  /** The time that the last text took, if one has been run. */
  pace: { readonly tokens: number; readonly milliseconds: number } | undefined;
  readonly engine: Remote<LabEngine>;
  #dropped: DroppedModel | undefined;
  #asked = "";
  #kept = new Map<string, Promise<unknown>>();

  constructor() {
    super();
    const worker = new Worker(new URL("./engine/worker.ts", import.meta.url), { type: "module" });
    this.engine = wrap<LabEngine>(worker);
    addEventListener("popstate", () => {
      this.state = readState(location.search);
      this.#changed();
      void this.open();
    });
  }

  /** Loads the list of models, and opens the one in the address. */
  async start(): Promise<void> {
    const answer = await fetch("./models.json").catch(() => undefined);
    const models = answer?.ok ? ((await answer.json()) as { models: ModelEntry[] }).models : [];
    this.models = models.map((model) => ({ ...model, base: new URL(model.base, document.baseURI).href }));
    await this.open();
  }

  /** Changes the state; `push` adds a step for the back button. */
  set(change: Partial<State>, push = false): void {
    this.state = { ...this.state, ...change };
    const address = `${location.pathname}${writeState(this.state)}`;
    if (push) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    this.#changed();
    if ("model" in change || "device" in change) void this.open();
  }

  /** Opens a dropped model until another one is chosen. */
  drop(model: DroppedModel): void {
    this.#dropped = model;
    this.#asked = ""; // another model may have the same name
    this.set({ model: model.id, heads: [], gates: {}, patterns: {} }, true);
  }

  /** Records the time that a text of some tokens took, for the line about the device. */
  timed(tokens: number, milliseconds: number): void {
    this.pace = { tokens, milliseconds };
    this.#changed();
  }

  say(status: Status): void {
    this.status = status;
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
    let going = true;
    // a worker's last progress may arrive after its result, since they take different channels
    const report = proxy((text: string, share: number) => {
      if (going) this.say({ text, share });
    });
    try {
      return await work(report);
    } finally {
      going = false;
      if (this.model && this.status.share !== undefined) this.say({ text: "ready" });
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
    const key = `${this.state.model} ${this.state.device}`;
    if (key === this.#asked) return;
    this.#asked = key;
    this.model = undefined;
    this.#kept = new Map();
    this.labels = new Map();
    this.reasons = new Map();
    this.pace = undefined;
    if (!model) return this.say({ text: noModel(this.state.model), failed: true });
    this.say({ text: `opening ${model.id}`, share: 0 });
    try {
      const place = { device: this.state.device, site: new URL("./", document.baseURI).href };
      const opened = await this.during((report) => this.engine.open(model, place, report));
      if (key !== this.#asked) return;
      this.model = opened;
      this.say({ text: "ready" });
    } catch (error) {
      if (key === this.#asked) this.say({ text: sentenceOf(error), failed: true });
    }
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

const noModel = (name: string): string =>
  name === ""
    ? "no model is available here; drop a model’s folder or a .gguf file onto this page"
    : `“${name}” is not available here; choose another model, or drop its folder onto this page`;

/** Returns the message of an error, without its stack trace. */
export const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
