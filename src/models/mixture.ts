/** Turns a trained model into a mixture of heads, as a start for training: new routers beside its own weights. */
import { combinationFault } from "../nn/features/features.ts";
import { routingFault } from "../nn/features/routing/routing.ts";
import { byPath, mapTree, type Spec } from "../params/tree.ts";
import { InputError } from "../run/errors.ts";
import { sizeOf, tensor } from "../run/tensor.ts";
import { type AnyModel, anyParameters } from "./any.ts";
import { type AnyConfig, sitesOf } from "./sites.ts";

export interface MixtureOptions {
  /** The number of first heads in every attention that all tokens use. */
  readonly shared: number;
  /** The number of other heads that each token uses. */
  readonly top: number;
  /** The coefficient of the balance loss; default 0.01. */
  readonly balance?: number;
}

/**
 * Returns the configuration with every attention a mixture of heads (`MixtureOfHeads`). Throws `InputError` for a pruned model,
 * one with routing, or an attention that has too few heads; errors name the options as `named` does.
 */
export function mixtureConfig<C extends AnyConfig>(
  config: C,
  { shared, top, balance = 0.01 }: MixtureOptions,
  named = (option: string): string => `"${option}"`,
): C {
  if (config.originalHeads) throw new InputError("the model is pruned, so its routers would not fit; convert the whole model");
  const features = sitesOf(config).map(({ name, heads }) => {
    const own = config.features?.[name];
    if (own?.routing) throw new InputError(`layer ${name} is a mixture of heads already; convert a model without routing`);
    const routing = { kind: "moh", shared, top, balance } as const;
    const fault = routingFault(routing, heads, named);
    if (fault) throw new InputError(`layer ${name}: ${fault}`);
    const [key, combined] = combinationFault({ ...own, routing }) ?? [];
    if (combined) throw new InputError(`layer ${name}: "${key}" ${combined}`);
    return [name, { ...own, routing }];
  });
  return { ...config, features: Object.fromEntries(features) };
}

/**
 * Returns the model as a mixture of heads. All its weights stay, and its routers are zero: every token uses the shared heads and
 * the first `top` others with gates of one, as if the model had only these; training then finds out which tokens use which.
 */
export function toMixture<M extends AnyModel>({ config, weights }: M, options: MixtureOptions): M {
  const mixed = mixtureConfig(config, options);
  const known = byPath(weights);
  const zeros = ({ shape }: Spec) => tensor(new Float32Array(sizeOf(shape)), shape);
  return { config: mixed, weights: mapTree(anyParameters(mixed), (spec: Spec, path) => known.get(path) ?? zeros(spec)) } as M;
}
