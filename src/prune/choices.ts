/** The names of the methods that rank heads. */
import { METHODS } from "../heads/importance/methods.ts";

/**
 * `gates` learns gates on heads by gradient (Louizos et al. 2018; Voita et al. 2019); `greedy` is exact ablation measured again after every step; `random` is the baseline; the others are those of `importance`.
 */
export const CHOICES = [...METHODS, "gates", "greedy", "random"] as const;
export type Choice = (typeof CHOICES)[number];
