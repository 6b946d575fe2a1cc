/** A priority queue: a binary heap whose first item comes before all others. */

export interface Queue<T> {
  push(item: T): void;
  /** Removes and returns the first item; undefined if there is none. */
  pop(): T | undefined;
}

/** Creates an empty queue in the order of `before`. */
export function createQueue<T>(before: (a: T, b: T) => boolean): Queue<T> {
  const heap: T[] = [];
  return {
    push(item) {
      let at = heap.push(item) - 1;
      for (let up = (at - 1) >> 1; at > 0 && before(item, heap[up]!); up = (at - 1) >> 1) {
        heap[at] = heap[up]!;
        at = up;
      }
      heap[at] = item;
    },
    pop() {
      const top = heap[0];
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) sink(heap, last, before);
      return top;
    },
  };
}

/** Puts `item` at the root and sifts it down. */
function sink<T>(heap: T[], item: T, before: (a: T, b: T) => boolean): void {
  let at = 0;
  for (let down = 1; down < heap.length; down = 2 * at + 1) {
    if (down + 1 < heap.length && before(heap[down + 1]!, heap[down]!)) down++;
    if (!before(heap[down]!, item)) break;
    heap[at] = heap[down]!;
    at = down;
  }
  heap[at] = item;
}
