/** Programs: graphs compiled once and run many times, on any device of a backend. */
import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-common";
import { dimAt, sameShape, shown } from "../graph/shape.ts";
import type { Type, Value } from "../graph/value.ts";
import { explain } from "./explain.ts";
import { type Lease, type Ort, Sessions } from "./sessions.ts";
import { sizeOf, type Tensor, type TensorData } from "./tensor.ts";

export type { Ort } from "./sessions.ts";

export type Device = "cpu" | "wasm" | "webgpu" | "cuda";
export type Feeds = Readonly<Record<string, Tensor>>;

/** Returns the tensor with a name that feeds or results have. */
export function tensorAt(tensors: Feeds, name: string | number): Tensor {
  const found = tensors[name];
  if (!found) throw new Error(`internal: there is no tensor "${name}" among ${Object.keys(tensors).join(", ")}`);
  return found;
}

export interface CompileOptions {
  /** Inputs that are the same in all runs: one copy in memory, fed to every program or kept on the device. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  /**
   * Releases memory after every run: slower, but many programs together need little. Default: each program keeps its memory.
   */
  readonly frugal?: boolean;
}

/** A compiled graph; `N` are the names of its outputs. */
export interface Program<N extends string = string> {
  /** The inputs that every run needs. */
  readonly inputs: ReadonlyMap<string, Value>;
  /**
   * Runs once. `into` has buffers for outputs (same names, matching shapes); the others are allocated. Throws a `TypeError` or
   * `RangeError` that names the input if a feed is missing or does not match.
   */
  run(feeds: Feeds, options?: { readonly into?: Feeds }): Promise<Record<N, Tensor>>;
  /** Frees the program's memory; its session is freed with the last program that shares it. Running it again throws. */
  release(): Promise<void>;
}

/** Selects the feeds that a program takes: a graph keeps only the inputs that its outputs need. */
export const feedsFor = (program: Program, feeds: Feeds): Feeds =>
  Object.fromEntries([...program.inputs.keys()].map((name) => [name, tensorAt(feeds, name)]));

/** A device that compiles and runs programs. A session lives until the programs that share it are released, or all are. */
export interface Runtime {
  readonly device: Device;
  readonly threads: number;
  /** Compiles a graph. Throws a `RangeError` or `TypeError` that names a weight that does not match its input. */
  compile<N extends string>(outputs: Readonly<Record<N, Value>>, options?: CompileOptions): Promise<Program<N>>;
  /** Frees every program. */
  release(): Promise<void>;
}

export interface Backend {
  readonly ort: Ort;
  readonly device: Device;
  readonly threads: number;
  readonly session: InferenceSession.SessionOptions;
  /** True if ONNX Runtime writes into given output buffers (in a browser it leaves them unchanged). */
  readonly fillsOutputs: boolean;
  /** True if weights are kept in the session (a device with its own memory) instead of being fed at each run. */
  readonly ownsWeights: boolean;
}

/**
 * Creates a runtime over a backend. The same outputs compiled again share one session, whatever weights they are fed, unless
 * the device keeps the weights or only one of the programs is frugal.
 */
export function createRuntime(backend: Backend): Runtime {
  const sessions = new Sessions(backend.ort, backend.session);
  return {
    device: backend.device,
    threads: backend.threads,
    async compile<N extends string>(
      outputs: Readonly<Record<N, Value>>,
      { weights = new Map(), frugal = false }: CompileOptions = {},
    ) {
      const owned = backend.ownsWeights ? weights : undefined;
      const lease = await sessions.lease({ outputs, owned, frugal });
      try {
        return createProgram<N>(backend, lease, owned ? new Map() : weights);
      } catch (error) {
        await lease.release();
        throw error;
      }
    },
    release: () => sessions.release(),
  };
}

function createProgram<N extends string>(
  { ort, fillsOutputs }: Backend,
  lease: Lease,
  weights: ReadonlyMap<string, Tensor>,
): Program<N> {
  const { graph } = lease;
  const toOrt = (t: Tensor): OrtTensor => new ort.Tensor(t.dtype, t.data, t.shape);
  const isFixed = (name: string): boolean => weights.has(name);
  const fed = [...graph.inputs].filter(([name]) => isFixed(name));
  checkFeeds("compile", new Map(fed), Object.fromEntries(weights));
  const fixed = Object.fromEntries(
    [...weights].filter(([name]) => graph.inputs.has(name)).map(([name, t]) => [name, toOrt(t)]),
  );
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
      const given = Object.fromEntries([...inputs.keys()].map((name) => [name, toOrt(tensorAt(feeds, name))]));
      const results = await compute({ ...fixed, ...given }, fillsOutputs ? into : {});
      // the session's outputs are those of the compiled graph, by name
      return (fillsOutputs ? { ...results, ...into } : place(results, into)) as Record<N, Tensor>;
    },
    release: () => lease.release(),
  };
}

/** Throws `RangeError` if a buffer has a name, type or shape that no output can have. */
function checkBuffers(outputs: ReadonlyMap<string, Value>, into: Feeds): void {
  for (const [name, { dtype, shape }] of Object.entries(into)) {
    const output = outputs.get(name);
    if (!output) throw new RangeError(`run: there is no output "${name}"; use one of ${[...outputs.keys()].join(", ")}`);
    const fits = output.shape.length === shape.length && output.shape.every((d, i) => typeof d === "string" || d === shape[i]);
    if (output.dtype !== dtype || !fits) throw mismatch(name, output, { dtype, shape });
  }
}

const mismatch = (name: string, output: Type, given: Type): RangeError =>
  new RangeError(
    `run: the output "${name}" is ${output.dtype} ${shown(output.shape)}, but its buffer is ${given.dtype} ${shown(given.shape)}; pass a buffer of the output's type and shape`,
  );

/** Copies results into the buffers given for them, on a backend that does not fill them. */
function place(results: Record<string, Tensor>, into: Feeds): Record<string, Tensor> {
  for (const [name, buffer] of Object.entries(into)) {
    const result = tensorAt(results, name);
    if (!sameShape(result.shape, buffer.shape)) throw mismatch(name, result, buffer);
    buffer.data.set(result.data as never);
  }
  return { ...results, ...into };
}

/** Returns the results under their compiled names; `outputs` are pairs of a name and the name in the file. */
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

/** Throws if an input is missing or has the wrong type or shape, or a named axis has different sizes in two feeds. */
function checkFeeds(what: string, inputs: ReadonlyMap<string, Value>, feeds: Feeds): void {
  const sizes = new Map<string, number>();
  for (const [name, { dtype, shape }] of inputs) {
    const feed = feeds[name];
    if (!feed) throw new TypeError(`${what}: the input "${name}" (${dtype} ${shown(shape)}) is missing; feed it`);
    if (feed.dtype !== dtype) throw new TypeError(`${what}: the input "${name}" is ${feed.dtype}; feed ${dtype}`);
    if (feed.data.length !== sizeOf(feed.shape)) {
      throw new RangeError(
        `${what}: the input "${name}" has ${feed.data.length} elements, but its shape ${shown(feed.shape)} has ${sizeOf(feed.shape)}; correct the shape`,
      );
    }
    if (feed.shape.length !== shape.length) throw misfit(what, name, feed, shape);
    for (const [i, d] of shape.entries()) {
      const is = dimAt(feed.shape, i);
      const wanted = typeof d === "number" ? d : (sizes.get(d) ?? is);
      if (is !== wanted) throw misfit(what, name, feed, shape);
      if (typeof d === "string") sizes.set(d, is);
    }
  }
}

const misfit = (what: string, name: string, feed: Tensor, shape: readonly (number | string)[]): RangeError =>
  new RangeError(`${what}: the input "${name}" is ${shown(feed.shape)}; feed ${shown(shape)}`);
