/** A trie over UTF-16 code units: finds the vocabulary's strings that start at a position of a text, one step per unit. */

/** Strings, each with a number. */
export interface Trie {
  /** Returns the node after `code`; undefined if no string continues that way. */
  step(node: number, code: number): number | undefined;
  /** Returns the number of the string that ends at a node, if any. */
  valueAt(node: number): number | undefined;
}

/** The start node of all strings. */
export const ROOT = 0;

const CODES = 0x10000;

/** Builds the trie; the last of equal strings counts. */
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
