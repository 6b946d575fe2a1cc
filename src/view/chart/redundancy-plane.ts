/** The map of heads: near points have similar patterns, twins are joined, and points are colored by layer or by label. */
import type { Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { headName } from "../../models/head-names.ts";
import { element } from "../page/xml.ts";
import { labelColor, WEIGHT_LEVELS } from "./colors.ts";
import { chartOf, frameOf } from "./frame.ts";
import { dot, label, type Place } from "./marks.ts";
import { plane } from "./scale.ts";

/** Height of the legend of layers below the points. */
const FOOT = 44;
const MARGIN = 14;
const FRAME = frameOf(680, 500, { left: MARGIN, right: MARGIN, top: MARGIN, bottom: FOOT + MARGIN });

/** Draws the SVG; the page's style gives each point its selected color. */
export function planeSvg({ heads, twins, noise, model }: Redundancy): string {
  const at = plane(heads, FRAME.width, FRAME.height - FOOT, MARGIN);
  const places = new Map(heads.map((head) => [headName(head.layer, head.head), at(head)]));
  const of = ({ layer, head }: { layer: number; head: number }) => places.get(headName(layer, head))!;
  const links = twins.map(({ a, b }) => {
    const [from, to] = [of(a), of(b)];
    return element("line", { class: "link", x1: from.x, y1: from.y, x2: to.x, y2: to.y });
  });
  const noisy = new Set(noise.map(({ layer, head }) => headName(layer, head)));
  const points = heads.map((head) => point(head, of(head), model.layers, noisy.has(headName(head.layer, head.head))));
  const picture = chartOf(FRAME, "plane", NAME, ...links, ...points, layerLegend(model.layers));
  return element("div", { id: "plane", "data-by": "layer" }, picture);
}

const NAME = "One point per head; heads with similar patterns are near each other";

function point({ layer, head, label }: Redundancy["heads"][number], place: Place, layers: number, noisy: boolean): string {
  const name = `${headName(layer, head)} ${label}${noisy ? ", noise" : ""}`;
  const fill = label === "unclassified" ? "var(--line)" : labelColor(label);
  const look = { class: noisy ? "noisy" : undefined, style: `--layer:var(--w${level(layer, layers)});--label:${fill}` };
  return dot({ ...look, "data-name": name, "data-label": label }, place, 6, name);
}

/** Returns the step of the ramp for a layer. */
const level = (layer: number, layers: number): number =>
  Math.round(2 + ((WEIGHT_LEVELS - 2) * layer) / Math.max(1, layers - 1));

/** Draws the colors of the first, the last and some layers in between. */
function layerLegend(layers: number): string {
  const shown = [...new Set([0, 1, 2, 3, 4, 5].map((k) => Math.round((k * (layers - 1)) / 5)))];
  const items = shown.flatMap((layer, k) => [
    element("rect", {
      ...{ x: MARGIN + 42 * k, y: FRAME.height - 26, width: 10, height: 10, rx: 2 },
      fill: `var(--w${level(layer, layers)})`,
    }),
    label(MARGIN + 42 * k + 14, FRAME.height - 17, String(layer), "start"),
  ]);
  return element("g", { class: "layers" }, label(MARGIN, FRAME.height - 32, "layer", "start"), ...items);
}
