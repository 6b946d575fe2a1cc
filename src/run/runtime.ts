/** Programs: graphs compiled once and run many times, on whatever device a backend offers. */
import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-common";
import { sameShape, shown } from "../graph/shape.ts";
import type { Type, Value } from "../graph/value.ts";
import { explain } from "./explain.ts";
import { type Lease, type Ort, Sessions } from "./sessions.ts";
import { sizeOf, type Tensor, type TensorData } from "./tensor.ts";

export type { Ort } from "./sessions.ts";

export type Device = "cpu" | "wasm" | "webgpu" | "cuda";
export type Feeds = Readonly<Record<string, Tensor>>;

export interface CompileOptions {
  /** Inputs that stay the same over all runs: one copy in memory, fed to every program or kept on the device. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  /** Give memory back after every run: slower, but many programs side by side take little. Default: each keeps its own. */
  readonly frugal?: boolean;
}

/** A compiled graph. */
export interface Program {
  /** The inputs that each run must be given. */
  readonly inputs: ReadonlyMap<string, Value>;
  /**
   * Run once. `into` gives buffers that outputs are written to (same names, right shapes); the others are allocated.
   * Throws a `TypeError` or `RangeError` that names the input where a feed is missing or does not fit.
   */
  run(feeds: Feeds, options?: { readonly into?: Feeds }): Promise<Record<string, Tensor>>;
  /** Frees the program's memory: its session goes with the last program that shares it. It cannot be run any more. */
  release(): Promise<void>;
}

/** Of some feeds those that a program takes: a graph keeps only the inputs that its outputs need. */
export const feedsFor = (program: Program, feeds: Feeds): Feeds =>
  Object.fromEntries([...program.inputs.keys()].map((name) => [name, feeds[name]!]));

/** A device that compiles and runs programs. A session lives until the programs that share it are released, or all are. */
export interface Runtime {
  readonly device: Device;
  readonly threads: number;
  /** Compiles a graph. Throws a `RangeError` or `TypeError` that names the weight where one does not fit its input. */
  compile(outputs: Readonly<Record<string, Value>>, options?: CompileOptions): Promise<Program>;
  /** Frees every program. */
  release(): Promise<void>;
}

export interface Backend {
  readonly ort: Ort;
  readonly device: Device;
  readonly threads: number;
  readonly session: InferenceSession.SessionOptions;
  /** Whether ONNX Runtime writes into output buffers that it is given (in a browser it leaves them as they were). */
  readonly fillsOutputs: boolean;
  /** Whether weights belong into the session (a device with memory of its own) rather than being fed at each run. */
  readonly ownsWeights: boolean;
}

/**
 * A runtime over a backend. The same outputs compiled again share one session, whatever weights they are fed; only where
 * the device keeps the weights, or one of two programs is frugal, has each a session of its own.
 */
export function createRuntime(backend: Backend): Runtime {
  const sessions = new Sessions(backend.ort, backend.session);
  return {
    device: backend.device,
    threads: backend.threads,
    async compile(outputs, { weights = new Map(), frugal = false } = {}) {
      const owned = backend.ownsWeights ? weights : undefined;
      const lease = await sessions.lease({ outputs, owned, frugal });
      try {
        return createProgram(backend, lease, owned ? new Map() : weights);
      } catch (error) {
        await lease.release();
        throw error;
      }
    },
    release: () => sessions.release(),
  };
}

function createProgram({ ort, fillsOutputs }: Backend, lease: Lease, weights: ReadonlyMap<string, Tensor>): Program {
  const { graph } = lease;
  const toOrt = (t: Tensor): OrtTensor => new ort.Tensor(t.dtype, t.data, t.shape);
  const isFixed = (name: string): boolean => weights.has(name);
  const fed = [...graph.inputs].filter(([name]) => isFixed(name));
  checkFeeds("compile", new Map(fed), Object.fromEntries(weights));
  const fixed = Object.fromEntries(fed.map(([name]) => [name, toOrt(weights.get(name)!)]));
  const inputs = new Map([...graph.inputs].filter(([name]) => !isFixed(name)));
  const outputs = [...graph.outputNames];
  const compute = async (given: Record<string, OrtTensor>, into: Feeds): Promise<Record<string, Tensor>> => {
    const wanted = Object.fromEntries(outputs.map(([name, inFile]) => [inFile, into[name] ? toOrt(into[name]) : null]));
    try {
      return await fetch(outputs, await lease.run(given, wanted));
    } catch (error) {
      throw explain(error, graph.nodes);
    }
  };
  return {
    inputs,
    async run(feeds, { into = {} } = {}) {
      checkFeeds("run", inputs, feeds);
      checkBuffers(graph.outputs, into);
      const given = Object.fromEntries([...inputs.keys()].map((name) => [name, toOrt(feeds[name]!)]));
      const results = await compute({ ...fixed, ...given }, fillsOutputs ? into : {});
      return fillsOutputs ? { ...results, ...into } : place(results, into);
    },
    release: () => lease.release(),
  };
}

/** Buffers have names, types and shapes that the outputs can have. */
function checkBuffers(outputs: ReadonlyMap<string, Value>, into: Feeds): void {
  for (const [name, { dtype, shape }] of Object.entries(into)) {
    const made = outputs.get(name);
    if (!made) throw new RangeError(`run: there is no output "${name}", only ${[...outputs.keys()].join(", ")}`);
    const fits = made.shape.length === shape.length && made.shape.every((d, i) => typeof d === "string" || d === shape[i]);
    if (made.dtype !== dtype || !fits) throw unlike(name, made, { dtype, shape });
  }
}

const unlike = (name: string, made: Type, given: Type): RangeError =>
  new RangeError(
    `run: the output "${name}" is ${made.dtype} ${shown(made.shape)}, its buffer is ${given.dtype} ${shown(given.shape)}`,
  );

/** Results in the buffers given for them, where ONNX Runtime did not put them there itself. */
function place(results: Record<string, Tensor>, into: Feeds): Record<string, Tensor> {
  for (const [name, buffer] of Object.entries(into)) {
    const made = results[name]!;
    if (!sameShape(made.shape, buffer.shape)) throw unlike(name, made, buffer);
    buffer.data.set(made.data as never);
  }
  return { ...results, ...into };
}

/** Results under the names that they were compiled with; `outputs` are pairs of a name and the one in the file. */
async function fetch(
  outputs: readonly (readonly [name: string, inFile: string])[],
  results: InferenceSession.OnnxValueMapType,
): Promise<Record<string, Tensor>> {
  const entries = outputs.map(async ([name, inFile]): Promise<[string, Tensor]> => {
    const t = results[inFile] as OrtTensor;
    const data = (t.location === "cpu" || t.location === "cpu-pinned" ? t.data : await t.getData(true)) as TensorData;
    return [name, { dtype: t.type as Tensor["dtype"], shape: t.dims, data }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Every input is there, has its type, and named axes have one size over all feeds. */
function checkFeeds(what: string, inputs: ReadonlyMap<string, Value>, feeds: Feeds): void {
  const sizes = new Map<string, number>();
  for (const [name, { dtype, shape }] of inputs) {
    const feed = feeds[name];
    if (!feed) throw new TypeError(`${what}: the input "${name}" (${dtype} ${shown(shape)}) is missing`);
    if (feed.dtype !== dtype) throw new TypeError(`${what}: the input "${name}" is ${feed.dtype}, the graph wants ${dtype}`);
    if (feed.data.length !== sizeOf(feed.shape)) {
      throw new RangeError(
        `${what}: the input "${name}" holds ${feed.data.length} elements, its shape ${shown(feed.shape)} wants ${sizeOf(feed.shape)}`,
      );
    }
    if (feed.shape.length !== shape.length) throw misfit(what, name, feed, shape);
    for (const [i, d] of shape.entries()) {
      const is = feed.shape[i]!;
      const wanted = typeof d === "number" ? d : (sizes.get(d) ?? is);
      if (is !== wanted) throw misfit(what, name, feed, shape);
      if (typeof d === "string") sizes.set(d, is);
    }
  }
}

const misfit = (what: string, name: string, feed: Tensor, shape: readonly (number | string)[]): RangeError =>
  new RangeError(`${what}: the input "${name}" is ${shown(feed.shape)}, the graph wants ${shown(shape)}`);
