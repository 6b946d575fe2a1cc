/** Probes: the mechanism to observe or change a forward pass. */
import type { Value } from "../graph/value.ts";
import { add, mul, sub } from "../ops/arithmetic.ts";
import { reshape } from "../ops/layout.ts";

/**
 * Called with every named value of a forward pass; its return value replaces it. Identity is inference, keeping the value is
 * observation, changing it is ablation, gating or patching.
 */
export type Probe = (site: string, value: Value) => Value;

/** The identity probe, which changes nothing. */
export const unseen: Probe = (_, value) => value;

/** Returns the probe for a submodule: its sites get a prefix. */
export const within =
  (prefix: string, probe: Probe): Probe =>
  (site, value) =>
    probe(`${prefix}.${site}`, value);

/** Composes several probes in order. */
export const chain =
  (...probes: readonly Probe[]): Probe =>
  (site, value) =>
    probes.reduce((v, probe) => probe(site, v), value);

/** Stores the values at the sites that `wanted` accepts in `kept`, and changes nothing. */
export const keep =
  (kept: Map<string, Value>, wanted: (site: string) => boolean = () => true): Probe =>
  (site, value) => {
    if (wanted(site)) kept.set(site, value);
    return value;
  };

/**
 * Returns head outputs z [b, i, h, d] exactly for heads with a gate [h] of 1, and `instead` (broadcast to z) for a gate of 0.
 */
export function switched(z: Value, gates: Value, instead: Value): Value {
  const gate = reshape(gates, [gates.shape[0]!, 1]);
  return add(mul(z, gate), mul(instead, sub(1, gate)));
}

/** Multiplies head outputs z [b, i, h, d] by the gates of their heads [h]. */
export const gated = (z: Value, gates: Value): Value => mul(z, reshape(gates, [gates.shape[0]!, 1]));

/** Multiplies head h's output z_h by a gate, before W_O: `gates` maps a layer to a value [h] (Michel et al. 2019). */
export const gate =
  (gates: ReadonlyMap<number, Value>): Probe =>
  (site, z) => {
    const layer = /^layers\.(\d+)\.attention\.z$/.exec(site)?.[1];
    const g = layer === undefined ? undefined : gates.get(Number(layer));
    return g ? gated(z, g) : z;
  };
