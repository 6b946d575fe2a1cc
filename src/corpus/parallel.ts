/** Reads parallel text: line n of one file is the translation of line n of the other. */

import { InputError } from "../run/errors.ts";
import type { Texts } from "./lines.ts";

/** A sentence and its translation. */
export interface Pair {
  readonly source: string;
  readonly target: string;
}

/** The names of the two sides in errors, such as their files. */
export interface PairNames {
  readonly source: string;
  readonly target: string;
}

/**
 * Streams the pairs of two texts; blank lines count like all others. Throws `InputError` at the end if one side has more lines
 * than the other, with both counts, or if there is no pair.
 */
export async function* pairLines(source: Texts, target: Texts, names: PairNames): AsyncGenerator<Pair> {
  const [left, right] = [iterate(source), iterate(target)];
  try {
    let count = 0;
    for (;;) {
      const [a, b] = [await left.next(), await right.next()];
      if (a.done && b.done) break;
      if (a.done || b.done) throw await unequal(count, a.done ? right : left, a.done === true, names);
      count++;
      yield { source: a.value, target: b.value };
    }
    if (count === 0) throw new InputError(`${names.source} and ${names.target} have no lines; give parallel text`);
  } finally {
    await Promise.all([left.return(undefined), right.return(undefined)]);
  }
}

async function* iterate(texts: Texts): AsyncGenerator<string> {
  yield* texts;
}

/** Returns the error for two texts of which one ended after `count` lines; the other is read to its end to count its lines. */
async function unequal(
  count: number,
  longer: AsyncIterator<string>,
  sourceEnded: boolean,
  names: PairNames,
): Promise<InputError> {
  let more = count + 1;
  while (!(await longer.next()).done) more++;
  const [inSource, inTarget] = sourceEnded ? [count, more] : [more, count];
  return new InputError(
    `${names.source} has ${inSource} lines, but ${names.target} has ${inTarget}; give parallel text with the same number of lines`,
  );
}
