/** Heads in rows, one layer per row. */
import { headName } from "../../../src/models/head-names.ts";
import type { HeadPattern, TextPatterns } from "../types.ts";

/** A layer of the grid; `heads` is empty if the layer has none. */
export interface HeadRow {
  readonly site: string;
  readonly layer: number;
  readonly heads: readonly HeadPattern[];
}

/** Returns a row for each layer of each site, in the order of the sites' first heads; at least `layers` rows. */
export function headRows(heads: readonly HeadPattern[], layers = 0): readonly HeadRow[] {
  const sites = new Map<string, Map<number, HeadPattern[]>>();
  if (heads.length === 0) sites.set("", new Map());
  for (const head of heads) {
    const site = sites.get(head.site ?? "") ?? new Map<number, HeadPattern[]>();
    sites.set(head.site ?? "", site);
    site.set(head.layer, [...(site.get(head.layer) ?? []), head]);
  }
  return [...sites].flatMap(([site, found]) => {
    const count = Math.max(layers, ...[...found.keys()].map((layer) => layer + 1));
    return Array.from({ length: count }, (_, layer) => ({ site, layer, heads: found.get(layer) ?? [] }));
  });
}

/** Returns the heads of one text of a report. */
export function headsOfText({ tokens, patterns }: TextPatterns): HeadPattern[] {
  const n = tokens.length;
  return patterns.flatMap((heads, layer) =>
    heads.map((pattern, head) => ({ name: headName(layer, head), layer, head, pattern, rows: n, columns: n })),
  );
}

/** Parses the layer and head at the end of a name; NaN if there are none. */
export function headOfName(name: string): { layer: number; head: number } {
  const [, layer, head] = /(\d+)\.(\d+)$/.exec(name) ?? [];
  return { layer: Number(layer ?? Number.NaN), head: Number(head ?? Number.NaN) };
}
