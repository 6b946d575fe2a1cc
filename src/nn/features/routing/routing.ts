/**
 * Mixtures of heads: a router picks heads for every token. MoH (Jin et al. 2024) routes heads with their own keys and values
 * beside shared heads; MoA (Zhang et al. 2022) routes experts of queries and outputs over one key/value head.
 * A router scores all heads that the model had before any pruning, so that removing a head equals masking it: the top K are
 * still taken among the original heads, and a removed head's place stays empty.
 */
import type { Value } from "../../../graph/value.ts";
import { type Leaf, type Spec, spec } from "../../../params/tree.ts";
import type { FeatureSizes } from "../sizes.ts";

interface AnyRouting {
  /** The number of routed heads that each token uses. */
  readonly top: number;
  /** The coefficient of the balance loss. */
  readonly balance: number;
  /** The number of heads before any pruning; default: that of the attention. */
  readonly heads?: number;
  /** The original heads that remain, ascending; default: all. */
  readonly kept?: readonly number[];
  /** Computes only the picked (token, head) pairs (`sparse.ts`); default: all, multiplied by gates that are zero elsewhere. */
  readonly sparse?: boolean;
}

/** The first `shared` heads see every token; the others are routed. */
export interface MixtureOfHeads extends AnyRouting {
  readonly kind: "moh";
  readonly shared: number;
}

/** All heads are routed and share one key/value head. */
export interface MixtureOfExperts extends AnyRouting {
  readonly kind: "moa";
  /** The coefficient of the router's z-loss. */
  readonly z: number;
}

export type Routing = MixtureOfHeads | MixtureOfExperts;

export interface RoutingParameters<T extends Leaf = Value> {
  /** W_r: m e, scores of the routed heads e before any pruning */
  readonly router?: T;
  /** W_s: m s, scores of the shared heads */
  readonly sharedRouter?: T;
  /** W_h: m 2, scores of shared against routed heads */
  readonly splitRouter?: T;
}

/** Returns the number of shared heads before any pruning. */
export const sharedHeads = (routing: Routing): number => (routing.kind === "moh" ? routing.shared : 0);

/**
 * Returns what is wrong with the routing of an attention with this many heads before any pruning; undefined if nothing is.
 * `named` gives the name under which the caller's input has a setting; default: that of a configuration.
 */
export function routingFault(
  routing: Routing,
  heads: number,
  named: (setting: "heads" | "shared" | "top") => string = (setting) => `"routing.${setting}"`,
): string | undefined {
  const shared = sharedHeads(routing);
  if ((routing.heads ?? heads) !== heads)
    return `the router scores ${routing.heads} heads, but there are ${heads}; remove ${named("heads")}`;
  if (heads < 2) return `routing needs at least 2 heads, but there is ${heads}; use more heads, or no routing`;
  if (shared >= heads)
    return `${shared} shared heads leave none of ${heads} to route; use 0 to ${heads - 1} shared heads (${named("shared")})`;
  const routed = heads - shared;
  if (routing.top < 1 || routing.top > routed)
    return `a token cannot use ${routing.top} of ${routed} routed heads; use 1 to ${routed} (${named("top")})`;
  return undefined;
}

/**
 * The routers: W_r, and with shared heads W_s and W_h. MoA's starts at zero as in its paper: the first heads, with equal gates.
 * Throws a `RangeError` if the routing does not fit the heads.
 */
export function routingParameters(routing: Routing, { width, heads }: FeatureSizes): RoutingParameters<Spec> {
  const original = routing.heads ?? heads;
  const fault = routingFault(routing, original);
  if (fault) throw new RangeError(`attention: ${fault}`);
  const shared = sharedHeads(routing);
  return {
    router: spec([width, original - shared], routing.kind === "moa" ? "zeros" : undefined),
    ...(shared > 0 && { sharedRouter: spec([width, shared]), splitRouter: spec([width, 2]) }),
  };
}

/** Returns the mean number of heads that a token uses, of `heads` that remain, if the router is balanced. */
export function activeHeads(routing: Routing | undefined, heads: number): number {
  if (!routing || heads === 0) return heads;
  const left = sharedLeft(routing, heads);
  return left + ((heads - left) * routing.top) / ((routing.heads ?? heads) - sharedHeads(routing));
}

/** Returns the number of scores that the routers of an attention compute for each token. */
export function routerColumns(routing: Routing | undefined, heads: number): number {
  if (!routing || heads === 0) return 0;
  return (routing.heads ?? heads) + (sharedHeads(routing) > 0 ? 2 : 0);
}

/** Returns the number of shared heads that remain. */
function sharedLeft(routing: Routing, heads: number): number {
  const shared = sharedHeads(routing);
  return routing.kept ? routing.kept.filter((head) => head < shared).length : Math.min(shared, heads);
}
