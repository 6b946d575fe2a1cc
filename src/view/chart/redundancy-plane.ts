/** The map of heads: near points have similar patterns, twins are joined, and points are colored by layer or by label. */
import type { Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { headName } from "../../models/head-names.ts";
import { element } from "../page/xml.ts";
import { labelColor, WEIGHT_LEVELS } from "./colors.ts";

const [WIDTH, HEIGHT, MARGIN] = [680, 500, 14];
/** Height of the legend of layers below the points. */
const FOOT = 44;

/** Draws the SVG; the page's style gives each point its selected color. */
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

const NAME = "One point per head; heads with similar patterns are near each other";

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

/** Returns the step of the ramp for a layer. */
const level = (layer: number, layers: number): number =>
  Math.round(2 + ((WEIGHT_LEVELS - 2) * layer) / Math.max(1, layers - 1));

/** Draws the colors of the first, the last and some layers in between. */
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

/** Returns a map from coordinates to pixels: both axes on one scale, centered. */
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
