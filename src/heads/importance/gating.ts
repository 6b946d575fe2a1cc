/**
 * Causal head gating: the role of every head for a task, from gates g = σ(w) that are learned with the weights frozen ("Causal Head
 * Gating", NeurIPS 2025). Gates are fitted without pressure first, and from there once pressed open (G⁺) and once pressed shut (G⁻).
 * A head that opens against pressure facilitates the task, one that shuts against pressure interferes with it, and one that follows
 * the pressure is irrelevant. Several masks with initial gates of their own are learned at once, each on its own examples.
 * Axes: e example, k mask, b batch row, h head of all layers.
 */
import { grads } from "../../autodiff/grads.ts";
import { dimAt } from "../../graph/shape.ts";
import { input, type Value } from "../../graph/value.ts";
import { type AnyModel, anyForward } from "../../models/any.ts";
import { gateRows } from "../../models/gates.ts";
import { type AnyConfig, singleHeads } from "../../models/sites.ts";
import { sigmoid } from "../../ops/activation.ts";
import { add, div, mul, sub } from "../../ops/arithmetic.ts";
import { constant } from "../../ops/constant.ts";
import { einsum } from "../../ops/einsum.ts";
import { gather } from "../../ops/index-by.ts";
import { expand } from "../../ops/layout.ts";
import { clamp, equal, indicator } from "../../ops/logic.ts";
import { sum } from "../../ops/reduce.ts";
import { inRandomOrder, random, shuffled } from "../../params/random.ts";
import { byPath } from "../../params/tree.ts";
import { releasing } from "../../run/releasing.ts";
import { type Feeds, feedsFor, type Program, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, int64, type Tensor, tensor } from "../../run/tensor.ts";
import { numberAt } from "../../stats/sums.ts";
import type { Task } from "../../tasks/task.ts";
import { type AdamOptions, adamW, hyperInput, hyperTensor, momentNames } from "../../train/optimizer.ts";
import { type HeadRole, rolesOf } from "./gating-roles.ts";
import { GATING_UPDATES } from "./methods.ts";

/** |w| is limited to this after every update, so that no gate saturates: σ(4) = 0.982. */
const LIMIT = 4;
const ADAM: AdamOptions = { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0, clip: 1 };
const LEARNING_RATE = 1;

export interface GatingOptions {
  /** The pressure on the gates, in the task's loss; default 0.1. */
  readonly lambda?: number;
  /** Updates of each of the three fits; default `GATING_UPDATES`. */
  readonly updates?: number;
  /** The number of masks; default 5. */
  readonly masks?: number;
  readonly seed: number;
  readonly progress?: (share: number) => void;
}

export interface Gating {
  readonly lambda: number;
  readonly updates: number;
  readonly masks: number;
  /** Heads with |∂ loss / ∂ g| below this, 4λ / heads, read as irrelevant: no gate can resist the pressure. */
  readonly threshold: number;
  /** The mean share of masks that agree with the role of a head. */
  readonly agreement: number;
  readonly heads: readonly HeadRole[];
}

/** Learns the gates and returns the role of every head. */
export async function causalGating(
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  { lambda = 0.1, updates = GATING_UPDATES, masks = 5, seed, progress = () => {} }: GatingOptions,
): Promise<Gating> {
  const names = singleHeads(model.config).map(({ name }) => name);
  return releasing(runtime, async (own) => {
    const program = await own.compile(gatingGraph(model.config, task, masks, names.length), { weights: byPath(model.weights) });
    const batchAt = batchesOf(task, masks, seed);
    const fit = async (from: Tensor, pressure: number, phase: number): Promise<Tensor> => {
      let state = startingAt(from);
      for (let k = 0; k < updates; k++) {
        // the rate falls to zero, so that gates come to rest
        const hyper = hyperTensor(k + 1, LEARNING_RATE * (1 - k / updates), ADAM);
        const price = tensor(Float32Array.of(pressure / names.length), [1]);
        state = await updated(program, { ...batchAt(phase * updates + k), ...state, hyper, "gate/price": price });
        progress((phase + (k + 1) / updates) / 3);
      }
      return tensorAt(state, NAME);
    };
    const free = await fit(drawn(masks, names.length, seed), 0, 0);
    const open = await fit(free, lambda, 1);
    const shut = await fit(free, -lambda, 2);
    const heads = rolesOf(names, gatesOf(open, masks), gatesOf(shut, masks));
    const agreement = heads.reduce((all, head) => all + head.agreement, 0) / heads.length;
    return { lambda, updates, masks, threshold: (4 * lambda) / names.length, agreement, heads };
  });
}

const NAME = "w";
const [FIRST, SECOND] = momentNames(NAME);

/** Builds one update of w [k, h]: `gate/assigned` [e, k] and `gate/rows` [b] are the masks of examples and batch rows. */
function gatingGraph(config: AnyConfig, task: Task, masks: number, heads: number): Record<"w" | "first" | "second", Value> {
  const w = input(NAME, [masks, heads]);
  const gates = gather(sigmoid(w), input("gate/rows", ["batch"], "int64"));
  const judged = task.judge(anyForward(config, gateRows(config, gates)));
  const { total, count } = task.loss;
  const terms = judged[total];
  if (!terms) throw new Error(`internal: the ${task.name} task does not compute its loss ${total}`);
  const counts = count === undefined ? expand(constant(1), terms.shape, terms) : judged[count]!;
  const assigned = input("gate/assigned", [dimAt(terms.shape, 0), masks]);
  const perMask = (values: Value) => einsum("e k, e -> k", assigned, values);
  const examples = perMask(counts);
  // a mask without examples in this batch has a loss of zero
  const losses = div(perMask(terms), add(examples, indicator(equal(examples, 0))));
  const loss = sub(sum(losses), mul(sum(input("gate/price", [1])), sum(w)));
  const { updates } = adamW(new Map([[NAME, w]]), grads(loss, [w]), hyperInput(), ADAM, new Set());
  const { parameter, first, second } = updates.get(NAME)!;
  return { w: clamp(parameter, -LIMIT, LIMIT), first, second };
}

const startingAt = (w: Tensor): Feeds => {
  const zeros = () => tensor(new Float32Array(floats(w).length), w.shape);
  return { [NAME]: w, [FIRST]: zeros(), [SECOND]: zeros() };
};

async function updated(program: Program<"w" | "first" | "second">, feeds: Feeds): Promise<Feeds> {
  const { w, first, second } = await program.run(feedsFor(program, feeds));
  return { [NAME]: w, [FIRST]: first, [SECOND]: second };
}

/** Draws gates uniformly from (0, 1): w = ln(g / (1 − g)), limited. */
function drawn(masks: number, heads: number, seed: number): Tensor {
  const uniform = random(`gating/${seed}`);
  const limited = (x: number) => Math.max(-LIMIT, Math.min(LIMIT, x));
  const draw = () => {
    const g = uniform();
    return limited(Math.log(g / (1 - g)));
  };
  return tensor(Float32Array.from({ length: masks * heads }, draw), [masks, heads]);
}

/** Returns the batch of an update with a mask for each example: masks take turns over the examples in random order. */
function batchesOf(task: Task, masks: number, seed: number): (update: number) => Feeds {
  const { batches, rows = 1 } = task;
  return (update) => {
    const epoch = Math.floor(update / batches.length);
    const order = inRandomOrder(random(`gating/${seed}/epoch ${epoch}`), batches);
    const batch = order[update % batches.length]!;
    const size = dimAt(tensorAt(batch, "ids").shape, 0);
    const places = shuffled(random(`gating/${seed}/update ${update}`), size / rows);
    const maskOf = (example: number) => numberAt(places, example) % masks;
    const assigned = new Float32Array((size / rows) * masks);
    for (let e = 0; e < size / rows; e++) assigned[e * masks + maskOf(e)] = 1;
    return {
      ...batch,
      "gate/rows": int64(Array.from({ length: size }, (_, row) => maskOf(Math.floor(row / rows)))),
      "gate/assigned": tensor(assigned, [size / rows, masks]),
    };
  };
}

/** The gates of every mask, [k][h]. */
function gatesOf(w: Tensor, masks: number): number[][] {
  const values = floats(w);
  const heads = values.length / masks;
  return Array.from({ length: masks }, (_, k) =>
    Array.from(values.subarray(k * heads, (k + 1) * heads), (x) => 1 / (1 + Math.exp(-x))),
  );
}
