/** Pictures without the first key, where many heads rest: the column is left out, and the other weights stay as they are. */
import type { Looked, SitePatterns } from "../../engine/protocol.ts";

const kept = new WeakMap<Looked, Looked>();

/** Returns the patterns without their first column; the same object each time, so that nothing is drawn twice. */
export function withoutFirst(looked: Looked): Looked {
  const known = kept.get(looked);
  if (known) return known;
  const columns = new Map([...new Set(looked.sites.map((site) => site.columns))].map((tokens) => [tokens, tokens.slice(1)]));
  const made = { ...looked, sites: looked.sites.map((site) => cut(site, columns.get(site.columns)!)) };
  kept.set(looked, made);
  return made;
}

function cut(site: SitePatterns, columns: readonly string[]): SitePatterns {
  const width = site.columns.length;
  if (width < 2) return site;
  const patterns = site.patterns.map((pattern) => {
    const made = new Float32Array(site.rows.length * (width - 1));
    for (let i = 0; i < site.rows.length; i++) made.set(pattern.subarray(i * width + 1, (i + 1) * width), i * (width - 1));
    return made;
  });
  return { ...site, columns, patterns };
}

/** Returns a pattern of the same size whose first column is zero, for pictures where queries and keys share a line. */
export function zeroFirst(pattern: Float32Array, columns: number): Float32Array {
  return pattern.map((weight, k) => (k % columns === 0 ? 0 : weight));
}
