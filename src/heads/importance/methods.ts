/** The names of what is measured of heads. */

/**
 * What stands in a head's place. `zero`: nothing. `mean`: its mean output at each position, over the task's texts. `resample`:
 * what it put out for the example before, in its batch. `uniform`: the mean of the values that it could see (A = 1/n).
 * `frozen`: nothing, but every later pattern stays what it was, so that only what the head moved is missing.
 */
export const ABLATIONS = ["zero", "mean", "resample", "uniform", "frozen"] as const;
export type Ablation = (typeof ABLATIONS)[number];

/**
 * `michel`: E|∂L/∂ξ|, the absolute value taken of each example (Michel et al. 2019); `michel-normalized`: divided by its
 * norm over the heads of a layer, as the paper does; `taylor`: −∂L/∂ξ, the first-order estimate of how much the loss grows
 * without the head; `confidence`: the mean largest weight of a row (Voita et al. 2019); `ablation`: how much worse the task's
 * quality is without the head, measured.
 */
export const METHODS = ["michel", "michel-normalized", "taylor", "confidence", "ablation"] as const;
export type Method = (typeof METHODS)[number];
