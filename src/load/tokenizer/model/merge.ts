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

/** A part in the list of those that are left. */
interface Node {
  token: number;
  readonly at: number;
  readonly from: number;
  to: number;
  previous: Node | undefined;
  next: Node | undefined;
  /** True if the part belongs to the one before it. */
  merged: boolean;
}

/** Ranks and positions are packed into one number, so that the queue compares numbers: rank first, then position. */
const PLACES = 2 ** 27;

/** Merges the parts of a word until no merge applies; `step` is called once per examined pair. */
export function mergeParts(parts: readonly Part[], merges: Merges, step: () => void = () => {}): Part[] {
  const nodes = linked(parts);
  const queue = createQueue<number>((a, b) => a < b);
  const look = (left: Node | undefined) => {
    step();
    const rank = left?.next && merges.rankOf(left.token, left.next.token);
    if (left && rank !== undefined) queue.push(rank * PLACES + left.at);
  };
  for (const node of nodes.slice(0, -1)) look(node);
  for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
    const [left, rank] = [nodes[top % PLACES], Math.floor(top / PLACES)];
    const [right, token] = [left?.next, merges.results[rank]];
    // An entry is outdated if its left part was merged away or its pair has changed.
    if (!left || left.merged || !right || token === undefined || makes(merges, left.token, right.token) !== token) continue;
    Object.assign(left, { token, to: right.to, next: right.next });
    right.merged = true;
    if (left.next) left.next.previous = left;
    look(left.previous);
    look(left);
  }
  return nodes.filter(({ merged }) => !merged).map(({ token, from, to }) => ({ token, from, to }));
}

function linked(parts: readonly Part[]): Node[] {
  const nodes: Node[] = [];
  for (const [at, part] of parts.entries()) {
    const previous = nodes.at(-1);
    const node = { ...part, at, previous, next: undefined, merged: false };
    if (previous) previous.next = node;
    nodes.push(node);
  }
  return nodes;
}

/** Returns the token that two neighbors make; undefined if they do not merge. */
function makes(merges: Merges, left: number, right: number): number | undefined {
  const rank = merges.rankOf(left, right);
  return rank === undefined ? undefined : merges.results[rank];
}
