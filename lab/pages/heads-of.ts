/** Conversion of the worker's results to properties of the elements. */
import type { Label } from "../../src/heads/report/schema.ts";
import { headName, tryHead } from "../../src/models/head-names.ts";
import type { HeadPattern } from "../elements/types.ts";
import type { Looked, SitePatterns } from "../engine/protocol.ts";

/** Returns every head of a text, attention by attention. */
export function headsOfSite({ sites }: Looked, labels: ReadonlyMap<string, Label> = new Map()): HeadPattern[] {
  return sites.flatMap((site) =>
    Array.from({ length: site.heads }, (_, head) => {
      const name = headName(site.site, head);
      return { name, ...placeOf(site), head, ...sizes(site), pattern: patternOf(site, head), label: labels.get(name) };
    }),
  );
}

/** Parses a site: `cross.2` is layer 2 of the cross-attention, `2` layer 2. */
function placeOf({ site }: SitePatterns): { readonly site?: string; readonly layer: number } {
  const [, kind, layer] = /^(?:(.*)\.)?(\d+)$/.exec(site)!;
  return { site: kind, layer: Number(layer) };
}

const sizes = ({ rows, columns }: SitePatterns) => ({ rows: rows.length, columns: columns.length });

/** The patterns of each attention, sliced once, since elements draw again for a new array. */
const cut = new WeakMap<SitePatterns, readonly Float32Array[]>();

/** Returns [query · key] of one head, the same array each time. */
export function patternOf(site: SitePatterns, head: number): Float32Array {
  const size = site.rows.length * site.columns.length;
  const every = () => Array.from({ length: site.heads }, (_, h) => site.patterns.subarray(h * size, (h + 1) * size));
  const patterns = cut.get(site) ?? every();
  cut.set(site, patterns);
  return patterns[head]!;
}

/** Returns the attention of a head by its name, with the head's index. */
export function siteOf({ sites }: Looked, name: string): { readonly site: SitePatterns; readonly head: number } | undefined {
  const named = tryHead(name);
  const site = sites.find((one) => one.site === named?.site);
  return site && named && named.head < site.heads ? { site, head: named.head } : undefined;
}
