/**
 * Contraction by axis letters, lowered to one MatMul and as few transposes as possible: leading axes that MatMul can
 * batch are never flattened, and axes are merged before they are transposed, so that a runtime can fuse the transpose.
 */
import { dimAt, productOf, shown } from "../graph/shape.ts";
import type { Dim, Value } from "../graph/value.ts";
import { reshape, transpose } from "./layout.ts";
import { matmul } from "./matmul.ts";
import { sum } from "./reduce.ts";

type Letters = readonly string[];
/** The axes of one operand of the product: groups of letters, each one axis of the result (none: an axis of size 1). */
type Groups = readonly Letters[];

const lettersOf = (term: string): Letters => (term.trim() === "" ? [] : term.trim().split(/\s+/));

/** Contracts one or two values by the letters of their axes: `einsum("b i m, m h d -> b i h d", x, w)`. */
export function einsum(spec: string, ...operands: readonly Value[]): Value {
  const [left, right] = spec.split("->");
  if (left === undefined || right === undefined)
    throw new SyntaxError(`einsum "${spec}": there is no single "->"; write "a b, b c -> a c"`);
  const terms = left.split(",").map(lettersOf);
  const target = lettersOf(right);
  const sizes = sizesOf(spec, terms, operands);
  const unknown = target.find((c) => !sizes.has(c));
  if (unknown)
    throw new RangeError(`einsum "${spec}": axis ${unknown} of the result is in no operand; add it to one or remove it`);
  const needed = (k: number): Letters => [...target, ...terms.flatMap((t, i) => (i === k ? [] : t))];
  const [first, second] = operands.map((value, k) => sumOut({ value, letters: terms[k] ?? [] }, needed(k)));
  if (!first) throw new Error("internal: einsum without operands");
  if (second) return contract(first, second, target, sizes);
  return arrange(
    first.value,
    first.letters,
    target.map((c) => [c]),
    sizes,
  );
}

/** Returns the size of every letter; throws `RangeError` if a letter has two sizes. */
function sizesOf(spec: string, terms: readonly Letters[], operands: readonly Value[]): Map<string, Dim> {
  if (terms.length !== operands.length || terms.length < 1 || terms.length > 2) {
    throw new RangeError(`einsum "${spec}": got ${operands.length} operands; pass one or two, as many as in the text`);
  }
  const sizes = new Map<string, Dim>();
  for (const [k, { shape }] of operands.entries()) {
    const letters = terms[k] ?? [];
    if (new Set(letters).size !== letters.length)
      throw new RangeError(`einsum "${spec}": an operand repeats an axis; use distinct letters`);
    if (letters.length !== shape.length) {
      throw new RangeError(
        `einsum "${spec}": "${letters.join(" ")}" has ${letters.length} axes, but the value is ${shown(shape)}; write one letter per axis`,
      );
    }
    for (const [i, c] of letters.entries()) {
      const [was, is] = [sizes.get(c), dimAt(shape, i)];
      if (was !== undefined && was !== is) {
        throw new RangeError(`einsum "${spec}": axis ${c} is ${was} in one operand and ${is} in the other; pass equal sizes`);
      }
      sizes.set(c, is);
    }
  }
  return sizes;
}

function sizeOf(sizes: ReadonlyMap<string, Dim>, letter: string): Dim {
  const size = sizes.get(letter);
  if (size === undefined) throw new Error(`internal: no operand has the axis ${letter}`);
  return size;
}

interface Part {
  readonly value: Value;
  readonly letters: Letters;
}

/** Sums out axes that nothing else needs. */
function sumOut({ value, letters }: Part, needed: Letters): Part {
  const unneeded = letters.flatMap((c, i) => (needed.includes(c) ? [] : [i]));
  return { value: sum(value, unneeded), letters: letters.filter((c) => needed.includes(c)) };
}

function contract(a: Part, b: Part, target: Letters, sizes: ReadonlyMap<string, Dim>): Value {
  const shared = a.letters.filter((c) => b.letters.includes(c));
  const batch = target.filter((c) => shared.includes(c));
  const inner = shared.filter((c) => !target.includes(c));
  const only = (p: Part): Letters => target.filter((c) => p.letters.includes(c) && !shared.includes(c));
  const [aOnly, bOnly] = [only(a), only(b)];
  // the operand whose own axes are last in the result goes to the right, and a weight (no batch axes) always does
  const bLast = target.lastIndexOf(bOnly.at(-1) ?? "") > target.lastIndexOf(aOnly.at(-1) ?? "");
  if (!bLast && aOnly.length > 0 && (bOnly.length > 0 || batch.length === 0))
    return product(b, a, bOnly, aOnly, batch, inner, target, sizes);
  return product(a, b, aOnly, bOnly, batch, inner, target, sizes);
}

/** Computes [batch, left, inner] × [batch, inner, right]; all but the last left axis are broadcast, right axes are merged. */
function product(
  a: Part,
  b: Part,
  left: Letters,
  right: Letters,
  batch: Letters,
  inner: Letters,
  target: Letters,
  sizes: ReadonlyMap<string, Dim>,
): Value {
  const contiguous = inner.every((c, i) => a.letters.indexOf(c) === a.letters.length - inner.length + i);
  const keepLeft = batch.length > 0 || contiguous;
  const leading: Letters = keepLeft ? left.slice(0, -1) : [];
  const rows: Letters = keepLeft ? left.slice(-1) : left;
  const aGroups: Groups = [...batch.map((c) => [c]), ...leading.map((c) => [c]), rows, inner];
  const bLeading: Groups = batch.length > 0 ? leading.map(() => []) : [];
  const bGroups: Groups = [...batch.map((c) => [c]), ...bLeading, inner, right];
  const y = matmul(arrange(a.value, a.letters, aGroups, sizes), arrange(b.value, b.letters, bGroups, sizes));
  const order = [...batch, ...left, ...right];
  const shape = order.map((c) => sizeOf(sizes, c));
  return transpose(
    reshape(y, shape, a.value, b.value),
    target.map((c) => order.indexOf(c)),
  );
}

/** Rearranges `v` so that its axes are `groups`: merges adjacent axes, transposes, then merges the rest. */
function arrange(v: Value, letters: Letters, groups: Groups, sizes: ReadonlyMap<string, Dim>): Value {
  const blocks: string[][] = [];
  for (const c of letters) {
    const last = blocks.at(-1);
    const follows = last && groups.some((g) => g.indexOf(c) > 0 && g[g.indexOf(c) - 1] === last.at(-1));
    if (follows) last.push(c);
    else blocks.push([c]);
  }
  const shape = groups.map((g) => productOf(g.map((c) => sizeOf(sizes, c))));
  const flat = groups.flat();
  const order = blocks
    .map(([first = ""], i) => ({ i, place: flat.indexOf(first) }))
    .sort((a, b) => a.place - b.place)
    .map(({ i }) => i);
  if (order.every((k, i) => k === i)) return reshape(v, shape);
  const merged = reshape(
    v,
    blocks.map((b) => productOf(b.map((c) => sizeOf(sizes, c)))),
  );
  return reshape(transpose(merged, order), shape, v);
}
