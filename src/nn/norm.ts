/** Normalization layers with their parameters. */
import { scoped, type Value } from "../graph/value.ts";
import { layerNorm, rmsNorm } from "../ops/normalize.ts";
import { type Leaf, type Spec, spec } from "../params/tree.ts";

/** The parameters of a norm, each [m]: a layer norm has a bias, a root-mean-square norm has none. */
export interface NormParameters<T extends Leaf = Value> {
  readonly scale: T;
  readonly bias?: T;
}

export const normParameters = (width: number, kind: "layer" | "rms"): NormParameters<Spec> => ({
  scale: spec([width], "ones"),
  bias: kind === "layer" ? spec([width], "zeros") : undefined,
});

export const norm = (p: NormParameters, x: Value, epsilon: number): Value =>
  scoped("norm", () => (p.bias ? layerNorm(x, p.scale, p.bias, epsilon) : rmsNorm(x, p.scale, epsilon)));
