/** Rows of the result, and how they are printed. */
import { median } from "./race.mjs";

/**
 * @typedef {object} Row
 * @property {string} what what was run
 * @property {string} against what it is compared with
 * @property {number} [ratio] of medians
 * @property {number} [ratioOfLeast] of the quickest runs
 * @property {string} [goal]
 * @property {boolean} [met] by the medians
 */

/** The meaning of a ratio: `speed` of the other's, `time` of the other's, or how many times as fast as it. */
const RATIOS = {
  speed: (own, other) => other / own,
  time: (own, other) => own / other,
};

/** Rows from the times of a race. `own` is a name or the sum of several. */
export function rowsOf(times) {
  const sum = (names, f) => [names].flat().reduce((total, name) => total + f(times.get(name)), 0);
  const least = (numbers) => Math.min(...numbers);
  return (what, own, kind, against, other, goal) => {
    const [a, b] = [sum(own, median), sum(other, median)];
    const [a0, b0] = [sum(own, least), sum(other, least)];
    const ratio = RATIOS[kind](a, b);
    const met = goal && (kind === "speed" ? ratio >= goal : ratio <= goal);
    const [own_, other_] = [
      { median: a, least: a0 },
      { median: b, least: b0 },
    ];
    return {
      what,
      own: own_,
      against,
      other: other_,
      kind,
      ratio,
      ratioOfLeast: RATIOS[kind](a0, b0),
      goal: goalText(kind, goal),
      met,
    };
  };
}

const goalText = (kind, goal) => goal && `${kind === "speed" ? "≥" : "≤"} ${goal}`;

const shown = ({ median: m, least }) => `${m.toFixed(1)} (${least.toFixed(1)})`;

/** A section as lines: a title, and columns as wide as they need to be. `best` is what the quickest run has of the unit. */
export function section(title, rows, { unit = "ms", best = "least" } = {}) {
  const head = ["", `${unit}: median (${best})`, "against", `its ${unit}`, "ratio", `of ${best}`, "goal"];
  const cells = rows.map((row) =>
    row.missing
      ? [row.what, row.own ? shown(row.own) : "", row.against ?? "", row.missing, "", "", ""]
      : [
          row.what,
          shown(row.own),
          row.against,
          shown(row.other),
          `${row.ratio.toFixed(2)}`,
          row.ratioOfLeast.toFixed(2),
          row.goal ? `${row.goal} ${row.met ? "met" : "MISSED"}` : "",
        ],
  );
  const all = [head, ...cells];
  const widths = head.map((_, c) =>
    Math.max(...all.map((row) => (row[3].startsWith("not set up") && c === 3 ? 0 : row[c].length))),
  );
  const line = (row) => `  ${row.map((cell, c) => cell.padEnd(widths[c])).join("  ")}`.trimEnd();
  return [title, ...all.map(line)].join("\n");
}
