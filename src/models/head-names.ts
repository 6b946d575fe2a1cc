/** Names of heads, `layer.head` from 0: `3.7`, `cross.3.7` in an encoder–decoder, `3.4-7` for heads that can only go together. */

/** A head, or heads that share keys and values, at their attention. */
export interface NamedHeads {
  /** The name of the attention: `3`, `cross.3`. */
  readonly site: string;
  /** The kind of attention in an encoder–decoder: `encoder`, `decoder` or `cross`. */
  readonly kind?: string;
  readonly layer: number;
  /** Ascending. */
  readonly heads: readonly number[];
}

/** The name of one head. */
export const headName = (site: string | number, head: number): string => `${site}.${head}`;

/** The name of the heads from `first` to `last`. */
export const unitName = (site: string, first: number, last: number): string =>
  first === last ? headName(site, first) : `${headName(site, first)}-${last}`;

const NAME = /^((?:(\w+)\.)?(\d+))\.(\d+)(?:-(\d+))?$/;

/** The heads of a name. Throws a `RangeError` where it is none. */
export function parseHeads(name: string): NamedHeads {
  const [, site, kind, layer, first, last] = NAME.exec(name) ?? [];
  if (site === undefined) throw new RangeError(`${JSON.stringify(name)} names no head; write layer.head, such as 3.7`);
  const [from, to] = [Number(first), Number(last ?? first)];
  const heads = Array.from({ length: to - from + 1 }, (_, k) => from + k);
  return { site, ...(kind !== undefined && { kind }), layer: Number(layer), heads };
}

/** Parses the name of one head; returns undefined for any other text and for the name of several heads. */
export function tryHead(name: string): { readonly site: string; readonly head: number } | undefined {
  const [, site, , , head, last] = NAME.exec(name) ?? [];
  return site === undefined || last !== undefined ? undefined : { site, head: Number(head) };
}
