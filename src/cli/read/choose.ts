/** Which sentences or examples of a file are read, where a command is to read only some. */
import { drawSome, type Key } from "../../stats/split.ts";

export interface Choice {
  /** Drawn by the seed. */
  readonly count?: number;
  /** From the head of the file. */
  readonly first?: number;
  readonly seed: number;
}

export interface Chosen<T> {
  readonly items: readonly T[];
  /** What goes behind the file's name; empty where all are read. */
  readonly suffix: string;
  /** The same as a sentence about `noun`s. */
  note(noun: string): readonly string[];
}

/** The chosen items, in order, and what to say of the choice. A draw gives each label, or each stretch of lengths or scores, its share. */
export function choose<T>(items: readonly T[], keyOf: (item: T) => Key, { count, first, seed }: Choice): Chosen<T> {
  const wanted = count ?? first ?? items.length;
  if (wanted >= items.length) return { items, suffix: "", note: () => [] };
  const all = items.length.toLocaleString("en");
  const some = wanted.toLocaleString("en");
  if (first !== undefined)
    return {
      items: items.slice(0, first),
      suffix: ` (the first ${some} of ${all})`,
      note: (noun) => [`the first ${some} of ${all} ${noun} were read; intervals are for these, not for the whole file`],
    };
  const drawn = drawSome(items.map(keyOf), wanted, `${seed}`);
  return {
    items: drawn.map((k) => items[k]!),
    suffix: ` (${some} of ${all}, seed ${seed})`,
    note: (noun) => [`${some} of ${all} ${noun} were read, drawn by seed ${seed}`],
  };
}
