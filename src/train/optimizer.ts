/**
 * Adam with decoupled weight decay (Kingma & Ba 2015; Loshchilov & Hutter 2019) and clipping by global norm (Pascanu et al.
 * 2013), as graph values: the same arithmetic as torch.optim.AdamW and clip_grad_norm_.
 */
import { input, scoped, type Value } from "../graph/value.ts";
import { add, div, mul, sqrt, sub } from "../ops/arithmetic.ts";
import { slice } from "../ops/layout.ts";
import { less, where } from "../ops/logic.ts";
import { sum } from "../ops/reduce.ts";
import { type Tensor, tensor } from "../run/tensor.ts";

/** The settings of AdamW and clipping, without the learning rate. */
export interface AdamOptions {
  /** The decay rates of the two moments; each in [0, 1). */
  readonly betas: readonly [number, number];
  /** Added to the square root of the second moment. */
  readonly epsilon: number;
  /** Decay of matrices per step, relative, times the learning rate; vectors (biases, norms) do not decay. */
  readonly weightDecay: number;
  /** The maximum global norm of the gradients; null for no clipping. */
  readonly clip: number | null;
}

/** Returns the names of the moments of the parameter at `path` among a step's inputs and outputs. */
export const momentNames = (path: string): readonly [first: string, second: string] => [`first/${path}`, `second/${path}`];

/** The scalars that change between steps, fed as `hyper` [4]. */
export const hyperInput = (): Value => input("hyper", [4]);

/** Returns `hyper` for a step (counted from 1): learning rate, step size, epsilon correction, and gradient scale. */
export function hyperTensor(step: number, learningRate: number, { betas, epsilon }: AdamOptions, scale = 1): Tensor {
  const [first, second] = [1 - betas[0] ** step, 1 - betas[1] ** step];
  const root = Math.sqrt(second);
  return tensor(Float32Array.of(learningRate, (learningRate * root) / first, epsilon * root, scale), [4]);
}

/** Computes √Σ‖gᵢ‖² over all gradients, scalar. */
const globalNorm = (gradients: readonly Value[]): Value =>
  sqrt(gradients.map((g) => sum(mul(g, g))).reduce((a, b) => add(a, b)));

const scalar = (hyper: Value, k: number): Value => sum(slice(hyper, 0, k, k + 1));

export interface Update {
  /** The new values of a parameter and of its moments. */
  readonly parameter: Value;
  readonly first: Value;
  readonly second: Value;
}

/**
 * Builds one step for every parameter. `gradients` are first multiplied by the last value of `hyper`; `norm` is their global
 * norm after that, before clipping. `decays` are the paths of the matrices, which weight decay shrinks.
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p(1 − ηλ) − η (m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε)
 */
export function adamW(
  parameters: ReadonlyMap<string, Value>,
  gradients: readonly Value[],
  hyper: Value,
  options: AdamOptions,
  decays: ReadonlySet<string>,
): { readonly updates: ReadonlyMap<string, Update>; readonly norm: Value } {
  return scoped("optimizer", () => {
    const [rate, stepSize, epsilon, scale] = [scalar(hyper, 0), scalar(hyper, 1), scalar(hyper, 2), scalar(hyper, 3)];
    const norm = mul(globalNorm(gradients), scale);
    const factor = mul(scale, options.clip === null ? 1 : clipFactor(norm, options.clip));
    const kept = sub(1, mul(rate, options.weightDecay));
    const entries = [...parameters].map(([path, p], k): [string, Update] => {
      const decay = options.weightDecay > 0 && decays.has(path) ? kept : undefined;
      return [path, updateOne(path, p, gradients[k]!, { factor, stepSize, epsilon, decay }, options.betas)];
    });
    return { updates: new Map(entries), norm };
  });
}

/** Computes the clipping factor as torch does: limit / (norm + 1e-6), at most 1. */
function clipFactor(norm: Value, limit: number): Value {
  const wanted = div(limit, add(norm, 1e-6));
  return where(less(wanted, 1), wanted, 1);
}

interface Scalars {
  readonly factor: Value;
  readonly stepSize: Value;
  readonly epsilon: Value;
  readonly decay?: Value;
}

function updateOne(path: string, p: Value, g: Value, s: Scalars, [b1, b2]: readonly [number, number]): Update {
  const [firstName, secondName] = momentNames(path);
  const [m, v] = [input(firstName, p.shape), input(secondName, p.shape)];
  const first = add(mul(m, b1), mul(g, mul(s.factor, 1 - b1)));
  const second = add(mul(v, b2), mul(mul(g, g), mul(mul(s.factor, s.factor), 1 - b2)));
  const move = div(mul(first, s.stepSize), add(sqrt(second), s.epsilon));
  return { first, second, parameter: sub(s.decay ? mul(p, s.decay) : p, move) };
}
