/** Curves over layers as small SVGs; the page's style colors them. */
import { LABELS, type LayerReport } from "../../heads/report/schema.ts";
import { decimal } from "../page/numbers.ts";
import { element, escaped } from "../page/xml.ts";
import { labelColor } from "./colors.ts";

const WIDTH = 340;
const HEIGHT = 176;
const PLOT = { left: 40, right: WIDTH - 10, top: 12, bottom: HEIGHT - 32 };

export interface Curve {
  readonly title: string;
  /** A value per layer, or null. */
  readonly values: readonly (number | null)[];
  /** Single heads, drawn as faint dots. */
  readonly dots?: readonly { readonly layer: number; readonly value: number }[];
  /** Decimals of the printed values; default 2. */
  readonly digits?: number;
}

/** Draws a line over layers from zero up, with single heads behind it; returns "" if no layer has a value. */
export function curveSvg({ title, values, dots = [], digits = 2 }: Curve): string {
  const known = [...values.filter((value) => value !== null), ...dots.map(({ value }) => value)];
  if (known.length === 0) return "";
  const [step, most] = ticks(Math.max(1e-9, ...known));
  const x = place(values.length);
  const y = (value: number) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * Math.max(0, value)) / most;
  const points = values.flatMap((value, layer) => (value === null ? [] : [{ layer, value, x: x(layer), y: y(value) }]));
  const line = points.map((point) => `${decimal(point.x, 1)},${decimal(point.y, 1)}`).join(" ");
  const marks = points.map((point) =>
    element(
      "circle",
      { class: "mark", cx: point.x, cy: point.y, r: 3 },
      element("title", {}, `layer ${point.layer}: ${decimal(point.value, digits)}`),
    ),
  );
  const faint = dots.map(({ layer, value }) => element("circle", { class: "dot", cx: x(layer), cy: y(value), r: 1.8 }));
  const parts = [
    grid(step, most, y),
    layerTicks(values.length, x),
    ...faint,
    element("polyline", { class: "line", points: line }),
    ...marks,
  ];
  return chart(`${title} by layer: ${points.map(({ value }) => decimal(value, digits)).join(", ")}`, parts);
}

/** Draws the number of heads per label and layer as stacked bars. */
export function labelBars(layers: readonly LayerReport[]): string {
  const sums = layers.map(({ labels }) => Object.values(labels).reduce((a, b) => a + b, 0));
  const [step, most] = ticks(Math.max(1, ...sums), 1);
  const x = place(layers.length, true);
  const y = (value: number) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * value) / most;
  const width = Math.min(30, (0.8 * (PLOT.right - PLOT.left)) / layers.length);
  const bars = layers.flatMap(({ labels, layer }, at) => {
    let below = 0;
    return LABELS.map((label) => {
      const number = labels[label] ?? 0;
      if (number === 0) return "";
      const box = {
        x: x(at) - width / 2,
        y: y(below + number),
        width,
        height: y(below) - y(below + number),
        fill: labelColor(label),
      };
      below += number;
      return element(
        "rect",
        { class: "bar", "data-label": label, ...box },
        element("title", {}, `layer ${layer}: ${number} ${label}`),
      );
    });
  });
  return chart("Heads with each label, by layer", [grid(step, most, y), layerTicks(layers.length, x), ...bars]);
}

function chart(label: string, parts: readonly string[]): string {
  const title = element("title", {}, escaped(label));
  return element(
    "svg",
    { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    title,
    ...parts,
  );
}

/** Returns the x of a layer; bars keep half a bar's width at both ends. */
function place(layers: number, bars = false): (layer: number) => number {
  const room = PLOT.right - PLOT.left;
  if (bars || layers === 1) return (layer) => PLOT.left + (room * (layer + 0.5)) / layers;
  return (layer) => PLOT.left + 6 + ((room - 12) * layer) / (layers - 1);
}

/** Returns a round step, and the round number at or above the largest value. */
function ticks(largest: number, least = 0): [step: number, most: number] {
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [0.2, 0.5, 1, 2].map((factor) => factor * power).find((size) => size >= least && largest / size <= 5)!;
  return [step, step * Math.ceil(largest / step - 1e-9)];
}

function grid(step: number, most: number, y: (value: number) => number): string {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: Math.round(most / step) + 1 }, (_, i) => {
    const value = i * step;
    const line = element("line", { class: "rule", x1: PLOT.left, x2: PLOT.right, y1: y(value), y2: y(value) });
    return line + element("text", { x: PLOT.left - 7, y: y(value) + 4, "text-anchor": "end" }, decimal(value, digits));
  }).join("");
}

function layerTicks(layers: number, x: (layer: number) => number): string {
  const every = Math.ceil(layers / 12);
  const numbers = Array.from({ length: layers }, (_, layer) =>
    layer % every === 0 ? element("text", { x: x(layer), y: PLOT.bottom + 16, "text-anchor": "middle" }, String(layer)) : "",
  );
  return numbers.join("") + element("text", { class: "axis", x: PLOT.right, y: HEIGHT - 2, "text-anchor": "end" }, "layer");
}
