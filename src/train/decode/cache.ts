/**
 * A cache of keys and values is a probe: at the sites `k` and `v` it puts those of earlier tokens before the new one's, so
 * that a step computes one token, and no model knows of it.
 */
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

/** Inputs of a step by site, and what the next step is to be given for them. */
export interface Cache {
  readonly probe: Probe;
  /** [before, past, h, d] */
  readonly past: ReadonlyMap<string, Value>;
  /** [batch, past+1, h, d]: the rows asked for, with the new token at the end. */
  readonly present: ReadonlyMap<string, Value>;
}

/** Puts the keys and values of earlier tokens before the new ones; `rows` (int64 [batch]) says which row each row continues. */
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

/** Keeps a step's keys within each layer's window: `at` (int64 []) is the position of the step's one token. */
export const windowed =
  (windows: readonly (number | undefined)[], at: Value): Probe =>
  (site, scores) => {
    const window = windows[Number(MASKED.exec(site)?.[1] ?? -1)];
    if (window === undefined) return scores;
    const back = sub(at, range(scores.shape[3]!, scores));
    return where(greater(back, window - 1), BLOCKED, scores);
  };

/** The keys and values of the source are inputs, kept in `inputs` by site: a translation computes them once. */
export const given =
  (inputs: Map<string, Value>): Probe =>
  (site, value) => {
    if (!CROSS.test(site)) return value;
    const made = input(`source.${site}`, [value.shape[0]!, "sequence", ...value.shape.slice(2)]);
    inputs.set(site, made);
    return made;
  };

/** Keeps the keys and values of the source, or those of the text that a step continues. */
export const keepCross = (kept: Map<string, Value>): Probe => keep(kept, (site) => CROSS.test(site));
export const keepSelf = (kept: Map<string, Value>): Probe => keep(kept, (site) => SELF.test(site));

/** The values of a map under prefixed names: the outputs of a program. */
export const named = (prefix: string, values: ReadonlyMap<string, Value>): Record<string, Value> =>
  Object.fromEntries([...values].map(([site, value]) => [`${prefix}${site}`, value]));

/** What a step is fed at the start: no token yet, in `rows` rows. */
export const emptyPast = ({ past }: Cache, rows: number): Record<string, Tensor> =>
  Object.fromEntries(
    [...past.values()].map(({ name, shape }) => [
      name!,
      tensor(new Float32Array(0), [rows, 0, ...(shape.slice(2) as number[])]),
    ]),
  );

/** A step's results as what the next one is fed. */
export const nextPast = ({ past }: Cache, got: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
  Object.fromEntries([...past].map(([site, { name }]) => [name!, got[`present.${site}`]!]));
