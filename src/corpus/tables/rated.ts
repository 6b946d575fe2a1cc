/**
 * Reads pairs of texts with human ratings of their similarity, as in STS-B (Cer et al. 2017), and labeled texts.
 */
import { keyed, keysOf } from "../../params/keyed.ts";
import { InputError } from "../../run/errors.ts";
import { type ColumnNames, type Columns, findColumns, howToName, listed, type Role } from "./columns.ts";
import { parseJsonLines } from "./json-lines.ts";
import { parseTable, type TableRecord } from "./table.ts";

export interface RatedTexts {
  readonly left: string;
  readonly right: string;
  readonly gold: number;
}

/** A text and its label. */
export interface LabelledLine {
  readonly text: string;
  readonly label: string;
}

const RATED = ["left", "right", "score"] as const;
const LABELLED = ["text", "label"] as const;

/** The values of some roles, with the file and line for errors. */
interface Row<R extends Role> {
  readonly where: string;
  readonly values: Readonly<Record<R, unknown>>;
}

/**
 * Returns pairs from a table (`.csv`, `.tsv`) or JSONL whose columns are named as usual (sentence1, sentence2, score;
 * question1, question2, is_duplicate; …) or by `columns`. A table of three columns without a header is text, text, number.
 * Throws `InputError` if the columns are ambiguous, and for a line without a text or a number.
 */
export function parseRated(content: string, name: string, columns: ColumnNames = {}): RatedTexts[] {
  const rows = rowsOf(content, name, RATED, columns);
  if (rows.length === 0) throw new InputError(`${name}: there is no pair; give two texts and a number on each line`);
  return rows.map(({ where, values: { left, right, score } }) => {
    const texts = { left: textOf(left, "left text", where), right: textOf(right, "right text", where) };
    if (isNumber(score)) return { ...texts, gold: Number(score) };
    throw new InputError(`${where}: the score ${shown(score)} is not a number; write the similarity of the texts as a number`);
  });
}

/**
 * Returns labeled texts from a table with a header (`.csv`, `.tsv`) or from JSONL, whose columns are named as usual (text,
 * label; sentence, label; …) or by `columns`. Throws `InputError` like `parseRated`.
 */
export function parseLabelled(content: string, name: string, columns: ColumnNames = {}): LabelledLine[] {
  const rows = rowsOf(content, name, LABELLED, columns);
  if (rows.length === 0) throw new InputError(`${name}: there is no text; give a text and a label on each line`);
  return rows.map(({ where, values: { text, label } }) => {
    const own = textOf(text, "text", where);
    if (["string", "number", "boolean"].includes(typeof label) && String(label).trim() !== "")
      return { text: own, label: String(label) };
    throw new InputError(`${where}: the label is missing; give every text one`);
  });
}

function rowsOf<R extends Role>(content: string, name: string, roles: readonly R[], columns: ColumnNames): Row<R>[] {
  const foreign = keysOf(columns).find((role) => !roles.some((own) => own === role));
  if (foreign) throw new InputError(`--columns names ${foreign}, which this task does not read; ${howToName(roles)}`);
  return /\.jsonl?$/i.test(name) ? fromJson(content, name, roles, columns) : fromTable(content, name, roles, columns);
}

const fromJson = <R extends Role>(content: string, name: string, roles: readonly R[], columns: ColumnNames): Row<R>[] =>
  parseJsonLines(content, name).map(({ line, value }) => {
    const where = `${name}: line ${line}`;
    const keys = Object.keys(value);
    const found = findColumns(keys, roles, columns, where);
    if (!found) throw new InputError(`${where}: the keys ${listed(keys)} do not name ${roles.join(", ")}; ${howToName(roles)}`);
    return { where, values: picked(roles, found, Object.values(value)) };
  });

function fromTable<R extends Role>(content: string, name: string, roles: readonly R[], columns: ColumnNames): Row<R>[] {
  const records = parseTable(content, name);
  const [first] = records;
  if (!first) return [];
  const found = findColumns(first.cells, roles, columns, `${name}: line ${first.line}`);
  const known = found ?? withoutHeader(first, name, roles);
  return records.slice(found ? 1 : 0).map(({ line, cells }) => {
    const where = `${name}: line ${line}`;
    if (cells.length === first.cells.length) return { where, values: picked(roles, known, cells) };
    throw new InputError(
      `${where}: ${counted(cells.length)}, but line ${first.line} has ${first.cells.length}; give every line as many`,
    );
  });
}

const counted = (cells: number): string => (cells === 1 ? "1 column" : `${cells} columns`);

/** Returns the columns of text, text, number: the only table without a header that is understood. */
function withoutHeader<R extends Role>({ line, cells }: TableRecord, name: string, roles: readonly R[]): Columns<R> {
  const [left, right, score] = cells;
  if (roles.length === 3 && cells.length === 3 && isNumber(score) && !isNumber(left) && !isNumber(right))
    return keyed(roles, (_, k) => k);
  const tabs = cells.length === 1 && left?.includes("\t") ? "write a .tsv file for tabs, or " : "";
  throw new InputError(
    `${name}: line ${line}: ${listed(cells)} does not name the columns ${roles.join(", ")}; ${tabs}write a header and ${howToName(roles)}`,
  );
}

const picked = <R extends Role>(roles: readonly R[], columns: Columns<R>, values: readonly unknown[]): Record<R, unknown> =>
  keyed(roles, (role) => values[columns[role]]);

const isNumber = (value: unknown): boolean =>
  (typeof value === "number" || (typeof value === "string" && value.trim() !== "")) && Number.isFinite(Number(value));

function textOf(value: unknown, what: string, where: string): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new InputError(`${where}: the ${what} is missing; give every line one`);
}

/** Quotes a value of a file, truncated to fit on a line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "(none)";
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
