/**
 * Learns byte-pair merges from word counts (Sennrich et al. 2016): merges the most frequent pair repeatedly and updates the
 * counts of pairs. Order and ties follow Hugging Face's `BpeTrainer`, so that ids are equal.
 */
import { createQueue, type Queue } from "../load/tokenizer/model/queue.ts";

/** Words as runs of token ids: word `w` is `symbols[starts[w] … starts[w] + lengths[w])`, seen `counts[w]` times. */
export interface Words {
  readonly symbols: Int32Array;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  readonly counts: Float64Array;
}

/** The result: `tokens[id]`, and the merges in order of application. */
export interface Merges {
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [left: string, right: string])[];
}

/** A queued pair: its key, its count when it was queued, and the words that may contain it. */
interface Waiting {
  readonly pair: number;
  readonly count: number;
  readonly words: readonly number[];
}

/**
 * Merges pairs until there are `size` tokens, or no pair occurs `minFrequency` times. `known` are the first tokens; the symbols
 * of `words` are overwritten. A merge that results in a known token, such as a special one, adds no second token.
 */
export function learnMerges(words: Words, known: readonly string[], size: number, minFrequency: number): Merges {
  const tokens = [...known];
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const { counts, found } = countPairs(words, size);
  const queue = createQueue(before);
  enqueue(found, counts, queue);
  const merges: (readonly [string, string])[] = [];
  while (tokens.length < size) {
    const top = mostFrequent(queue, counts);
    if (!top || top.count < minFrequency) break;
    const [left, right] = [Math.floor(top.pair / size), top.pair % size];
    const merge = [tokens[left]!, tokens[right]!] as const;
    merges.push(merge);
    const token = merge.join("");
    const id = ids.get(token) ?? tokens.length;
    if (id === tokens.length) ids.set(token, tokens.push(token) - 1);
    enqueue(mergePair(words, top, { left, right, id, size }, counts), counts, queue);
  }
  return { tokens, merges };
}

/** Returns the next pair to merge; a pair whose count fell since it was queued is queued again with its current count. */
function mostFrequent(queue: Queue<Waiting>, counts: ReadonlyMap<number, number>): Waiting | undefined {
  for (let top = queue.pop(); top; top = queue.pop()) {
    const count = counts.get(top.pair) ?? 0;
    if (count === top.count) return top;
    if (count > 0) queue.push({ ...top, count });
  }
  return undefined;
}

/** The words with each pair, by the pair's key left · size + right, which orders keys like pairs. */
type Found = Map<number, number[]>;

function note(found: Found, pair: number, word: number): void {
  const words = found.get(pair);
  if (!words) found.set(pair, [word]);
  else if (words.at(-1) !== word) words.push(word); // words are visited in order, so each is noted once
}

/** Returns where a word's symbols are, and its count. */
function runOf({ starts, lengths, counts }: Words, word: number) {
  const start = starts[word]!;
  return { start, end: start + lengths[word]!, count: counts[word]! };
}

function countPairs(words: Words, size: number): { counts: Map<number, number>; found: Found } {
  const { symbols } = words;
  const pairs = new Map<number, number>();
  const found: Found = new Map();
  for (let word = 0; word < words.starts.length; word++) {
    const { start, end, count } = runOf(words, word);
    for (let at = start + 1; at < end; at++) {
      const pair = symbols[at - 1]! * size + symbols[at]!;
      pairs.set(pair, (pairs.get(pair) ?? 0) + count);
      note(found, pair, word);
    }
  }
  return { counts: pairs, found };
}

function enqueue(found: Found, counts: ReadonlyMap<number, number>, queue: Queue<Waiting>): void {
  for (const [pair, words] of found) {
    const count = counts.get(pair) ?? 0;
    if (count > 0) queue.push({ pair, count, words });
  }
}

interface Joined {
  readonly left: number;
  readonly right: number;
  readonly id: number;
  readonly size: number;
}

/** Merges the pair in its words from left to right, updates the counts, and returns the words of each new pair. */
function mergePair(all: Words, { words }: Waiting, { left, right, id, size }: Joined, counts: Map<number, number>): Found {
  const { symbols, lengths } = all;
  const found: Found = new Map();
  for (const word of words) {
    const { start, end, count } = runOf(all, word);
    const change = (pair: number, sign: 1 | -1) => {
      counts.set(pair, (counts.get(pair) ?? 0) + sign * count);
      if (sign > 0) note(found, pair, word);
    };
    let to = start;
    for (let from = start; from < end; from++) {
      if (symbols[from] !== left || from + 1 >= end || symbols[from + 1] !== right) {
        symbols[to++] = symbols[from]!;
        continue;
      }
      if (to > start) {
        const previous = symbols[to - 1]! * size;
        change(previous + left, -1);
        change(previous + id, 1);
      }
      if (from + 2 < end) {
        const next = symbols[from + 2]!;
        change(right * size + next, -1);
        change(id * size + next, 1);
      }
      symbols[to++] = id;
      from++;
    }
    lengths[word] = to - start;
  }
  return found;
}

/** Orders pairs by descending count, then by ascending ids. */
const before = (a: Waiting, b: Waiting): boolean => a.count > b.count || (a.count === b.count && a.pair < b.pair);
