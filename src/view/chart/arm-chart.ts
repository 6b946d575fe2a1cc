/** A measure of a study's arms as a small SVG: dots for seeds, the mean with its interval, one row for each arm. */
import { decimal } from "../page/numbers.ts";
import { columns } from "./axis.ts";
import { chartOf, frameOf } from "./frame.ts";
import { dot, label, line } from "./marks.ts";
import { bands, linear, ticksAround } from "./scale.ts";

/** The values of one arm. */
export interface ArmRow {
  readonly name: string;
  readonly mean: number;
  /** The interval; absent for a single seed. */
  readonly low?: number;
  readonly high?: number;
  readonly seeds: readonly number[];
}

const ROW = 26;
/** The maximum number of numbers along the axis. */
const NUMBERS = 5;

/** Draws the chart; the page's style colors it (`ARM_STYLE`). */
export function armChart(title: string, rows: readonly ArmRow[], digits = 3): string {
  const frame = frameOf(360, 30 + ROW * rows.length + 26, { left: 96, right: 18, top: 30, bottom: 26 });
  const values = rows.flatMap(({ seeds, low, high, mean }) => [...seeds, mean, low ?? mean, high ?? mean]);
  const around = ticksAround(Math.min(...values), Math.max(...values), NUMBERS);
  const x = linear(around.domain, [frame.left, frame.right]);
  const y = bands(rows.length, [frame.top, frame.bottom]);
  const marks = rows.map(({ name, mean, low, high, seeds }, k) => {
    const middle = y.middle(k);
    const known = low !== undefined && high !== undefined;
    const span = known ? ` (${decimal(low, digits)} to ${decimal(high, digits)})` : "";
    return [
      label(frame.left - 10, middle + 4, name, "end", { class: "arm" }),
      ...seeds.map((seed) => dot({ class: "seed" }, { x: x(seed), y: middle }, 2.5)),
      ...(known
        ? [
            line({ class: "interval" }, [
              { x: x(low), y: middle },
              { x: x(high), y: middle },
            ]),
          ]
        : []),
      dot({ class: "mean" }, { x: x(mean), y: middle }, 4, `${name}: ${decimal(mean, digits)}${span}`),
    ].join("");
  });
  const numbers = rows.map(({ name, mean }) => `${name} ${decimal(mean, digits)}`).join(", ");
  return chartOf(
    frame,
    "arms",
    `${title}: ${numbers}`,
    label(0, 14, title, "start", { class: "name" }),
    columns(frame, x, around),
    ...marks,
  );
}

/** Style rules for the charts on a page with the report's colors. */
export const ARM_STYLE = `
.arms { display: block; width: 100%; max-width: 460px; height: auto; overflow: visible }
.arms text { fill: var(--dim); font-size: 11px }
.arms .name { fill: var(--ink); font-size: 13px; font-weight: 600 }
.arms .arm { fill: var(--ink); font-size: 12px }
.arms .rule { stroke: var(--line) }
.arms .interval { fill: none; stroke: var(--accent); stroke-width: 1.5 }
.arms .seed { fill: var(--fill); opacity: .55 }
.arms .mean { fill: var(--accent); stroke: var(--paper) }
`;
