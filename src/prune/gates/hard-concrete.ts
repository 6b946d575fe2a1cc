/**
 * Hard Concrete gates (Louizos, Welling & Kingma 2018): random gates in [0, 1] that are exactly 0 or exactly 1 with a probability
 * that can be learned by gradient, as graph values. `logAlpha` [n] are the parameters, one for each gate.
 */
import type { Value } from "../../graph/value.ts";
import { relu, sigmoid } from "../../ops/activation.ts";
import { add, div, log, mul, sub } from "../../ops/arithmetic.ts";

/** The interval (γ, ζ) that the concrete variable is stretched to before it is clipped to [0, 1]. */
const [LOW, HIGH] = [-0.1, 1.1];
/** The temperature β: 2/3 in Louizos et al. (2018), 0.33 in Voita et al. (2019). */
const TEMPERATURE = 0.33;

/** Draws are kept this far from 0 and 1, where their log-odds are infinite. */
export const MARGIN = 1e-6;

const clipped = (x: Value): Value => sub(relu(x), relu(sub(x, 1)));
const stretched = (s: Value): Value => clipped(add(mul(s, HIGH - LOW), LOW));

/** Draws gates from uniform numbers `u` in (0, 1): clip(σ((ln u − ln(1−u) + log α)/β)(ζ−γ) + γ, 0, 1). */
export const sampledGates = (logAlpha: Value, u: Value, temperature = TEMPERATURE): Value =>
  stretched(sigmoid(div(add(sub(log(u), log(sub(1, u))), logAlpha), temperature)));

/** Computes P(g ≠ 0) = σ(log α − β ln(−γ/ζ)). */
export const probabilityOpen = (logAlpha: Value, temperature = TEMPERATURE): Value =>
  sigmoid(sub(logAlpha, temperature * Math.log(-LOW / HIGH)));

/** Computes the gates without noise: clip(σ(log α)(ζ−γ) + γ, 0, 1), exactly 0 for log α ≤ −2.398 and exactly 1 for log α ≥ 2.398. */
export const testGates = (logAlpha: Value): Value => stretched(sigmoid(logAlpha));
