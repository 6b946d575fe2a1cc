/** Selection of sentences or examples when a command reads only some of a file. */
import { itemsAt } from "../params/keyed.ts";
import { drawSome, type Key } from "./split.ts";

export interface Choice {
  /** The size of a random sample. */
  readonly count?: number;
  /** The number of items from the start of the file. */
  readonly first?: number;
  readonly seed: number;
}

export interface Chosen<T> {
  readonly items: readonly T[];
  /** The suffix of the file's name; empty if everything is read. */
  readonly suffix: string;
  /** The same information as a sentence about `noun`s. */
  note(noun: string): readonly string[];
}

/** Selects items in order, and describes the selection. A sample is stratified by label, or by ranges of lengths or scores. */
export function choose<T>(items: readonly T[], keyOf: (item: T) => Key, { count, first, seed }: Choice): Chosen<T> {
  const wanted = count ?? first ?? items.length;
  if (wanted >= items.length) return { items, suffix: "", note: () => [] };
  const all = items.length.toLocaleString("en");
  const some = wanted.toLocaleString("en");
  if (first !== undefined)
    return {
      items: items.slice(0, first),
      suffix: ` (the first ${some} of ${all})`,
      note: (noun) => [`the first ${some} of ${all} ${noun} were used; intervals hold for these, not for the whole file`],
    };
  const drawn = drawSome(items.map(keyOf), wanted, `${seed}`);
  return {
    items: itemsAt(items, drawn),
    suffix: ` (${some} of ${all}, seed ${seed})`,
    note: (noun) => [`${some} of ${all} ${noun} were used, sampled with seed ${seed}`],
  };
}
