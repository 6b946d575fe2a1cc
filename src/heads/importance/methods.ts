/** The names of importance methods and ablations. */

/**
 * The replacement of a head's output. `zero`: nothing. `mean`: its mean output at each position, over the task's texts.
 * `resample`: its output for the previous example in the batch. `uniform`: the mean of the values in view (A = 1/n). `frozen`:
 * nothing, but every later pattern stays unchanged, so that only the values moved by the head are missing.
 */
export const ABLATIONS = ["zero", "mean", "resample", "uniform", "frozen"] as const;
export type Ablation = (typeof ABLATIONS)[number];

/**
 * `michel`: E|∂L/∂ξ|, with the absolute value per example (Michel et al. 2019); `michel-normalized`: divided by its norm over
 * the heads of a layer, as in the paper; `taylor`: −∂L/∂ξ, the first-order estimate of the loss increase without the head;
 * `confidence`: the mean largest weight of a row (Voita et al. 2019); `ablation`: the measured loss of task quality without the
 * head.
 */
export const METHODS = ["michel", "michel-normalized", "taylor", "confidence", "ablation"] as const;
export type Method = (typeof METHODS)[number];

/** Causal gating, which assigns roles to heads instead of scores (see `causalGating`). */
export const GATING = "gating";
/** The usual number of updates of each fit of gating. */
export const GATING_UPDATES = 300;
