/**
 * Dropout of values (Srivastava et al. 2014) and of whole heads (DropHead, Zhou et al. 2020) as probes. What is dropped depends
 * only on a key, the site and the position, so that a step is reproducible bit for bit.
 */
import { dimAt, numbersOf } from "../graph/shape.ts";
import { input, scoped, type Value } from "../graph/value.ts";
import { atHeads, gated } from "../models/gates.ts";
import type { AnyConfig } from "../models/sites.ts";
import type { Probe } from "../nn/probe.ts";
import { div, exp, floor, log, mul, sub } from "../ops/arithmetic.ts";
import { hash, shiftRight, xor } from "../ops/bits.ts";
import { constant } from "../ops/constant.ts";
import { range } from "../ops/index-by.ts";
import { reshape } from "../ops/layout.ts";
import { cast, equal, less, where } from "../ops/logic.ts";
import { sum } from "../ops/reduce.ts";
import { random } from "../params/random.ts";
import { type Tensor, tensor } from "../run/tensor.ts";

export interface DropoutRates {
  /** Fraction of values dropped from the embeddings and from each sub-layer's output, before it is added to its input. */
  readonly residual: number;
  /** Fraction of attention weights dropped. */
  readonly attention: number;
  /** Largest fraction of heads dropped (see `HeadDropout`); default 0. */
  readonly heads?: number;
}

/** Dropout of whole heads over a run. */
export interface HeadDropout {
  /** The probability to drop a head, from 0 to below 1; with `v`, the largest, which the schedule starts from and returns to. */
  readonly heads: number;
  /** `constant`; or `v`: linear down to 0 over the learning rate's warm-up, then up to `heads` after the last step (Zhou et al. 2020). */
  readonly schedule: "constant" | "v";
}

/** Returns the probability to drop a head at `step` (1 … `steps`). */
export function headDropoutRate({ heads, schedule }: HeadDropout, step: number, warmup: number, steps: number): number {
  if (schedule === "constant") return heads;
  const done = step - 1;
  return heads * (done < warmup ? 1 - done / warmup : Math.min(1, (done - warmup) / Math.max(1, steps - warmup)));
}

/** The key of a step, fed as `dropout`: uint32 [1]. */
export const dropoutInput = (): Value => input("dropout", [1], "uint32");

const wordOf = (text: string): number => Math.floor(random(text)() * 2 ** 32);

/** Returns the key of one micro-batch of one step. */
export const dropoutKey = (seed: number, step: number, part = 0): Tensor =>
  tensor(Uint32Array.of(wordOf(`dropout/${seed}/${step}/${part}`)), [1]);

const RESIDUAL = /(^|\.)(embeddings|attention\.out|cross\.out|feedForward)$/;
const PATTERN = /\.pattern$/;

/** Drops values at the given rates, and scales the others by 1 / (1 − rate). */
export function dropout({ residual, attention }: DropoutRates, key: Value): Probe {
  return (site, value) => {
    const rate = RESIDUAL.test(site) ? residual : PATTERN.test(site) ? attention : 0;
    return rate === 0 ? value : scoped(`dropout.${site}`, () => mul(value, kept(value, rate, site, key)));
  };
}

/** Returns 1 / (1 − rate) for kept values, else 0. */
function kept({ shape }: Value, rate: number, site: string, key: Value): Value {
  const numbers = uniform(
    numbersOf("dropout", shape).reduce((n, d) => n * d, 1),
    site,
    key,
  );
  return reshape(where(less(numbers, Math.ceil(rate * 2 ** 24)), 0, 1 / (1 - rate)), shape);
}

/** Draws integers from 0 to 2²⁴ − 1, as float32 [count]. */
function uniform(count: number, site: string, key: Value): Value {
  const [first, second] = [hash(xor(key, wordOf(`${site}/1`))), hash(xor(key, wordOf(`${site}/2`)))];
  // two keys, since a single one would only shift a window over the same sequence of numbers
  const places = xor(hash(xor(cast(range(count), "uint32"), first)), second);
  return cast(shiftRight(hash(places), 8), "float32");
}

/** The probability to drop a head in a step, fed as `headDropout`: float32 [1]. */
export const headDropoutInput = (): Value => input("headDropout", [1]);

/**
 * Drops each head of an attention with a probability, independently for each text, but never all of them; the outputs of the
 * others are scaled so that the sum of a text's gates is the number of heads. An only head is never dropped.
 */
export const headDropout = (config: AnyConfig, rate: Value, key: Value): Probe =>
  atHeads(config, ({ path, heads }, z) =>
    heads < 2
      ? z
      : scoped(`dropout.${path}.heads`, () => gated(z, headGates(dimAt(z.shape, 0), heads, `${path}.heads`, rate, key))),
  );

/**
 * Returns the gates [b, h] of `b` texts: the number of heads over the number of kept heads, or 0. Draws with all heads dropped
 * are excluded: the index of the first kept head is drawn from its distribution given that there is one, by inversion, and the
 * heads after it are independent.
 * Axes: b text, h head.
 */
function headGates(texts: number | string, heads: number, site: string, rate: Value, key: Value): Value {
  const [b] = numbersOf("headDropout", [texts]);
  const share = (count: number, name: string) => mul(uniform(count, `${site}.${name}`, key), 2 ** -24);
  const allDropped = exp(mul(log(rate), heads));
  const u = reshape(share(b!, "first"), [b!, 1]);
  const first = floor(div(log(sub(1, mul(u, sub(1, allDropped)))), log(rate)));
  const place = constant(
    Float32Array.from({ length: heads }, (_, h) => h),
    [1, heads],
  );
  const later = where(less(reshape(share(b! * heads, "later"), [b!, heads]), rate), 0, 1);
  const open = where(less(place, first), 0, where(equal(place, first), 1, later));
  return div(mul(open, heads), sum(open, 1, true));
}
