/**
 * Reads tables: comma-separated values with quotes (RFC 4180) and tab-separated values without, each record with its line.
 */
import { InputError } from "../../run/errors.ts";

/** One record of a table. */
export interface TableRecord {
  /** The line of the file on which the record starts. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Returns the records of a `.tsv` or `.csv` file that are not blank. In tab-separated values a quote is an ordinary character,
 * as in GLUE's files. Throws `InputError` naming the line of a quoted cell that is not closed properly.
 */
export function parseTable(content: string, name: string): TableRecord[] {
  const text = content.charCodeAt(0) === BYTE_ORDER_MARK ? content.slice(1) : content;
  const records = /\.tsv$/i.test(name) ? tabSeparated(text) : commaSeparated(text, name);
  return records.filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
}

const BYTE_ORDER_MARK = 0xfeff;

const tabSeparated = (text: string): TableRecord[] =>
  text.split(/\r?\n/).map((line, k) => ({ line: k + 1, cells: line.split("\t") }));

function commaSeparated(text: string, name: string): TableRecord[] {
  const records: TableRecord[] = [];
  let [at, line] = [0, 1];
  while (at < text.length) {
    const first = line;
    const cells: string[] = [];
    for (let more = true; more; ) {
      const end = text[at] === '"' ? quotedEnd(text, at, `${name}: line ${line}`) : plainEnd(text, at);
      const cell = text.slice(at, end);
      cells.push(cell[0] === '"' ? cell.slice(1, -1).replaceAll('""', '"') : cell);
      if (cell[0] === '"') line += lineEnds(cell);
      more = text[end] === ",";
      at = more ? end + 1 : end;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line++;
    records.push({ line: first, cells });
  }
  return records;
}

/** Returns the position of the comma, the line end or the text's end after a cell without quotes. */
function plainEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isEnd(text.charCodeAt(at))) at++;
  return at;
}

const isEnd = (code: number): boolean => code === 0x2c || code === 0x0a || code === 0x0d;

/** Returns the position after the closing quote; a doubled quote inside stands for one. */
function quotedEnd(text: string, from: number, where: string): number {
  let at = text.indexOf('"', from + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  if (at < 0) throw new InputError(`${where}: a quoted cell does not end; close the quote or double the quotes inside it`);
  if (at + 1 === text.length || isEnd(text.charCodeAt(at + 1))) return at + 1;
  throw new InputError(`${where}: text follows a quoted cell; double the quotes inside it`);
}

const lineEnds = (cell: string): number => cell.match(/\r\n|\r|\n/g)?.length ?? 0;
