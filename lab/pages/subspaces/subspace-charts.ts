/** Small charts of subspaces: the angles between two, and the coverage of a layer's heads. */
import type { TemplateResult } from "lit";
import { levels, wholeNumbers, xTitle, yTitle } from "../../../src/view/chart/axis.ts";
import { chartOf, frameOf } from "../../../src/view/chart/frame.ts";
import { bar, dot, line } from "../../../src/view/chart/marks.ts";
import { linear } from "../../../src/view/chart/scale.ts";
import { decimal, plural } from "../../../src/view/page/numbers.ts";
import { element } from "../../../src/view/page/xml.ts";
import type { Between, LayerCoverage } from "../../engine/subspaces.ts";
import { drawing } from "../drawing.ts";

const FRAME = frameOf(480, 250, { left: 48, right: 14, top: 34, bottom: 50 });
/** The minimum distance between numbers, whose letters are larger on small screens. */
const APART = 32;
const ACROSS = [FRAME.left, FRAME.right] as const;
const UP = [FRAME.bottom, FRAME.top] as const;
const degrees = (angle: number): number => (180 * angle) / Math.PI;
const inDegrees = (angles: readonly number[]): string => angles.map((angle) => decimal(degrees(angle), 0)).join(", ");

/** Draws each angle as a dot, in ascending order, over those of random subspaces. */
export function anglesChart({ angles, drawn }: Between): TemplateResult {
  const x = linear([0.5, angles.length + 0.5], ACROSS);
  const y = linear([0, 90], UP);
  const place = (angle: number, k: number) => ({ x: x(k + 1), y: y(degrees(angle)) });
  return drawing(
    chartOf(
      FRAME,
      "small-chart",
      `Principal angles in degrees: ${inDegrees(angles)}; of random subspaces: ${inDegrees(drawn)}`,
      yTitle("principal angles"),
      levels(FRAME, y, { values: [0, 30, 60, 90], digits: 0 }, (angle) => `${angle}°`),
      wholeNumbers(FRAME, x, 1, angles.length, APART),
      xTitle(FRAME, "in ascending order"),
      line({ class: "random" }, drawn.map(place)),
      ...angles.map((angle, k) =>
        dot({ class: "dot" }, place(angle, k), 3.5, `angle ${k + 1}: ${decimal(degrees(angle), 1)}°`),
      ),
    ),
    "principal angles",
  );
}

/** Draws the covered directions, the effective number of them, and the latter for random subspaces. */
export function coverageChart({ steps: covered, width, heads }: LayerCoverage): TemplateResult {
  const x = linear([0, covered.length], ACROSS);
  const y = linear([0, width], UP);
  const stairs = (look: "rank" | "even" | "random"): string => {
    const d = covered.map((step, k) => `V${decimal(y(step[look]), 1)}H${decimal(x(k + 1), 1)}`);
    return element("path", { class: look, d: `M${x(0)} ${y(0)}${d.join("")}` });
  };
  const over = covered.map(({ rank, even }, k) => {
    const caption = `${plural(k + 1, "head")}: ${rank} directions, effective ${decimal(even, 0)}`;
    return bar({ class: "over" }, { x: x(k + 0.5), low: FRAME.bottom, high: FRAME.top }, x(1) - x(0), caption);
  });
  return drawing(
    chartOf(
      FRAME,
      "small-chart",
      `Directions covered as heads are added: ${covered.map(({ rank, even }, k) => `${heads[k]}: ${rank}, effective ${decimal(even, 0)}`).join("; ")}`,
      yTitle(`directions covered, of ${width}`),
      // widths are divided by powers of two
      levels(FRAME, y, { values: [0, 0.25, 0.5, 0.75, 1].map((share) => share * width), digits: 0 }),
      wholeNumbers(FRAME, x, 1, covered.length, APART),
      xTitle(FRAME, `${covered.length === 1 ? "head" : "heads"} added`),
      ...[stairs("random"), stairs("even"), stairs("rank")],
      ...over,
    ),
    "directions covered",
  );
}
