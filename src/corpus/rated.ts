/** Pairs of texts with a number that says how alike people find them, as STS-B has them (Cer et al. 2017). */
import { csvParseRows } from "d3-dsv";
import { InputError } from "../run/errors.ts";

export interface RatedTexts {
  readonly left: string;
  readonly right: string;
  readonly gold: number;
}

const jsonOf = (line: string): Record<string, unknown> => {
  const value: unknown = JSON.parse(line);
  if (typeof value !== "object" || value === null) throw new SyntaxError("it is no object");
  return value as Record<string, unknown>;
};

/** The objects of a JSONL text. Throws `InputError` with `name` and the line that is none. */
function parseJsonLines(content: string, name: string): { readonly line: number; readonly value: Record<string, unknown> }[] {
  return content.split(/\r?\n/).flatMap((text, k) => {
    if (text.trim() === "") return [];
    try {
      return [{ line: k + 1, value: jsonOf(text) }];
    } catch (error) {
      throw new InputError(`${name}: line ${k + 1} is not a JSON object (${(error as Error).message})`);
    }
  });
}

/**
 * Pairs from a table of two texts and a number (`.csv`, `.tsv`; a first line without a number is a heading), or from JSONL
 * with `left`, `right` and `score` (or `sentence1`, `sentence2`). Throws `InputError` naming the line that lacks one.
 */
export function parseRated(content: string, name: string): RatedTexts[] {
  const rows = /\.jsonl?$/i.test(name) ? fromJson(content, name) : fromTable(content, name);
  if (rows.length === 0) throw new InputError(`${name}: holds no pair: give two texts and a number on each line`);
  return rows;
}

const fromJson = (content: string, name: string): RatedTexts[] =>
  parseJsonLines(content, name).map(({ line, value }) =>
    rated([value.left ?? value.sentence1, value.right ?? value.sentence2, value.score ?? value.label], `${name}: line ${line}`),
  );

/** Quotes mean something in `.csv` only, where a quoted text may hold commas. */
function fromTable(content: string, name: string): RatedTexts[] {
  const text = content.replace(/^\ufeff/, "");
  const records = /\.tsv$/i.test(name) ? text.split(/\r?\n/).map((line) => line.split("\t")) : csvParseRows(text);
  const rows = records.map((record, k) => ({ record, line: k + 1 })).filter(({ record }) => record.some((cell) => cell !== ""));
  const heading = rows[0] && !isNumber(rows[0].record[2]);
  return rows.slice(heading ? 1 : 0).map(({ record, line }) => rated(record, `${name}: line ${line}`));
}

const isNumber = (value: unknown): boolean =>
  (typeof value === "number" || (typeof value === "string" && value.trim() !== "")) && Number.isFinite(Number(value));

function rated([left, right, gold]: readonly unknown[], where: string): RatedTexts {
  if (typeof left !== "string" || typeof right !== "string" || left.trim() === "" || right.trim() === "") {
    throw new InputError(`${where}: has no two texts: write text, text, number`);
  }
  if (!isNumber(gold)) throw new InputError(`${where}: has no number that says how alike the texts are`);
  return { left, right, gold: Number(gold) };
}

/** A text and its label. */
export interface LabelledLine {
  readonly text: string;
  readonly label: string;
}

/** Texts with labels from JSONL with `text` and `label`. Throws `InputError` naming the line that lacks one. */
export function parseLabelled(content: string, name: string): LabelledLine[] {
  const rows = parseJsonLines(content, name).map(({ line, value: { text, label } }) => {
    if (typeof text !== "string" || text.trim() === "") throw new InputError(`${name}: line ${line} has no "text"`);
    if (typeof label !== "string" && typeof label !== "number" && typeof label !== "boolean") {
      throw new InputError(`${name}: line ${line} has no "label": every text needs one`);
    }
    return { text, label: String(label) };
  });
  if (rows.length === 0) throw new InputError(`${name}: holds no text: write {"text": …, "label": …} on each line`);
  return rows;
}
