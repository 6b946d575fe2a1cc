/** The edits in the address, as input of the engine. */
import type { Edits, Looked, SitePatterns } from "../../engine/protocol.ts";
import type { State } from "../../state.ts";
import { patternOf, siteOf } from "../heads-of.ts";
import { borrowed, madePattern } from "./made-pattern.ts";

/** Returns true if queries of an attention only see keys up to their own position. */
export const isCausal = ({ site }: SitePatterns, causal: boolean): boolean => causal || site.startsWith("decoder.");

/**
 * Returns the edits; `second` is the second text, and hand-edited patterns (`drawn`) take precedence. Unknown heads are
 * skipped.
 */
export function editsOf(
  { gates, patterns }: Pick<State, "gates" | "patterns">,
  looked: Looked,
  second: Looked | undefined,
  drawn: ReadonlyMap<string, Float32Array>,
  causal: boolean,
): Edits {
  const made: Record<string, Float32Array> = {};
  for (const [name, kind] of Object.entries(patterns)) {
    const at = siteOf(looked, name);
    if (!at) continue;
    const shape = shapeOf(at.site, causal);
    const other = second && siteOf(second, name);
    if (kind !== "other") made[name] = madePattern(kind, shape);
    else if (other) made[name] = borrowed(patternOf(other.site, other.head), shapeOf(other.site, causal), shape);
  }
  for (const [name, pattern] of drawn) {
    const at = siteOf(looked, name);
    if (at && pattern.length === at.site.rows.length * at.site.columns.length) made[name] = pattern;
  }
  return { gates: Object.fromEntries(Object.entries(gates).filter(([name]) => siteOf(looked, name))), patterns: made };
}

const shapeOf = (site: SitePatterns, causal: boolean) => ({
  rows: site.rows.length,
  columns: site.columns.length,
  causal: isCausal(site, causal),
});
