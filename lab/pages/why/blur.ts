/** The blur of averaged patterns: the entropy of their mean minus the mean of their entropies. */
import type { SitePatterns } from "../../engine/protocol.ts";
import { patternOf } from "../heads-of.ts";

/** [query · key], row by row. */
type PatternRows = Float32Array;

/** Entropies in nats, averaged over the rows. */
export interface Blur {
  /** The entropy of each pattern. */
  readonly each: readonly number[];
  /** The mean of `each`. */
  readonly apart: number;
  /** The entropy of the mean pattern: never less. */
  readonly together: number;
}

/** Returns the mean over rows of −Σ p ln p. */
export function entropyOf(pattern: PatternRows, columns: number): number {
  const total = pattern.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  return (total * columns) / pattern.length;
}

/** Returns the elementwise mean of patterns of the same size. */
export const meanPattern = (patterns: readonly PatternRows[]): PatternRows =>
  patterns[0]!.map((_, k) => patterns.reduce((sum, pattern) => sum + pattern[k]!, 0) / patterns.length);

/**
 * Computes the blur; `together` − `apart` is the generalized Jensen–Shannon divergence: 0 for equal patterns, at most ln of
 * their number.
 */
export function blurOf(patterns: readonly PatternRows[], columns: number): Blur {
  const each = patterns.map((pattern) => entropyOf(pattern, columns));
  const apart = each.reduce((a, b) => a + b, 0) / each.length;
  return { each, apart, together: entropyOf(meanPattern(patterns), columns) };
}

/** Returns the two heads of one attention whose patterns differ most. */
export function mostApart(sites: readonly SitePatterns[]): readonly [string, string] | undefined {
  let best: { readonly pair: readonly [string, string]; readonly lost: number } | undefined;
  for (const site of sites) {
    for (let a = 0; a < site.patterns.length; a++) {
      for (let b = a + 1; b < site.patterns.length; b++) {
        const { apart, together } = blurOf([patternOf(site, a), patternOf(site, b)], site.columns.length);
        if (!best || together - apart > best.lost)
          best = { pair: [`${site.site}.${a}`, `${site.site}.${b}`], lost: together - apart };
      }
    }
  }
  return best?.pair;
}
