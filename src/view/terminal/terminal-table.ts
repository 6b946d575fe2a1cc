/** Columns, notes and costs for the terminal. */
import type { Report } from "../../heads/report/schema.ts";
import { compact, count, decimal } from "../page/numbers.ts";

/** Formats columns as wide as their widest cell; the first `left` of them are left-aligned, the others right-aligned. */
export function columnTable(head: readonly string[], rows: readonly (readonly string[])[], left: number): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, i) => (i < left ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ")}`;
  return [line(head), ...rows.map(line)];
}

/** Formats a note as a list item, wrapped between words. */
export const wrappedNote = (note: string, columns: number): string[] => wrapped(note, columns, "  - ", "    ");

/** Wraps text into lines of at most `columns`, including the prefixes of the first and the other lines. */
export function wrapped(text: string, columns: number, first: string, others = first): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${lines.length ? others : first}${word}`);
  }
  return lines;
}

/** Formats the cost and speed of a measurement. */
export function costLine(cost: Report["cost"]): string {
  const speed = cost.seconds > 0 ? `, ${count(Math.round(cost.tokens / cost.seconds))} tokens/s` : "";
  return `${decimal(cost.seconds, 1)} s, ${compact(cost.peakBytes / 2 ** 20)} MiB peak${speed}`;
}
