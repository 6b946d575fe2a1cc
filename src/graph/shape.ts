/** Arithmetic of shapes whose axes may be named: a name is equal only to itself. */
import type { Dim, Shape } from "./value.ts";

export const shown = (shape: Shape): string => `[${shape.join(", ")}]`;

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);

/** The shape of an elementwise result; `what` names the function in the error. */
export function broadcast(what: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const at = (s: Shape, i: number): Dim => s[s.length - rank + i] ?? 1;
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [at(a, i), at(b, i)];
    if (x !== y && x !== 1 && y !== 1) {
      throw new RangeError(`${what}: shapes ${shown(a)} and ${shown(b)} do not broadcast: axis ${i - rank} is ${x} and ${y}`);
    }
    return x === 1 ? y : x;
  });
}

/** A non-negative axis; throws where the shape has no such axis. */
export function axisOf(what: string, axis: number, shape: Shape): number {
  const found = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || found < 0 || found >= shape.length) {
    throw new RangeError(`${what}: axis ${axis} is not in the shape ${shown(shape)}`);
  }
  return found;
}

/** The product of some axes: a number where all are numbers, else a name such as `"batch*sequence"`. */
export function productOf(dims: Shape): Dim {
  const named = dims.filter((d) => typeof d === "string");
  const count = dims.reduce<number>((n, d) => (typeof d === "number" ? n * d : n), 1);
  if (named.length === 0) return count;
  return [...(count === 1 ? [] : [count]), ...named].join("*");
}

/** All sizes as numbers; `what` asks for them in the error. */
export function numbersOf(what: string, shape: Shape): number[] {
  return shape.map((d) => {
    if (typeof d === "string")
      throw new RangeError(`${what}: needs numbers for all axes, but ${shown(shape)} has the named axis ${d}`);
    return d;
  });
}
