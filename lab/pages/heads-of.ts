/** Conversion of the worker's results to properties of the elements. */
import type { Label } from "../../src/heads/report/schema.ts";
import { headName, tryHead } from "../../src/models/head-names.ts";
import type { HeadPattern } from "../elements/types.ts";
import type { Looked, SitePatterns } from "../engine/protocol.ts";

/** Returns every head of a text, attention by attention. */
export function headsOfSite({ sites }: Looked, labels: ReadonlyMap<string, readonly Label[]> = new Map()): HeadPattern[] {
  return sites.flatMap((site) =>
    site.patterns.map((pattern, head) => {
      const name = headName(site.site, head);
      const tokens = { queries: site.rows, keys: site.columns };
      const own = labels.get(name);
      return { name, ...placeOf(site), head, ...sizes(site), ...tokens, pattern, label: own?.[0], labels: own };
    }),
  );
}

/** Parses a site: `cross.2` is layer 2 of the cross-attention, `2` layer 2. */
function placeOf({ site }: SitePatterns): { readonly site?: string; readonly layer: number } {
  const [, kind, layer] = /^(?:(.*)\.)?(\d+)$/.exec(site)!;
  return { site: kind, layer: Number(layer) };
}

const sizes = ({ rows, columns }: SitePatterns) => ({ rows: rows.length, columns: columns.length });

/** Returns [query · key] of one head. */
export const patternOf = ({ patterns }: SitePatterns, head: number): Float32Array => patterns[head]!;

/** Returns the attention of a head by its name, with the head's index. */
export function siteOf({ sites }: Looked, name: string): { readonly site: SitePatterns; readonly head: number } | undefined {
  const named = tryHead(name);
  const site = sites.find((one) => one.site === named?.site);
  return site && named && named.head < site.patterns.length ? { site, head: named.head } : undefined;
}
