/**
 * Dropout (Srivastava et al. 2014) as a probe. Dropped values depend only on a key, the site and the position, so that a step
 * is reproducible bit for bit.
 */
import { numbersOf } from "../graph/shape.ts";
import { input, scoped, type Value } from "../graph/value.ts";
import type { Probe } from "../nn/probe.ts";
import { mul } from "../ops/arithmetic.ts";
import { hash, shiftRight, xor } from "../ops/bits.ts";
import { range } from "../ops/index-by.ts";
import { reshape } from "../ops/layout.ts";
import { cast, less, where } from "../ops/logic.ts";
import { random } from "../params/random.ts";
import { type Tensor, tensor } from "../run/tensor.ts";

export interface DropoutRates {
  /** Fraction of values dropped from the embeddings and from each sub-layer's output, before it is added to its input. */
  readonly residual: number;
  /** Fraction of attention weights dropped. */
  readonly attention: number;
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
  const count = numbersOf("dropout", shape).reduce((n, d) => n * d, 1);
  const [first, second] = [hash(xor(key, wordOf(`${site}/1`))), hash(xor(key, wordOf(`${site}/2`)))];
  // two keys, since a single one would only shift a window over the same sequence of numbers
  const places = xor(hash(xor(cast(range(count), "uint32"), first)), second);
  const uniform = cast(shiftRight(hash(places), 8), "float32");
  return reshape(where(less(uniform, Math.ceil(rate * 2 ** 24)), 0, 1 / (1 - rate)), shape);
}
