/** Lines and bands over layers as SVG paths. */

type Value = number | null | undefined;

/** Returns true if a layer has a value. */
export const known = (value: Value): value is number => typeof value === "number" && Number.isFinite(value);

/** Maps layers and values to pixels. */
export interface Axes {
  readonly x: (layer: number) => number;
  readonly y: (value: number) => number;
}

const at = ({ x, y }: Axes, layer: number, value: number): string => `${x(layer).toFixed(1)} ${y(value).toFixed(1)}`;

/** Draws a line through the known values; it breaks at layers without one. */
export function curvePath(values: readonly Value[], axes: Axes): string {
  return values
    .map((value, layer) => (known(value) ? `${known(values[layer - 1]) ? "L" : "M"}${at(axes, layer, value)}` : ""))
    .join("");
}

/** Draws the band between low and high, one piece for each run of layers that have both. */
export function bandPath(low: readonly Value[], high: readonly Value[], axes: Axes): string {
  const pieces: number[][] = [];
  for (const [layer, value] of low.entries()) {
    if (!known(value) || !known(high[layer])) continue;
    if (pieces.at(-1)?.at(-1) === layer - 1) pieces.at(-1)!.push(layer);
    else pieces.push([layer]);
  }
  return pieces
    .map((piece) => {
      const there = piece.map((layer) => at(axes, layer, high[layer]!));
      const back = piece.map((layer) => at(axes, layer, low[layer]!)).reverse();
      return `M${[...there, ...back].join("L")}Z`;
    })
    .join("");
}
