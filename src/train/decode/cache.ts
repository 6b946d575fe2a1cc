/**
 * A cache of keys and values as a probe: at the sites `k` and `v` it prepends those of earlier tokens, so that a step computes
 * one token without support from the model.
 */
import { dimAt, numbersOf } from "../../graph/shape.ts";
import { input, type Value } from "../../graph/value.ts";
import { BLOCKED } from "../../nn/mask.ts";
import { keep, type Probe } from "../../nn/probe.ts";
import { sub } from "../../ops/arithmetic.ts";
import { gather, range } from "../../ops/index-by.ts";
import { concat } from "../../ops/layout.ts";
import { greater, where } from "../../ops/logic.ts";
import { type Tensor, tensor } from "../../run/tensor.ts";

const SELF = /attention\.[kv]$/;
const CROSS = /cross\.[kv]$/;
const MASKED = /layers\.(\d+)\.attention\.masked$/;

/** Inputs of a step by site, and the outputs that become the next step's inputs. */
export interface Cache {
  readonly probe: Probe;
  /** [before, past, h, d] */
  readonly past: ReadonlyMap<string, Value>;
  /** [batch, past+1, h, d]: the requested rows, with the new token at the end. */
  readonly present: ReadonlyMap<string, Value>;
}

/** Prepends the keys and values of earlier tokens; `rows` (int64 [batch]) gives the row that each row continues. */
export function growing(rows: Value): Cache {
  const [past, present] = [new Map<string, Value>(), new Map<string, Value>()];
  const probe: Probe = (site, value) => {
    if (!SELF.test(site)) return value;
    const before = input(`past.${site}`, ["before", "past", ...value.shape.slice(2)]);
    const longer = concat([gather(before, rows), value], 1);
    past.set(site, before);
    present.set(site, longer);
    return longer;
  };
  return { probe, past, present };
}

/** Limits a step's keys to each layer's window: `at` (int64 []) is the position of the step's token. */
export const windowed =
  (windows: readonly (number | undefined)[], at: Value): Probe =>
  (site, scores) => {
    const window = windows[Number(MASKED.exec(site)?.[1] ?? -1)];
    if (window === undefined) return scores;
    const back = sub(at, range(dimAt(scores.shape, 3), scores));
    return where(greater(back, window - 1), BLOCKED, scores);
  };

/** Feeds the keys and values of the source as inputs, kept in `inputs` by site: they are computed once per translation. */
export const given =
  (inputs: Map<string, Value>): Probe =>
  (site, value) => {
    if (!CROSS.test(site)) return value;
    const made = input(`source.${site}`, [dimAt(value.shape, 0), "sequence", ...value.shape.slice(2)]);
    inputs.set(site, made);
    return made;
  };

/** Keeps the keys and values of the source, or those of the text that a step continues. */
export const keepCross = (kept: Map<string, Value>): Probe => keep(kept, (site) => CROSS.test(site));
export const keepSelf = (kept: Map<string, Value>): Probe => keep(kept, (site) => SELF.test(site));

/** Prefixes the names of a map: the outputs of a program. */
export const prefixed = (prefix: string, values: ReadonlyMap<string, Value>): Record<string, Value> =>
  Object.fromEntries([...values].map(([site, value]) => [`${prefix}${site}`, value]));

/** Returns the feeds of the first step: no token yet, in `rows` rows. */
export const emptyPast = ({ past }: Cache, rows: number): Record<string, Tensor> =>
  Object.fromEntries(
    [...past.values()].map(({ name, shape }) => [
      name!,
      tensor(new Float32Array(0), [rows, 0, ...numbersOf("emptyPast", shape.slice(2))]),
    ]),
  );

/** Converts a step's results to the feeds of the next. */
export const nextPast = ({ past }: Cache, got: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
  Object.fromEntries([...past].map(([site, { name }]) => [name!, got[`present.${site}`]!]));
