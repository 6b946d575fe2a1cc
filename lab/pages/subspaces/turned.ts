/** The projection of points in space to a picture, with names that do not overlap. */

/** Angles in radians: around the vertical axis, then toward the viewer. */
export interface Side {
  readonly yaw: number;
  readonly pitch: number;
}

export interface Seen {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  /** From −1, far, to 1, near, for points that fill the picture. */
  readonly depth: number;
}

/** Rotates a point in space to [x, y, depth]; y points down, as in pictures. */
export function turned([a, b, c]: readonly [number, number, number], { yaw, pitch }: Side): [number, number, number] {
  const x = a * Math.cos(yaw) + c * Math.sin(yaw);
  const z = c * Math.cos(yaw) - a * Math.sin(yaw);
  return [x, -(b * Math.cos(pitch) - z * Math.sin(pitch)), b * Math.sin(pitch) + z * Math.cos(pitch)];
}

/** Projects all points, far ones first, and the origin; the farthest point from the center is `radius` away. */
export function seen(
  points: readonly (readonly number[])[],
  side: Side,
  radius: number,
): { readonly zero: Seen; readonly points: Seen[] } {
  const middle = [0, 1, 2].map((axis) => {
    const along = points.map((point) => point[axis] ?? 0);
    return (Math.min(0, ...along) + Math.max(0, ...along)) / 2;
  });
  const moved = points.map((point) => middle.map((zero, axis) => (point[axis] ?? 0) - zero) as [number, number, number]);
  const reach = Math.max(1e-12, ...moved.map((point) => Math.hypot(...point)));
  const place = ([a, b, c]: readonly [number, number, number], index: number): Seen => {
    const [x, y, depth] = turned([a / reach, b / reach, c / reach], side);
    return { index, x: x * radius, y: y * radius, depth };
  };
  const zero = place(middle.map((m) => -m) as [number, number, number], -1);
  return { zero, points: moved.map(place).sort((a, b) => a.depth - b.depth) };
}

/** A box around a name next to its point. */
interface Box {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** Selects the points whose names fit: first those of `first`, then from near to far. `wide` is the width of a letter. */
export function namedPoints(
  points: readonly Seen[],
  tokens: readonly string[],
  first: number,
  { wide, high, limit }: { readonly wide: number; readonly high: number; readonly limit: number },
): ReadonlyMap<number, "start" | "end"> {
  const order = [...points].reverse().sort((a, b) => Number(b.index === first) - Number(a.index === first));
  const taken: Box[] = [];
  const sides = new Map<number, "start" | "end">();
  for (const { index, x, y } of order) {
    const length = (tokens[index]?.length ?? 0) * wide + 8;
    const boxes: [side: "start" | "end", box: Box][] = [
      ["start", { left: x, right: x + length, y }],
      ["end", { left: x - length, right: x, y }],
    ];
    const free = boxes.find(
      ([, box]) => box.left > -limit && box.right < limit && !taken.some((other) => meet(box, other, high)),
    );
    if (!free && index !== first) continue;
    const [side, box] = free ?? boxes[x > 0 ? 1 : 0]!;
    taken.push(box);
    sides.set(index, side);
  }
  return sides;
}

const meet = (a: Box, b: Box, high: number): boolean => a.left < b.right && b.left < a.right && Math.abs(a.y - b.y) < high;
