/** The names of the methods that rank heads. */
import { METHODS } from "../heads/importance/methods.ts";

/**
 * `greedy` is exact ablation measured again after every step; `random` is the baseline; the others are those of `importance`.
 */
export const CHOICES = [...METHODS, "greedy", "random"] as const;
export type Choice = (typeof CHOICES)[number];
