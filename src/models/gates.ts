/**
 * The one way to change the outputs of heads: a probe at the outputs z of every attention, of any family.
 * Axes: b batch, i query, h head, d head width.
 */
import { dimAt } from "../graph/shape.ts";
import type { Value } from "../graph/value.ts";
import type { Probe } from "../nn/probe.ts";
import { add, mul, sub } from "../ops/arithmetic.ts";
import { constant } from "../ops/constant.ts";
import { reshape, slice } from "../ops/layout.ts";
import { type AnyConfig, type Kept, type Site, sitesOf } from "./sites.ts";

/** Replaces the outputs z [b, i, h, d] of each attention by what `change` returns. */
export function atHeads(config: AnyConfig, change: (site: Site, z: Value) => Value): Probe {
  const sites = new Map(sitesOf(config).map((site) => [`${site.path}.z`, site]));
  return (at, z) => {
    const site = sites.get(at);
    return site ? change(site, z) : z;
  };
}

/** The outputs z of heads times their gates: [h], or [b, h] with one row for each example. */
export function gated(z: Value, gates: Value): Value {
  const [first, h] = [dimAt(gates.shape, 0), gates.shape[1]];
  return mul(z, reshape(gates, h === undefined ? [first, 1] : [first, 1, h, 1]));
}

/** The outputs z of heads where their gate [h] is 1, to the last bit, and `instead` (broadcast to z) where it is 0. */
export function switched(z: Value, gates: Value, instead: Value): Value {
  const gate = reshape(gates, [dimAt(gates.shape, 0), 1]);
  return add(mul(z, gate), mul(instead, sub(1, gate)));
}

/**
 * Multiplies the output of every head by its gate, before W_O (Michel et al. 2019). `gates` returns the gates of one attention
 * (see `gated`), or nothing where its heads stay as they are.
 */
export const gateHeads = (config: AnyConfig, gates: (site: Site) => Value | undefined): Probe =>
  atHeads(config, (site, z) => {
    const gate = gates(site);
    return gate ? gated(z, gate) : z;
  });

/** Multiplies every head's output by the gate of its batch row: gates [b, heads of all attentions]. */
export function gateRows(config: AnyConfig, gates: Value): Probe {
  const parts = new Map<string, Value>();
  let at = 0;
  for (const { name, heads } of sitesOf(config)) {
    if (heads > 0) parts.set(name, slice(gates, 1, at, at + heads));
    at += heads;
  }
  return gateHeads(config, ({ name }) => parts.get(name));
}

/** Multiplies the outputs of heads that are not kept by zero: what a model without these heads has to equal. */
export const maskHeads = (config: AnyConfig, kept: Kept): Probe =>
  gateHeads(config, ({ name, heads }) => {
    const left = kept.get(name);
    if (!left) return undefined;
    const open = Float32Array.from({ length: heads }, (_, head) => (left.includes(head) ? 1 : 0));
    return constant(open, [heads]);
  });
