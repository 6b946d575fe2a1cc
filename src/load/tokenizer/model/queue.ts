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
      for (let up = (at - 1) >> 1, parent = heap[up]; parent !== undefined && before(item, parent); parent = heap[up]) {
        heap[at] = parent;
        at = up;
        up = (at - 1) >> 1;
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
    let child = heap[down];
    const other = heap[down + 1];
    if (child === undefined) break;
    if (other !== undefined && before(other, child)) {
      child = other;
      down++;
    }
    if (!before(child, item)) break;
    heap[at] = child;
    at = down;
  }
  heap[at] = item;
}
