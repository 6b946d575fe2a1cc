/** The map of heads: near points attend alike; twins are joined, and points are coloured by layer or by label. */

import type { Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { headName } from "../../models/head-names.ts";
import { element } from "../page/xml.ts";
import { labelColor, WEIGHT_LEVELS } from "./colors.ts";

const [WIDTH, HEIGHT, MARGIN] = [680, 500, 14];
/** Room for the legend of layers below the points. */
const FOOT = 44;

/** An SVG; the page's style gives each point the colour that is asked for. */
export function planeSvg({ heads, twins, noise, model }: Redundancy): string {
  const at = placer(heads.map(({ x, y }) => [x, y] as const));
  const places = new Map(heads.map(({ layer, head, x, y }) => [headName(layer, head), at(x, y)]));
  const of = ({ layer, head }: { layer: number; head: number }) => places.get(headName(layer, head))!;
  const links = twins.map(({ a, b }) => {
    const [[x1, y1], [x2, y2]] = [of(a), of(b)];
    return element("line", { class: "link", x1, y1, x2, y2 });
  });
  const noisy = new Set(noise.map(({ layer, head }) => headName(layer, head)));
  const points = heads.map((head) => point(head, of(head), model.layers, noisy.has(headName(head.layer, head.head))));
  return element(
    "svg",
    { id: "plane", class: "plane", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "data-by": "layer", "aria-label": NAME },
    ...links,
    ...points,
    layerLegend(model.layers),
  );
}

const NAME = "A point for each head; heads that attend alike are near each other";

function point(
  { layer, head, label }: Redundancy["heads"][number],
  [cx, cy]: readonly [number, number],
  layers: number,
  noisy: boolean,
): string {
  const name = `${headName(layer, head)} ${label}${noisy ? ", noise" : ""}`;
  const fill = label === "unclassified" ? "var(--line)" : labelColor(label);
  const look = { class: noisy ? "noisy" : undefined, style: `--layer:var(--w${level(layer, layers)});--label:${fill}` };
  return element("circle", { cx, cy, r: 6, ...look, "data-name": name, "data-label": label }, element("title", {}, name));
}

/** The step of the ramp that a layer is drawn in. */
const level = (layer: number, layers: number): number =>
  Math.round(2 + ((WEIGHT_LEVELS - 2) * layer) / Math.max(1, layers - 1));

/** The first, the last and some layers between, with their colours. */
function layerLegend(layers: number): string {
  const shown = [...new Set([0, 1, 2, 3, 4, 5].map((k) => Math.round((k * (layers - 1)) / 5)))];
  const items = shown.flatMap((layer, k) => [
    element("rect", {
      x: MARGIN + 42 * k,
      y: HEIGHT - 26,
      width: 10,
      height: 10,
      rx: 2,
      fill: `var(--w${level(layer, layers)})`,
    }),
    element("text", { x: MARGIN + 42 * k + 14, y: HEIGHT - 17 }, String(layer)),
  ]);
  const title = element("text", { x: MARGIN, y: HEIGHT - 32 }, "layer");
  return element("g", { class: "layers" }, title, ...items);
}

/** From coordinates to the picture's pixels: both axes in one scale, in the middle. */
function placer(points: readonly (readonly [number, number])[]): (x: number, y: number) => readonly [number, number] {
  const range = (axis: 0 | 1) => {
    const values = points.map((p) => p[axis]);
    return { low: Math.min(...values), high: Math.max(...values) };
  };
  const [x, y] = [range(0), range(1)];
  const room = (size: number, { low, high }: typeof x) => (size - 2 * MARGIN) / Math.max(1e-9, high - low);
  const scale = Math.min(room(WIDTH, x), room(HEIGHT - FOOT, y));
  const middle = ({ low, high }: typeof x) => (low + high) / 2;
  return (px, py) => [WIDTH / 2 + scale * (px - middle(x)), (HEIGHT - FOOT) / 2 - scale * (py - middle(y))];
}
