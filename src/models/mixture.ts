/** Turns a trained model into a mixture of heads, as a start for training: new routers beside its own weights. */
import { routingFault } from "../nn/features/routing/routing.ts";
import { initialize } from "../params/initialize.ts";
import { byPath, mapTree, type Spec } from "../params/tree.ts";
import { InputError } from "../run/errors.ts";
import { type AnyModel, anyParameters } from "./any.ts";
import { type AnyConfig, sitesOf } from "./sites.ts";

export interface MixtureOptions {
  /** The number of first heads in every attention that all tokens use. */
  readonly shared: number;
  /** The number of other heads that each token uses. */
  readonly top: number;
  /** The coefficient of the balance loss; default 0.01. */
  readonly balance?: number;
  /** Of the routers' random weights; default 1. */
  readonly seed?: number;
}

/**
 * Returns the configuration with every attention a mixture of heads (`MixtureOfHeads`). Throws `InputError` for a pruned model,
 * one with routing, or an attention that has too few heads.
 */
export function mixtureConfig<C extends AnyConfig>(config: C, { shared, top, balance = 0.01 }: MixtureOptions): C {
  if (config.originalHeads) throw new InputError("the model is pruned, so its routers would not fit; convert the whole model");
  const features = sitesOf(config).map(({ name, heads }) => {
    const own = config.features?.[name];
    if (own?.routing) throw new InputError(`layer ${name} is a mixture of heads already; convert a model without routing`);
    const routing = { kind: "moh", shared, top, balance } as const;
    const fault = routingFault(routing, heads);
    if (fault) throw new InputError(`layer ${name}: ${fault}`);
    return [name, { ...own, routing }];
  });
  return { ...config, features: Object.fromEntries(features) };
}

/**
 * Returns the model as a mixture of heads. All its weights stay. Routers are normal with standard deviation 0.02, so that gates
 * are near one for the heads that a token uses, and texts use all heads.
 */
export function toMixture<M extends AnyModel>({ config, weights }: M, options: MixtureOptions): M {
  const mixed = mixtureConfig(config, options);
  const specs = anyParameters(mixed);
  const known = byPath(weights);
  const fresh = byPath(initialize<object>(specs, options.seed ?? 1));
  return { config: mixed, weights: mapTree(specs, (_: Spec, path) => known.get(path) ?? fresh.get(path)) } as M;
}
