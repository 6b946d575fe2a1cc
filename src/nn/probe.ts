/** Probes: the mechanism to observe or change a forward pass. */
import type { Value } from "../graph/value.ts";

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

/** Returns the value that was kept at a site; throws if there is none. */
export function keptAt(kept: ReadonlyMap<string, Value>, site: string): Value {
  const value = kept.get(site);
  if (!value) throw new Error(`internal: the forward pass has no site ${site}`);
  return value;
}

/** Stores the values at the sites that `wanted` accepts in `kept`, and changes nothing. */
export const keep =
  (kept: Map<string, Value>, wanted: (site: string) => boolean = () => true): Probe =>
  (site, value) => {
    if (wanted(site)) kept.set(site, value);
    return value;
  };
