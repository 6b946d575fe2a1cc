/** The cluster tree beside a map of pairs. */
import { linear } from "../../../src/view/chart/scale.ts";
import type { Merge } from "../types.ts";

/**
 * Returns an SVG path: leaves are at the left edge, `cell` apart from `top` on, in the given order; two clusters join at an x
 * in proportion to the height.
 */
export function treePath(
  merges: readonly Merge[],
  order: readonly number[],
  { left, right, top, cell }: { readonly left: number; readonly right: number; readonly top: number; readonly cell: number },
): string {
  const heights = merges.map(([, , height]) => height);
  const x = linear([0.9 * Math.min(...heights), Math.max(...heights)], [left, right]);
  const places: { readonly x: number; readonly y: number }[] = [];
  for (const [at, head] of order.entries()) places[head] = { x: left, y: top + (at + 0.5) * cell };
  const joins = merges.map(([a, b, height]) => {
    const [p, q, join] = [places[a]!, places[b]!, x(height)];
    places.push({ x: join, y: (p.y + q.y) / 2 });
    return `M${at(p.x, p.y)}H${join.toFixed(1)}V${q.y.toFixed(1)}H${q.x.toFixed(1)}`;
  });
  return joins.join("");
}

const at = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
