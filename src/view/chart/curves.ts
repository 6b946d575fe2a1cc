/** Curves over layers as small SVGs; the page's style colors them. */
import { LABELS, type LayerReport } from "../../heads/report/schema.ts";
import { decimal } from "../page/numbers.ts";
import { levels, wholeNumbers, xTitle } from "./axis.ts";
import { labelColor } from "./colors.ts";
import { chartOf, frameOf } from "./frame.ts";
import { bar, dot, line } from "./marks.ts";
import { bands, linear, ticksAround } from "./scale.ts";

const FRAME = frameOf(340, 176, { left: 40, right: 10, top: 12, bottom: 32 });
/** Room at both ends of a line for the marks of its ends. */
const ROOM = 6;

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
  const scale = ticksAround(0, Math.max(0, ...known), 6);
  const x = linear([0, values.length - 1], [FRAME.left + ROOM, FRAME.right - ROOM]);
  const y = linear(scale.domain, [FRAME.bottom, FRAME.top]);
  const points = values.map((value, layer) => (value === null ? null : { layer, value, x: x(layer), y: y(value) }));
  const marks = points.filter((point) => point !== null);
  return chartOf(
    FRAME,
    "chart",
    `${title} by layer: ${marks.map(({ value }) => decimal(value, digits)).join(", ")}`,
    levels(FRAME, y, scale),
    layerNumbers(values.length, x),
    ...dots.map(({ layer, value }) => dot({ class: "dot" }, { x: x(layer), y: y(value) }, 1.8)),
    line({ class: "line" }, points),
    ...marks.map((point) => dot({ class: "mark" }, point, 3, `layer ${point.layer}: ${decimal(point.value, digits)}`)),
  );
}

/** Draws the number of heads per label and layer as stacked bars. */
export function labelBars(layers: readonly LayerReport[]): string {
  const sums = layers.map(({ labels }) => Object.values(labels).reduce((a, b) => a + b, 0));
  const scale = ticksAround(0, Math.max(1, ...sums), 6, 1);
  const { width, middle } = bands(layers.length, [FRAME.left, FRAME.right]);
  const y = linear(scale.domain, [FRAME.bottom, FRAME.top]);
  const stack = ({ labels, layer }: LayerReport, at: number): string[] => {
    let below = 0;
    return LABELS.filter((label) => (labels[label] ?? 0) > 0).map((label) => {
      const number = labels[label]!;
      const span = { x: middle(at), low: y(below), high: y(below + number) };
      below += number;
      const look = { class: "bar", "data-label": label, fill: labelColor(label) };
      return bar(look, span, Math.min(30, 0.8 * width), `layer ${layer}: ${number} ${label}`);
    });
  };
  const parts = [levels(FRAME, y, scale), layerNumbers(layers.length, middle), ...layers.flatMap(stack)];
  return chartOf(FRAME, "chart", "Heads with each label, by layer", ...parts);
}

const layerNumbers = (layers: number, x: (layer: number) => number): string =>
  wholeNumbers(FRAME, x, 0, layers - 1) + xTitle(FRAME, "layer");
