/** Programs: graphs compiled once and run many times, on whatever device a backend offers. */
import type { Env, InferenceSession, Tensor as OrtTensor } from "onnxruntime-common";
import { signature } from "../graph/print.ts";
import { sameShape, shown } from "../graph/shape.ts";
import type { Type, Value } from "../graph/value.ts";
import { type Encoded, encode } from "../onnx/encode.ts";
import { sizeOf, type Tensor, type TensorData } from "./tensor.ts";

/** The part of ONNX Runtime that is the same in Node and in the browser. */
export interface Ort {
  readonly InferenceSession: { create(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> };
  readonly Tensor: new (type: OrtTensor.Type, data: OrtTensor.DataType, dims: readonly number[]) => OrtTensor;
  readonly env?: Env;
}

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
}

/** Of some feeds those that a program takes: a graph keeps only the inputs that its outputs need. */
export const feedsFor = (program: Program, feeds: Feeds): Feeds =>
  Object.fromEntries([...program.inputs.keys()].map((name) => [name, feeds[name]!]));

/** A device that compiles and runs programs. Its sessions live until `release`. */
export interface Runtime {
  readonly device: Device;
  readonly threads: number;
  compile(outputs: Readonly<Record<string, Value>>, options?: CompileOptions): Promise<Program>;
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

interface Compiled {
  readonly encoded: Encoded;
  readonly session: InferenceSession;
}

/**
 * A runtime over a backend. The same outputs compiled again share one session, whatever weights they are fed; only where
 * the device keeps the weights is there one session for each set of them.
 */
export function createRuntime(backend: Backend): Runtime {
  const cache = new Map<object, Map<unknown, Promise<Compiled>>>();
  const compiled = (
    outputs: Readonly<Record<string, Value>>,
    weights?: ReadonlyMap<string, Tensor>,
    frugal = false,
  ): Promise<Compiled> => {
    const owned = backend.ownsWeights ? weights : undefined;
    const sessions = cache.get(outputs) ?? new Map<unknown, Promise<Compiled>>();
    cache.set(outputs, sessions);
    const made = sessions.get(owned) ?? create(backend, encode(outputs, owned), frugal);
    sessions.set(owned, made);
    return made;
  };
  return {
    device: backend.device,
    threads: backend.threads,
    async compile(outputs, { weights, frugal } = {}) {
      const { session, encoded } = await compiled(outputs, weights, frugal);
      return createProgram(backend, session, encoded, backend.ownsWeights ? undefined : weights);
    },
    async release() {
      const sessions = [...cache.values()].flatMap((made) => [...made.values()]);
      cache.clear();
      for (const made of await Promise.allSettled(sessions))
        if (made.status === "fulfilled") await made.value.session.release();
    },
  };
}

async function create(backend: Backend, encoded: Encoded, frugal: boolean): Promise<Compiled> {
  const options = frugal ? { ...backend.session, enableCpuMemArena: false } : backend.session;
  try {
    return { encoded, session: await backend.ort.InferenceSession.create(encoded.bytes, options) };
  } catch (error) {
    throw explain(error, encoded.nodes);
  }
}

function createProgram(
  { ort, fillsOutputs }: Backend,
  session: InferenceSession,
  encoded: Encoded,
  weights: ReadonlyMap<string, Tensor> = new Map(),
): Program {
  const toOrt = (t: Tensor): OrtTensor => new ort.Tensor(t.dtype, t.data, t.shape);
  const fixed = Object.fromEntries(
    [...encoded.inputs.keys()].filter((n) => weights.has(n)).map((n) => [n, toOrt(weights.get(n)!)]),
  );
  const inputs = new Map([...encoded.inputs].filter(([name]) => !(name in fixed)));
  const compute = async (given: Record<string, OrtTensor>, into: Feeds): Promise<Record<string, Tensor>> => {
    const wanted = Object.fromEntries([...encoded.outputs.keys()].map((name) => [name, into[name] ? toOrt(into[name]) : null]));
    try {
      return await fetch(await session.run(given, wanted));
    } catch (error) {
      throw explain(error, encoded.nodes);
    }
  };
  return {
    inputs,
    async run(feeds, { into = {} } = {}) {
      checkFeeds(inputs, feeds);
      checkBuffers(encoded.outputs, into);
      const given = Object.fromEntries([...inputs.keys()].map((name) => [name, toOrt(feeds[name]!)]));
      const results = await compute({ ...fixed, ...given }, fillsOutputs ? into : {});
      return fillsOutputs ? { ...results, ...into } : place(results, into);
    },
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

async function fetch(results: InferenceSession.OnnxValueMapType): Promise<Record<string, Tensor>> {
  const entries = Object.entries(results).map(async ([name, value]): Promise<[string, Tensor]> => {
    const t = value as OrtTensor;
    const data = (t.location === "cpu" || t.location === "cpu-pinned" ? t.data : await t.getData(true)) as TensorData;
    return [name, { dtype: t.type as Tensor["dtype"], shape: t.dims, data }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Every input is there, has its type, and named axes have one size over all feeds. */
function checkFeeds(inputs: ReadonlyMap<string, Value>, feeds: Feeds): void {
  const sizes = new Map<string, number>();
  for (const [name, { dtype, shape }] of inputs) {
    const feed = feeds[name];
    if (!feed) throw new TypeError(`run: the input "${name}" (${dtype} ${shown(shape)}) is missing`);
    if (feed.dtype !== dtype) throw new TypeError(`run: the input "${name}" is ${feed.dtype}, the graph wants ${dtype}`);
    if (feed.data.length !== sizeOf(feed.shape)) {
      throw new RangeError(
        `run: the input "${name}" holds ${feed.data.length} elements, its shape ${shown(feed.shape)} wants ${sizeOf(feed.shape)}`,
      );
    }
    if (feed.shape.length !== shape.length) throw misfit(name, feed, shape);
    for (const [i, d] of shape.entries()) {
      const is = feed.shape[i]!;
      const wanted = typeof d === "number" ? d : (sizes.get(d) ?? is);
      if (is !== wanted) throw misfit(name, feed, shape);
      if (typeof d === "string") sizes.set(d, is);
    }
  }
}

const misfit = (name: string, feed: Tensor, shape: readonly (number | string)[]): RangeError =>
  new RangeError(`run: the input "${name}" is ${shown(feed.shape)}, the graph wants ${shown(shape)}`);

/** An error of ONNX Runtime, with the scope and the signature of the op that it happened in. */
function explain(error: unknown, nodes: ReadonlyMap<string, Value>): Error {
  const message = error instanceof Error ? error.message : String(error);
  const names = [...message.matchAll(/[Nn]ame:\s*'?([^\s')]+)|[Nn]ode \(([^)]+)\)/g)].map((m) => m[1] ?? m[2] ?? "");
  const hits = names.map((n) => [n, nodes.get(n) ?? [...nodes].find(([known]) => n.includes(known))?.[1]] as const);
  const hit = hits.find(([, value]) => value);
  if (!hit?.[1]) return new Error(message, { cause: error });
  return new Error(`${message}\n  in ${hit[1].scope ?? hit[0]}: ${signature(hit[1])}`, { cause: error });
}
