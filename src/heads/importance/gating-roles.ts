/** The roles of heads by causal gating, from gates pressed open and gates pressed shut. */
import { mean } from "../../stats/sums.ts";

/** `undecided`: no score is above 0.5. */
export const ROLES = ["facilitating", "interfering", "irrelevant", "undecided"] as const;
export type Role = (typeof ROLES)[number];

/** The scores of a head in [0, 1], from its mean gates over the masks. */
export interface RoleScores {
  /** G⁻: the gate stays open against pressure. */
  readonly facilitating: number;
  /** 1 − G⁺: the gate stays shut against pressure. */
  readonly interfering: number;
  /** G⁺(1 − G⁻): the gate follows the pressure. */
  readonly irrelevant: number;
}

export interface HeadRole extends RoleScores {
  /** `layer.head` */
  readonly name: string;
  readonly role: Role;
  /** The share of masks that give this role alone. */
  readonly agreement: number;
}

/** Computes the scores from the gates pressed open, G⁺, and pressed shut, G⁻. */
export const roleScores = (open: number, shut: number): RoleScores => ({
  ...{ facilitating: shut, interfering: 1 - open, irrelevant: open * (1 - shut) },
});

/** Returns the role with the largest score, if that is above 0.5. */
export function roleOf(scores: RoleScores): Role {
  const ranked = (["facilitating", "interfering", "irrelevant"] as const).map((role) => ({ role, score: scores[role] }));
  const [best] = ranked.sort((a, b) => b.score - a.score);
  return best && best.score > 0.5 ? best.role : "undecided";
}

/** Computes the roles of heads; `open` and `shut` are the gates of every mask, [mask][head]. */
export function rolesOf(
  names: readonly string[],
  open: readonly (readonly number[])[],
  shut: readonly (readonly number[])[],
): HeadRole[] {
  return names.map((name, h) => {
    const [opened, closed] = [open.map((gates) => gates[h]!), shut.map((gates) => gates[h]!)];
    const scores = roleScores(mean(opened), mean(closed));
    const role = roleOf(scores);
    const alike = opened.filter((gate, k) => roleOf(roleScores(gate, closed[k]!)) === role);
    return { name, ...scores, role, agreement: alike.length / open.length };
  });
}
