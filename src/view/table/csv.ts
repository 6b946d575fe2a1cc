/** A table as CSV (RFC 4180): a header line, lines that end in CR LF, an empty field for no value. */
import type { Cell, Table } from "./table.ts";

/** Formats a table as CSV. Numbers have as many digits as JSON's, so that reading them gives the same values. */
export function csvOf({ columns, rows }: Table): string {
  const lines = [columns.map(({ name }) => name), ...rows];
  return lines.map((cells) => `${cells.map(field).join(",")}\r\n`).join("");
}

/** Quotes a field that contains a separator, a quote or a line end; an empty text is quoted to differ from no value. */
function field(cell: Cell): string {
  if (cell === null) return "";
  const text = String(cell);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
