/** Points of a plane in a picture: one scale on both axes. */

/** Returns a map from coordinates to pixels, y upward; the points fill the picture up to its margin, centered. */
export function placer(
  points: readonly { readonly x: number; readonly y: number }[],
  width: number,
  height: number,
  margin: number,
): (x: number, y: number) => readonly [x: number, y: number] {
  const [x, y] = [rangeOf(points.map((point) => point.x)), rangeOf(points.map((point) => point.y))];
  const room = (size: number, span: number) => Math.max(1, size - 2 * margin) / Math.max(1e-9, span);
  const scale = Math.min(room(width, x.span), room(height, y.span));
  // a single point has no scale: it is centered
  const factor = x.span + y.span < 1e-9 ? 0 : scale;
  return (px, py) => [width / 2 + factor * (px - x.middle), height / 2 - factor * (py - y.middle)];
}

function rangeOf(values: readonly number[]): { readonly middle: number; readonly span: number } {
  if (values.length === 0) return { middle: 0, span: 0 };
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { middle: (low + high) / 2, span: high - low };
}
