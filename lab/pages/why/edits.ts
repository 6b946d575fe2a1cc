/** The edits of the open model on this page, and their effect as one number. */
import { headName } from "../../../src/models/head-names.ts";
import { random, shuffled } from "../../../src/params/random.ts";
import type { Edits, Looked, Outcome, SitePatterns } from "../../engine/protocol.ts";
import { patternOf } from "../heads-of.ts";
import { meanPattern } from "./blur.ts";

export const UNCHANGED: Edits = { gates: {}, patterns: {} };

/** Returns the editable sites: a translator's target grows word by word, so only the encoder's patterns keep their size. */
export const editable = ({ sites }: Looked): readonly SitePatterns[] =>
  sites.some(({ site }) => site.startsWith("encoder.")) ? sites.filter(({ site }) => site.startsWith("encoder.")) : sites;

/** Replaces the patterns of the named heads with their mean. */
export function averaged(site: SitePatterns, heads: readonly number[]): Edits {
  const mean = meanPattern(heads.map((head) => patternOf(site, head)));
  return { gates: {}, patterns: Object.fromEntries(heads.map((head) => [headName(site.site, head), mean])) };
}

/** Replaces the patterns of all heads of an attention with that of head `head`, or with their `mean`. */
export function alike(looked: Looked, head: number | "mean"): Edits {
  const all = editable(looked).map((site) => {
    const { patterns } = site;
    const one = head === "mean" ? meanPattern(patterns) : patternOf(site, head % patterns.length);
    return patterns.map((_, h) => [headName(site.site, h), one] as const);
  });
  return { gates: {}, patterns: Object.fromEntries(all.flat()) };
}

/** Disables the first `count` of all heads in a random order given by the seed. */
export function removed({ sites }: Looked, count: number, seed: string): Edits {
  const names = sites.flatMap(({ site, patterns }) => patterns.map((_, h) => headName(site, h)));
  const order = Array.from(shuffled(random(seed), names.length), (k) => names[k]!);
  return { gates: Object.fromEntries(order.slice(0, count).map((name) => [name, 0])), patterns: {} };
}

/** A measure of a model on a text: a name, its unit, and a value. */
export interface EditEffect {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
}

/** Measures an edited model against the original one: surprise if words are predicted, else similarity. */
export function effectOf(whole: Outcome, { nats, cosine, probabilities }: Outcome): EditEffect {
  if (nats)
    return {
      name: "surprise",
      unit: "nats per token",
      value: nats.reduce((sum, one) => sum + one.nats, 0) / Math.max(1, nats.length),
    };
  if (cosine !== undefined) return { name: "similarity of the two texts", unit: "cosine", value: cosine };
  const { id, token } = whole.guesses![0]!;
  return { name: `surprise at “${token}”`, unit: "nats", value: -Math.log(probabilities![id]!) };
}
