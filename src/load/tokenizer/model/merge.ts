/**
 * Byte-pair merging of one word (Sennrich et al. 2016) with a queue, like Hugging Face's tokenizers: the pair of lowest rank is
 * merged first, the leftmost on a tie, in n log n steps.
 */
import { createQueue } from "./queue.ts";

/** A part of a word: a token by its index and the code units it covers. */
export interface Part {
  readonly token: number;
  readonly from: number;
  readonly to: number;
}

/** The merges: the rank of a pair of tokens, and the resulting token of each merge. */
export interface Merges {
  rankOf(left: number, right: number): number | undefined;
  readonly results: readonly number[];
}

const NONE = -1;
/** Ranks and positions are packed into one number, so that the queue compares numbers: rank first, then position. */
const PLACES = 2 ** 27;

/** Merges the parts of a word until no merge applies; `step` is called once per examined pair. */
export function mergeParts(parts: readonly Part[], merges: Merges, step: () => void = () => {}): Part[] {
  const tokens = parts.map(({ token }) => token);
  const ends = parts.map(({ to }) => to);
  const next = parts.map((_, i) => (i + 1 < parts.length ? i + 1 : NONE));
  const previous = parts.map((_, i) => i - 1);
  const queue = createQueue<number>((a, b) => a < b);
  const look = (at: number) => {
    step();
    const rank = at === NONE || next[at] === NONE ? undefined : merges.rankOf(tokens[at]!, tokens[next[at]!]!);
    if (rank !== undefined) queue.push(rank * PLACES + at);
  };
  for (let at = 0; at + 1 < parts.length; at++) look(at);
  for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
    const [at, rank] = [top % PLACES, Math.floor(top / PLACES)];
    const right = next[at]!;
    // An entry is outdated if its left part was merged away or its pair has changed.
    if (tokens[at] === NONE || right === NONE || !makes(merges, tokens[at]!, tokens[right]!, rank)) continue;
    tokens[at] = merges.results[rank]!;
    ends[at] = ends[right]!;
    tokens[right] = NONE;
    next[at] = next[right]!;
    if (next[at] !== NONE) previous[next[at]] = at;
    look(previous[at]!);
    look(at);
  }
  return parts.flatMap(({ from }, i) => (tokens[i] === NONE ? [] : [{ token: tokens[i]!, from, to: ends[i]! }]));
}

function makes(merges: Merges, left: number, right: number, rank: number): boolean {
  const now = merges.rankOf(left, right);
  return now !== undefined && merges.results[now] === merges.results[rank];
}
