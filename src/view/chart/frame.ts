/** The frame of a chart: its size, the rectangle of its plot, and its root element. */
import { element } from "../page/xml.ts";

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** The edges of the plot, in pixels from the top left corner. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Margins = Pick<Frame, "left" | "right" | "top" | "bottom">;

/** Returns the frame of a size, with margins around the plot. */
export const frameOf = (width: number, height: number, { left, right, top, bottom }: Margins): Frame => ({
  ...{ width, height, left, top },
  right: width - right,
  bottom: height - bottom,
});

/** Returns the root element, as large as its style says. `look` is its class; `label` has the numbers, for screen readers. */
export const chartOf = ({ width, height }: Frame, look: string, label: string, ...parts: readonly string[]): string =>
  element("svg", { class: look, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, ...parts);
