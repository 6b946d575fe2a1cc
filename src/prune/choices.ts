/** The names of the ways to put heads in order. */
import { METHODS } from "../heads/importance/methods.ts";

/**
 * `greedy` is exact ablation measured anew after every step; `random` is what every method has to beat; the others are those
 * of `importance`.
 */
export const CHOICES = [...METHODS, "greedy", "random"] as const;
export type Choice = (typeof CHOICES)[number];
