/** What is lost where several patterns have to become one: the entropy that their mean has and they have not. */
import type { SitePatterns } from "../../engine/protocol.ts";
import { patternOf } from "../heads-of.ts";

/** [query · key], row by row. */
type PatternRows = Float32Array;

/** Entropies in nats, means over the rows. */
export interface Blur {
  /** Of each pattern. */
  readonly each: readonly number[];
  /** The mean of `each`. */
  readonly apart: number;
  /** Of the mean of the patterns: never less. */
  readonly together: number;
}

/** The mean over rows of −Σ p ln p. */
export function entropyOf(pattern: PatternRows, columns: number): number {
  const total = pattern.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  return (total * columns) / pattern.length;
}

/** The mean of patterns of one size, number by number. */
export const meanPattern = (patterns: readonly PatternRows[]): PatternRows =>
  patterns[0]!.map((_, k) => patterns.reduce((sum, pattern) => sum + pattern[k]!, 0) / patterns.length);

/** `together` less `apart` is the patterns' generalised Jensen–Shannon divergence: 0 where all are the same, at most ln of their number. */
export function blurOf(patterns: readonly PatternRows[], columns: number): Blur {
  const each = patterns.map((pattern) => entropyOf(pattern, columns));
  const apart = each.reduce((a, b) => a + b, 0) / each.length;
  return { each, apart, together: entropyOf(meanPattern(patterns), columns) };
}

/** The two heads of one attention that look at the most different things. */
export function mostApart(sites: readonly SitePatterns[]): readonly [string, string] | undefined {
  let best: { readonly pair: readonly [string, string]; readonly lost: number } | undefined;
  for (const site of sites) {
    for (let a = 0; a < site.heads; a++) {
      for (let b = a + 1; b < site.heads; b++) {
        const { apart, together } = blurOf([patternOf(site, a), patternOf(site, b)], site.columns.length);
        if (!best || together - apart > best.lost)
          best = { pair: [`${site.site}.${a}`, `${site.site}.${b}`], lost: together - apart };
      }
    }
  }
  return best?.pair;
}
