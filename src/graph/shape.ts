/** Arithmetic of shapes with named axes: a name is equal only to itself. */
import type { Dim, Shape } from "./value.ts";

export const shown = (shape: Shape): string => `[${shape.join(", ")}]`;

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);

/** Returns the shape of an elementwise result; `what` names the function in the error. */
export function broadcast(what: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const at = (s: Shape, i: number): Dim => s[s.length - rank + i] ?? 1;
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [at(a, i), at(b, i)];
    if (x !== y && x !== 1 && y !== 1) {
      throw new RangeError(
        `${what}: axis ${i - rank} is ${x} in ${shown(a)} and ${y} in ${shown(b)}; pass shapes that broadcast`,
      );
    }
    return x === 1 ? y : x;
  });
}

/** Returns a non-negative axis; throws if the shape has no such axis. */
export function axisOf(what: string, axis: number, shape: Shape): number {
  const found = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || found < 0 || found >= shape.length) {
    throw new RangeError(
      `${what}: axis ${axis} is not in the shape ${shown(shape)}; use an axis from ${-shape.length} to ${shape.length - 1}`,
    );
  }
  return found;
}

/** Returns the size of an axis that exists, such as one that `axisOf` gave. */
export function dimAt<D extends Dim>(shape: readonly D[], axis: number): D {
  const dim = shape.at(axis);
  if (dim === undefined) throw new Error(`internal: ${shown(shape)} has no axis ${axis}`);
  return dim;
}

/** Returns the product of some axes: a number if all are numbers, else a name such as `"batch*sequence"`. */
export function productOf(dims: Shape): Dim {
  const named = dims.filter((d) => typeof d === "string");
  const count = dims.reduce<number>((n, d) => (typeof d === "number" ? n * d : n), 1);
  if (named.length === 0) return count;
  return [...(count === 1 ? [] : [count]), ...named].join("*");
}

/** Returns the size of an axis as a number; throws `RangeError` if it is named, with `what` as the function. */
export function sizeAt(what: string, shape: Shape, axis: number): number {
  const dim = dimAt(shape, axis);
  if (typeof dim === "string") throw named(what, [dim], dim);
  return dim;
}

const named = (what: string, shape: Shape, dim: string): RangeError =>
  new RangeError(`${what}: ${shown(shape)} has the named axis ${dim}; use numbers for all axes`);

/** Returns all sizes as numbers; throws `RangeError` for a named axis, with `what` as the function. */
export function numbersOf(what: string, shape: Shape): number[] {
  return shape.map((d) => {
    if (typeof d === "string") throw named(what, shape, d);
    return d;
  });
}

const unranked = (shape: Shape, rank: number): Error => new Error(`internal: ${shown(shape)} does not have ${rank} axes`);

/** Returns the sizes of a shape that has two axes. */
export function dims2<D extends Dim>(shape: readonly D[]): readonly [D, D] {
  const [a, b] = shape;
  if (a === undefined || b === undefined || shape.length !== 2) throw unranked(shape, 2);
  return [a, b];
}

/** Returns the sizes of a shape that has three axes. */
export function dims3<D extends Dim>(shape: readonly D[]): readonly [D, D, D] {
  const [a, b, c] = shape;
  if (a === undefined || b === undefined || c === undefined || shape.length !== 3) throw unranked(shape, 3);
  return [a, b, c];
}

/** Returns the sizes of a shape that has four axes. */
export function dims4<D extends Dim>(shape: readonly D[]): readonly [D, D, D, D] {
  const [a, b, c, d] = shape;
  if (a === undefined || b === undefined || c === undefined || d === undefined || shape.length !== 4) throw unranked(shape, 4);
  return [a, b, c, d];
}
