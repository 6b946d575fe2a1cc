/** Columns, notes and costs for the terminal. */
import type { Report } from "../../heads/report/schema.ts";
import type { plain } from "../chart/shades.ts";
import { count, decimal } from "../page/numbers.ts";

/** The width to write for if the terminal's is unknown. */
export const DEFAULT_COLUMNS = 80;
const GAP = "  ";

/** The layout of a table. */
export interface TableOptions {
  /** The number of first columns that are left-aligned; the others are right-aligned. */
  readonly left: number;
  /** The maximum width; default 80. */
  readonly columns?: number;
  readonly indent?: string;
}

/**
 * Formats a table in which each column is as wide as its widest cell. A table wider than `columns` continues below with the
 * other columns, and repeats its first one; texts in the first column that leave no room for another are cut with "…".
 */
export function columnTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { left, columns = DEFAULT_COLUMNS, indent = GAP }: TableOptions,
): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, k) => Math.max(...all.map((row) => row[k]?.length ?? 0)));
  const widest = Math.max(0, ...widths.slice(1));
  const first = Math.min(widths[0]!, Math.max(8, columns - indent.length - (widths.length > 1 ? GAP.length + widest : 0)));
  const parts = partsOf(widths.slice(1), columns - indent.length - first);
  const cell = (row: readonly string[], k: number) => {
    const text = k === 0 ? clipped(row[0] ?? "", first) : (row[k] ?? "");
    const width = k === 0 ? first : widths[k]!;
    return k < left ? text.padEnd(width) : text.padStart(width);
  };
  return parts.flatMap((part, at) => [
    ...(at > 0 ? [""] : []),
    ...all.map((row) => `${indent}${[0, ...part].map((k) => cell(row, k)).join(GAP)}`.trimEnd()),
  ]);
}

/** Splits the columns after the first into parts that fit in `room`; each part has at least one. */
function partsOf(widths: readonly number[], room: number): number[][] {
  const parts: number[][] = [[]];
  let taken = 0;
  for (const [k, width] of widths.entries()) {
    if (taken > 0 && taken + GAP.length + width > room) {
      parts.push([]);
      taken = 0;
    }
    parts.at(-1)!.push(k + 1);
    taken += GAP.length + width;
  }
  return parts;
}

/** Cuts a text to a width; the cut is shown. */
const clipped = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

/** Formats a note as a list item, wrapped between words. */
export const wrappedNote = (note: string, columns: number): string[] => wrapped(note, columns, "  - ", "    ");

/**
 * Wraps text into lines of at most `columns`, including the prefixes of the first and the other lines. A word longer than a line,
 * such as a path, is split.
 */
export function wrapped(text: string, columns: number, first: string, others = first): string[] {
  const lines: string[] = [];
  const room = Math.max(1, columns - Math.max(first.length, others.length));
  const words = text.split(" ").flatMap((word) => word.match(new RegExp(`.{1,${room}}`, "gsu")) ?? [""]);
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${lines.length ? others : first}${word}`);
  }
  return lines;
}

/** Puts items side by side, as many per line as fit, after a prefix on the first line. */
export function wrappedItems(items: readonly string[], columns: number, first: string): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + item.length <= columns) lines[lines.length - 1] = `${last}   ${item}`;
    else lines.push(`${lines.length ? " ".repeat(first.length) : first}${item}`);
  }
  return lines;
}

/** Formats a model's id and the start of its hash, on one line if they fit. */
export function modelLines(
  { id, sha256 }: { readonly id: string; readonly sha256: string },
  columns: number,
  style: Pick<typeof plain, "bold" | "dim">,
): string[] {
  const hash = `sha256 ${sha256.slice(0, 12)}`;
  const fits = id.length + GAP.length + hash.length <= columns;
  if (fits) return [`${style.bold(id)}${GAP}${style.dim(hash)}`];
  return [...wrapped(id, columns, "", "  ").map((line) => style.bold(line)), `  ${style.dim(hash)}`];
}

/** Formats the cost and speed of a measurement. */
export function costLine(cost: Report["cost"]): string {
  const speed = cost.seconds > 0 ? `, ${count(Math.round(cost.tokens / cost.seconds))} tokens/s` : "";
  return `${decimal(cost.seconds, 1)} s, ${count(Math.round(cost.peakBytes / 2 ** 20))} MiB peak${speed}`;
}
