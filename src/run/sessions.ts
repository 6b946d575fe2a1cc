/** Compiled sessions, shared by programs that need the same one and freed with the last of them. */
import type { Env, InferenceSession, Tensor as OrtTensor } from "onnxruntime-common";
import type { Value } from "../graph/value.ts";
import { type Encoded, encode } from "../onnx/encode.ts";
import { explain } from "./explain.ts";
import type { Tensor } from "./tensor.ts";

/** The part of ONNX Runtime that Node and the browser share. */
export interface Ort {
  readonly InferenceSession: { create(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> };
  readonly Tensor: new (type: OrtTensor.Type, data: OrtTensor.DataType, dims: readonly number[]) => OrtTensor;
  readonly env?: Env;
}

type Outputs = Readonly<Record<string, Value>>;
type Weights = ReadonlyMap<string, Tensor>;

/** The key of the session that a program needs, on one device with one set of session options. */
export interface SessionKey {
  readonly outputs: Outputs;
  /** The weights that the session keeps; undefined: they are fed at each run. */
  readonly owned?: Weights;
  readonly frugal: boolean;
}

/**
 * An encoded graph without its bytes, which are as large as the weights in it and only needed to create the session.
 */
export type Graph = Omit<Encoded, "bytes">;

/** One program's hold on a session. */
export interface Lease {
  readonly graph: Graph;
  run(feeds: Record<string, OrtTensor>, wanted: Record<string, OrtTensor | null>): Promise<InferenceSession.OnnxValueMapType>;
  /** Frees the session when no other program uses it and its runs have ended. A second call does nothing. */
  release(): Promise<void>;
}

/** A session with a copy of its key. */
interface Entry extends SessionKey {
  readonly compiled: Promise<Compiled>;
  users: number;
}

interface Compiled {
  readonly graph: Graph;
  readonly session: InferenceSession;
  readonly running: Set<Promise<unknown>>;
  open: boolean;
}

/** The sessions of one runtime. A failed creation is not stored, so that it can be tried again. */
export class Sessions {
  readonly #ort: Ort;
  readonly #options: InferenceSession.SessionOptions;
  readonly #entries = new Map<Outputs, Entry[]>();

  constructor(ort: Ort, options: InferenceSession.SessionOptions) {
    this.#ort = ort;
    this.#options = options;
  }

  /** Returns the session for a key, shared with programs of the same key. */
  async lease(wanted: SessionKey): Promise<Lease> {
    const entry = this.#find(wanted) ?? this.#add(wanted);
    entry.users++;
    const compiled = await entry.compiled;
    let held = true;
    return {
      graph: compiled.graph,
      run: (feeds, outputs) => {
        if (!held || !compiled.open) throw new Error("run: the program was released; compile it again");
        return running(compiled, feeds, outputs);
      },
      release: async () => {
        if (!held) return;
        held = false;
        if (--entry.users > 0) return;
        this.#forget(wanted.outputs, entry);
        await close(compiled);
      },
    };
  }

  /** Frees every session, also those in use. */
  async release(): Promise<void> {
    const entries = [...this.#entries.values()].flat();
    this.#entries.clear();
    for (const settled of await Promise.allSettled(entries.map((entry) => entry.compiled)))
      if (settled.status === "fulfilled") await close(settled.value);
  }

  #find({ outputs, owned, frugal }: SessionKey): Entry | undefined {
    return this.#entries
      .get(outputs)
      ?.find((e) => e.frugal === frugal && sameEntries(e.outputs, outputs) && sameWeights(e.owned, owned));
  }

  #add({ outputs, owned, frugal }: SessionKey): Entry {
    const compiled = this.#create(outputs, owned, frugal);
    const entry: Entry = { outputs: { ...outputs }, owned: owned && new Map(owned), frugal, compiled, users: 0 };
    this.#entries.set(outputs, [...(this.#entries.get(outputs) ?? []), entry]);
    compiled.catch(() => this.#forget(outputs, entry));
    return entry;
  }

  #forget(outputs: Outputs, entry: Entry): void {
    const others = this.#entries.get(outputs)?.filter((other) => other !== entry) ?? [];
    if (others.length > 0) this.#entries.set(outputs, others);
    else this.#entries.delete(outputs);
  }

  async #create(outputs: Outputs, owned: Weights | undefined, frugal: boolean): Promise<Compiled> {
    const { bytes, ...graph } = encode(outputs, owned);
    const options = frugal ? { ...this.#options, enableCpuMemArena: false } : this.#options;
    try {
      const session = await this.#ort.InferenceSession.create(bytes, options);
      return { graph, session, running: new Set(), open: true };
    } catch (error) {
      throw explain(error, graph.nodes);
    }
  }
}

async function running(
  compiled: Compiled,
  feeds: Record<string, OrtTensor>,
  wanted: Record<string, OrtTensor | null>,
): Promise<InferenceSession.OnnxValueMapType> {
  const run = compiled.session.run(feeds, wanted);
  compiled.running.add(run);
  try {
    return await run;
  } finally {
    compiled.running.delete(run);
  }
}

/** Frees a session after its current runs. */
async function close(compiled: Compiled): Promise<void> {
  if (!compiled.open) return;
  compiled.open = false;
  await Promise.allSettled(compiled.running);
  await compiled.session.release();
}

const sameEntries = (a: Outputs, b: Outputs): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

const sameWeights = (a: Weights | undefined, b: Weights | undefined): boolean =>
  a === b || (!!a && !!b && a.size === b.size && [...a].every(([name, tensor]) => b.get(name) === tensor));
