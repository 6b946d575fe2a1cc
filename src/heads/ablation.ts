/**
 * Exact ablation of single heads: what becomes of a task when one head's output is replaced. One plain pass keeps what enters
 * every layer and what its heads put out; without a head, only what comes after it is computed again.
 */
import { input, type Value } from "../graph/value.ts";
import { forward, type Transformer } from "../models/transformer.ts";
import { keep, type Probe } from "../nn/probe.ts";
import { add, mul, sub } from "../ops/arithmetic.ts";
import { reshape } from "../ops/layout.ts";
import { byPath } from "../params/tree.ts";
import type { Feeds, Program, Runtime } from "../run/runtime.ts";
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
  { config, weights }: Transformer,
  task: Task,
  { kind = "zero", progress = () => {} }: SweepOptions = {},
): Promise<Sweep> {
  const layers = config.heads.flatMap((heads, layer) => (heads > 0 ? [layer] : []));
  const sites = new Map<string, Value>();
  const wanted = new Set(layers.flatMap((layer) => [entry(layer), outputOf(layer)]));
  const plain = forward(config, { probe: keep(sites, (site) => wanted.has(site)) });
  const tensors = { weights: byPath(weights) };
  const judge = task.judge(plain);
  const first = await runtime.compile({ ...judge, ...Object.fromEntries(sites) }, tensors);
  const rest = new Map<number, Program>();
  for (const layer of layers) {
    const made = forward(config, { probe: from(layer, sites, kind) });
    rest.set(layer, await runtime.compile(task.judge(made), tensors));
  }
  const names = Object.keys(judge);
  const whole = collector(names, task.examples);
  const without = new Map(
    layers.flatMap((l) => upTo(config.heads[l]!).map((h) => [`${l}.${h}`, collector(names, task.examples)])),
  );
  for (const [k, feeds] of task.batches.entries()) {
    const made = await first.run(only(first, feeds));
    whole.take(made);
    for (const [done, layer] of layers.entries()) {
      const program = rest.get(layer)!;
      const z = made[outputOf(layer)]!;
      const given = { ...feeds, x: made[entry(layer)]!, z, instead: kind === "zero" ? nothing(z) : before(z) };
      for (const head of upTo(config.heads[layer]!)) {
        const gate = tensor(
          Float32Array.from({ length: config.heads[layer]! }, (_, h) => Number(h !== head)),
          [config.heads[layer]!],
        );
        without.get(`${layer}.${head}`)!.take(await program.run(only(program, { ...given, gate })));
      }
      progress((k + (done + 1) / layers.length) / task.batches.length);
    }
  }
  return {
    whole: whole.judged,
    without: new Map([...without].map(([head, { judged }]) => [head, judged])),
  };
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
    const gate = reshape(input("gate", [heads]), [heads, 1]);
    const instead = input("instead", kind === "zero" ? [1, 1, heads, shape[3]!] : shape);
    return add(mul(input("z", shape), gate), mul(instead, sub(1, gate)));
  };

const only = (program: Program, feeds: Feeds): Feeds =>
  Object.fromEntries([...program.inputs.keys()].map((name) => [name, feeds[name]!]));

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
