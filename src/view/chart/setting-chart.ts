/** A measure against the settings of one axis, or against steps, as a small SVG: a line for each series, with the seeds as dots. */
import { decimal } from "../page/numbers.ts";
import { columns, levels, xTitle } from "./axis.ts";
import { chartOf, frameOf } from "./frame.ts";
import { dot, endNames, label, line, whisker } from "./marks.ts";
import { linear, type Scale, ticks, ticksAround } from "./scale.ts";

/** A value at one setting: the mean with its interval, and the seeds. */
export interface SettingPoint {
  readonly mean: number;
  /** The interval; absent for a single seed. */
  readonly low?: number;
  readonly high?: number;
  readonly seeds: readonly number[];
}

/** One line: a point for each setting, `null` where there is none. */
export interface SettingSeries {
  readonly name: string;
  readonly points: readonly (SettingPoint | null)[];
}

export interface SettingChart {
  readonly title: string;
  /** The axis, and the names of its settings in order. */
  readonly axis: string;
  readonly settings: readonly string[];
  readonly series: readonly SettingSeries[];
  readonly digits?: number;
}

/** One width for all charts, so that their texts have one size. */
const WIDTH = 460;
/** Pixels of a letter of a name at the end of a line. */
const LETTER = 6.2;

/** Returns a frame with room for names at the right, at most half of it. */
const frameFor = (names: readonly string[]) => {
  const right = Math.min(WIDTH / 2, 18 + LETTER * Math.max(0, ...names.map((name) => name.length)));
  return frameOf(WIDTH, 230, { left: 52, right, top: 30, bottom: 42 });
};
/** The distance of the first and the last setting from the edges of the plot. */
const ROOM = 16;
const RULES = 5;
/** The colors of lines repeat after this many. */
const COLORS = 6;

const lookOf = (k: number): string => `s${k % COLORS}`;

/** Draws the chart; the page's style colors it (`SETTING_STYLE`). */
export function settingChart({ title, axis, settings, series, digits = 3 }: SettingChart): string {
  const values = series.flatMap(({ points }) =>
    points.flatMap((point) => (point ? [...point.seeds, point.mean, point.low ?? point.mean, point.high ?? point.mean] : [])),
  );
  const frame = frameFor(series.length > 1 ? series.map(({ name }) => name) : []);
  const around = ticksAround(Math.min(...values), Math.max(...values), RULES);
  const y = linear(around.domain, [frame.bottom, frame.top]);
  const x = (k: number) =>
    settings.length === 1
      ? (frame.left + frame.right) / 2
      : linear([0, settings.length - 1], [frame.left + ROOM, frame.right - ROOM])(k);
  const ends = series.flatMap(({ name, points }, k) => {
    const last = points.findLast((point) => point !== null);
    return last && series.length > 1 ? [{ name, y: y(last.mean), look: lookOf(k) }] : [];
  });
  const numbers = series.map(
    ({ name, points }) => `${name} ${points.map((p) => (p ? decimal(p.mean, digits) : "none")).join(", ")}`,
  );
  return chartOf(
    frame,
    "settings",
    `${title} by ${axis} (${settings.join(", ")}): ${numbers.join("; ")}`,
    label(0, 14, title, "start", { class: "name" }),
    levels(frame, y, around),
    ...settings.map((name, k) => label(x(k), frame.bottom + 16, name, "middle")),
    xTitle(frame, axis),
    ...series.map(({ points }, k) =>
      line(
        { class: `line ${lookOf(k)}` },
        points.map((point, at) => (point ? { x: x(at), y: y(point.mean) } : null)),
      ),
    ),
    ...series.flatMap(({ name, points }, k) =>
      points.map((point, at) =>
        point ? mark(point, { name: `${name}${name ? ", " : ""}${settings[at]}`, look: lookOf(k) }, x(at), y, digits) : "",
      ),
    ),
    endNames(ends, frame.right + 6, frame.top, frame.bottom),
  );
}

function mark(
  { mean, low, high, seeds }: SettingPoint,
  { name, look }: { name: string; look: string },
  x: number,
  y: Scale,
  digits: number,
): string {
  const known = low !== undefined && high !== undefined;
  const span = known ? ` (${decimal(low, digits)} to ${decimal(high, digits)})` : "";
  return [
    ...seeds.map((seed) => dot({ class: `seed ${look}` }, { x, y: y(seed) }, 2)),
    ...(known ? [whisker({ class: `interval ${look}` }, { x, low: y(low), high: y(high) })] : []),
    dot({ class: `mean ${look}` }, { x, y: y(mean) }, 3.5, `${name}: ${decimal(mean, digits)}${span}`),
  ].join("");
}

/** One learning curve; curves of one `group` have one color. */
export interface LearningCurve {
  readonly group: string;
  readonly points: readonly (readonly [step: number, loss: number])[];
}

/** Draws losses by step, a thin line for each model; the groups are named at the ends of their first lines. */
export function learningCurves(title: string, curves: readonly LearningCurve[]): string {
  const points = curves.flatMap((curve) => curve.points);
  const groups = [...new Set(curves.map(({ group }) => group))];
  const frame = frameFor(groups);
  const around = ticksAround(Math.min(...points.map(([, loss]) => loss)), Math.max(...points.map(([, loss]) => loss)), RULES);
  const most = Math.max(...points.map(([step]) => step));
  const x = linear([0, most], [frame.left, frame.right]);
  const y = linear(around.domain, [frame.bottom, frame.top]);
  const ends = groups.map((name, k) => {
    const last = curves.find(({ group }) => group === name)!.points.at(-1);
    return { name, y: y(last?.[1] ?? 0), look: lookOf(k) };
  });
  return chartOf(
    frame,
    "settings",
    `${title}: ${groups.join(", ")}`,
    label(0, 14, title, "start", { class: "name" }),
    levels(frame, y, around),
    columns(frame, x, ticks(0, most, RULES)),
    xTitle(frame, "steps"),
    ...curves.map(({ group, points: own }) =>
      line(
        { class: `curve ${lookOf(groups.indexOf(group))}` },
        own.map(([step, loss]) => ({ x: x(step), y: y(loss) })),
      ),
    ),
    groups.length > 1 ? endNames(ends, frame.right + 6, frame.top, frame.bottom) : "",
  );
}

/** Style rules for the charts on a page with the report's colors. */
export const SETTING_STYLE = `
.settings { display: block; width: 100%; max-width: 620px; height: auto; overflow: visible }
.settings text { fill: var(--dim); font-size: 11px }
.settings .name { fill: var(--ink); font-size: 13px; font-weight: 600 }
.settings .rule { stroke: var(--line) }
.settings .s0 { --own: light-dark(#0a5ea8, #86bdf0) } .settings .s1 { --own: light-dark(#b3401a, #f0936b) }
.settings .s2 { --own: light-dark(#0f7b6c, #45c4b0) } .settings .s3 { --own: light-dark(#7a3ea8, #c79bf0) }
.settings .s4 { --own: light-dark(#8a6a00, #d9b84a) } .settings .s5 { --own: light-dark(#59606a, #a0a9b3) }
.settings .line, .settings .curve, .settings .interval { fill: none; stroke: var(--own) }
.settings .line { stroke-width: 1.8 } .settings .curve { stroke-width: 1; opacity: .75 }
.settings .seed { fill: var(--own); opacity: .45 }
.settings .mean { fill: var(--own); stroke: var(--paper) }
.settings text[class^="s"] { fill: var(--own) }
`;
