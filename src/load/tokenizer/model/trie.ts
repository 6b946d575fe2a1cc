/** A trie over UTF-16 code units: finds the vocabulary's strings that start at some place of a text, one step a unit. */

/** Strings with a number each. */
export interface Trie {
  /** The node after `code`, from the root or another node; undefined where no string goes on so. */
  step(node: number, code: number): number | undefined;
  /** The number of the string that ends at a node. */
  valueAt(node: number): number | undefined;
}

/** The node that all strings start from. */
export const ROOT = 0;

const CODES = 0x10000;

/** Builds the trie; of equal strings the last one's number counts. */
export function createTrie(strings: Iterable<readonly [text: string, value: number]>): Trie {
  const edges = new Map<number, number>();
  const values = new Map<number, number>();
  let nodes = 1;
  for (const [text, value] of strings) {
    let node = ROOT;
    for (let at = 0; at < text.length; at++) {
      const edge = node * CODES + text.charCodeAt(at);
      let child = edges.get(edge);
      if (child === undefined) edges.set(edge, (child = nodes++));
      node = child;
    }
    values.set(node, value);
  }
  return { step: (node, code) => edges.get(node * CODES + code), valueAt: (node) => values.get(node) };
}
