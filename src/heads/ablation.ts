/**
 * Exact ablation of single heads: what becomes of a task when one head's output is replaced. One plain pass keeps what enters
 * every layer and what its heads put out; without a head, only what comes after it is computed again.
 */
import { input, type Value } from "../graph/value.ts";
import { forward, type Transformer } from "../models/transformer.ts";
import { keep, type Probe, switched } from "../nn/probe.ts";
import { byPath } from "../params/tree.ts";
import { type Feeds, feedsFor, type Program, type Runtime } from "../run/runtime.ts";
import { type Tensor, tensor } from "../run/tensor.ts";
import type { Judged, Task } from "./task.ts";

/** `zero`: nothing in the head's place; `resample`: what it put out for the example before, in its batch. */
export const ABLATIONS = ["zero", "resample"] as const;
export type Ablation = (typeof ABLATIONS)[number];

/** A task's values with all heads, and without each, by `layer.head`. */
export interface Sweep {
  readonly whole: Judged;
  readonly without: ReadonlyMap<string, Judged>;
}

export interface SweepOptions {
  readonly kind?: Ablation;
  readonly progress?: (share: number) => void;
}

const entry = (layer: number): string => `layers.${layer}.input`;
const outputOf = (layer: number): string => `layers.${layer}.attention.z`;

/** Every head ablated alone, on every example of the task. */
export async function ablateHeads(
  runtime: Runtime,
  model: Transformer,
  task: Task,
  { kind = "zero", progress = () => {} }: SweepOptions = {},
): Promise<Sweep> {
  const { first, rest, names } = await compileSweep(runtime, model, task, kind);
  const whole = collector(names, task.examples);
  const without = new Map<string, ReturnType<typeof collector>>();
  for (const { layer, heads } of rest)
    for (const head of upTo(heads)) without.set(`${layer}.${head}`, collector(names, task.examples));
  for (const [k, feeds] of task.batches.entries()) {
    const made = await first.run(feedsFor(first, feeds));
    whole.take(made);
    for (const [done, after] of rest.entries()) {
      const given = { ...feeds, ...kept(after.layer, made, kind) };
      for (const head of upTo(after.heads)) without.get(`${after.layer}.${head}`)!.take(await runWithout(after, head, given));
      progress((k + (done + 1) / rest.length) / task.batches.length);
    }
  }
  return { whole: whole.judged, without: new Map([...without].map(([head, { judged }]) => [head, judged])) };
}

/** What comes after the heads of one layer. */
interface Rest {
  readonly layer: number;
  readonly heads: number;
  readonly program: Program;
}

async function compileSweep(runtime: Runtime, { config, weights }: Transformer, task: Task, kind: Ablation) {
  const tensors = { weights: byPath(weights) };
  const layers = config.heads.flatMap((heads, layer) => (heads > 0 ? [{ layer, heads }] : []));
  const wanted = new Set(layers.flatMap(({ layer }) => [entry(layer), outputOf(layer)]));
  const sites = new Map<string, Value>();
  const judged = task.judge(forward(config, { probe: keep(sites, (site) => wanted.has(site)) }));
  const first = await runtime.compile({ ...judged, ...Object.fromEntries(sites) }, tensors);
  const rest: Rest[] = [];
  for (const { layer, heads } of layers) {
    const after = forward(config, { probe: from(layer, sites, kind) });
    rest.push({ layer, heads, program: await runtime.compile(task.judge(after), tensors) });
  }
  return { first, rest, names: Object.keys(judged) };
}

/** What a layer's rest begins with, from the plain pass. */
function kept(layer: number, made: Feeds, kind: Ablation): Record<"x" | "z" | "instead", Tensor> {
  const z = made[outputOf(layer)]!;
  return { x: made[entry(layer)]!, z, instead: kind === "zero" ? nothing(z) : before(z) };
}

function runWithout({ program, heads }: Rest, head: number, given: Feeds): Promise<Record<string, Tensor>> {
  const gate = tensor(
    Float32Array.from({ length: heads }, (_, h) => Number(h !== head)),
    [heads],
  );
  return program.run(feedsFor(program, { ...given, gate }));
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** Begins at a layer: what enters it and what its heads put out are fed, some of these outputs replaced. */
const from =
  (layer: number, sites: ReadonlyMap<string, Value>, kind: Ablation): Probe =>
  (site, value) => {
    if (site === entry(layer)) return input("x", sites.get(site)!.shape);
    if (site !== outputOf(layer)) return value;
    const { shape } = sites.get(site)!;
    const heads = shape[2] as number;
    const instead = input("instead", kind === "zero" ? [1, 1, heads, shape[3]!] : shape);
    return switched(input("z", shape), input("gate", [heads]), instead);
  };

/** Zeros, broadcast over batch and sequence. */
const nothing = ({ shape: [, , h, d] }: Tensor): Tensor => tensor(new Float32Array(h! * d!), [1, 1, h!, d!]);

/** Each example gets the outputs of the one before it, the first those of the last. */
function before({ shape, data }: Tensor): Tensor {
  const rows = shape[0]!;
  const length = data.length / rows;
  const out = new Float32Array(data.length);
  out.set((data as Float32Array).subarray(0, data.length - length), length);
  out.set((data as Float32Array).subarray(data.length - length), 0);
  return tensor(out, shape);
}

/** Joins the values of batch after batch. */
function collector(names: readonly string[], examples: number) {
  const judged = Object.fromEntries(names.map((name) => [name, new Float64Array(examples)]));
  let at = 0;
  return {
    judged,
    take(made: Readonly<Record<string, Tensor>>): void {
      for (const name of names) judged[name]!.set(made[name]!.data as Float32Array, at);
      at += made[names[0]!]!.data.length;
    },
  };
}
