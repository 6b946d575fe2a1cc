/** The one way to watch or change a forward pass. */
import type { Value } from "../graph/value.ts";

/**
 * Is shown every named value of a forward pass; what it returns is used from there on. Identity is inference, keeping
 * the value is observation, changing it is ablation, gating or patching.
 */
export type Probe = (site: string, value: Value) => Value;

/** Leaves everything as it is. */
export const unseen: Probe = (_, value) => value;

/** The same probe one level down: its sites get a prefix. */
export const within =
  (prefix: string, probe: Probe): Probe =>
  (site, value) =>
    probe(`${prefix}.${site}`, value);

/** Several probes, one after the other. */
export const chain =
  (...probes: readonly Probe[]): Probe =>
  (site, value) =>
    probes.reduce((v, probe) => probe(site, v), value);

/** Keeps the values at the sites that `wanted` accepts in `kept`, and changes nothing. */
export const keep =
  (kept: Map<string, Value>, wanted: (site: string) => boolean = () => true): Probe =>
  (site, value) => {
    if (wanted(site)) kept.set(site, value);
    return value;
  };
