/** Reads CoNLL-U (Universal Dependencies): ten columns per word, a blank line between sentences; every tree is checked. */
import { InputError } from "../run/errors.ts";
import type { Texts } from "./lines.ts";
import type { Corpus, Sentence, Word } from "./sentence.ts";

const COLUMNS = 10;

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Parses sentences with gold trees. Throws `InputError` with the line of the first invalid column, head or cycle. */
export function parseConllu(text: string, name: string): Corpus {
  const reader = createReader(name);
  const sentences = [...text.replace(/^\ufeff/, "").split(/\r?\n/), ""].flatMap((line) => reader.line(line));
  reader.end();
  return { id: name, sentences, trees: true };
}

/** Streams the sentences of a CoNLL-U file from its lines; throws like `parseConllu`. */
export async function* readConllu(lines: Texts, name: string): AsyncGenerator<Sentence> {
  const reader = createReader(name);
  for await (const line of lines) yield* reader.line(line);
  yield* reader.line("");
  reader.end();
}

/** Creates a reader of lines; a blank one ends a sentence. */
function createReader(name: string) {
  let rows: Row[] = [];
  let [line, count] = [0, 0];
  return {
    line(text: string): Sentence[] {
      line++;
      if (text.trim() !== "") {
        rows.push({ line, cells: text.startsWith("#") ? [text] : text.split("\t") });
        return [];
      }
      const block = rows;
      rows = [];
      return block.some((row) => !row.cells[0]!.startsWith("#")) ? [parseSentence(block, count++, name)] : [];
    },
    end(): void {
      if (count === 0)
        throw new InputError(`${name}: there is no sentence; give a CoNLL-U file, with ten tab-separated columns per word`);
    },
  };
}

function parseSentence(rows: readonly Row[], index: number, name: string): Sentence {
  const comment = (key: string) =>
    rows
      .map((r) => r.cells[0]!)
      .find((c) => c.startsWith(`# ${key} =`))
      ?.slice(key.length + 4)
      .trim();
  const lines = rows.filter((row) => !row.cells[0]!.startsWith("#"));
  for (const row of lines) checkColumns(row, name);
  const words = lines.filter((row) => /^\d+$/.test(row.cells[0]!));
  for (const [i, row] of words.entries()) {
    if (Number(row.cells[0]) !== i + 1)
      throw wrong(name, row, `the ID is ${row.cells[0]}, but the next word is ${i + 1}; number the words from 1`);
  }
  checkRanges(lines, words.length, name);
  const heads = words.map((row) => headOf(row, words.length, name));
  checkTree(heads, words, name);
  const { text, spans } = layOut(lines);
  return {
    id: comment("sent_id") ?? `${index + 1}`,
    text,
    words: words.map(({ cells }, i): Word => {
      const [start, end] = spans[i]!;
      return { form: cells[1]!, start, end, upos: cells[3]!, head: heads[i]!, relation: cells[7]! };
    }),
  };
}

const wrong = (name: string, row: Row, what: string): InputError => new InputError(`${name}:${row.line}: ${what}`);

function checkColumns(row: Row, name: string): void {
  if (row.cells.length !== COLUMNS)
    throw wrong(name, row, `${row.cells.length} tab-separated columns, but CoNLL-U has ${COLUMNS}; correct the line`);
  if (!/^\d+([-.]\d+)?$/.test(row.cells[0]!))
    throw wrong(name, row, `the ID "${row.cells[0]}" is not a number, a range or an empty node; correct it`);
  if (row.cells[1] === "") throw wrong(name, row, "the FORM is empty; add the word");
}

function headOf(row: Row, count: number, name: string): number {
  const cell = row.cells[6]!;
  if (cell === "_" || cell === "")
    throw wrong(name, row, "the HEAD is missing; parse the sentence first, or give its text without trees");
  if (!/^\d+$/.test(cell) || Number(cell) > count)
    throw wrong(name, row, `the HEAD "${cell}" is not one of 0 to ${count}; correct it`);
  if (cell === row.cells[0]) throw wrong(name, row, "the word is its own HEAD; correct it");
  if (row.cells[7] === "_" || row.cells[7] === "") throw wrong(name, row, "the DEPREL is missing; add the relation");
  return Number(cell) - 1;
}

/** Checks the ranges: a surface token of several words comes before the first of them, and no word is in two. */
function checkRanges(lines: readonly Row[], count: number, name: string): void {
  let [next, last] = [1, 0];
  for (const row of lines) {
    const [from, to] = row.cells[0]!.split("-").map(Number) as [number, number?];
    if (to === undefined) next = Math.floor(from) + 1;
    else if (from !== next || from <= last || to < from || to > count) {
      throw wrong(
        name,
        row,
        `the range ${row.cells[0]} is not within words ${Math.max(next, last + 1)} to ${count}; correct it`,
      );
    } else last = to;
  }
}

/** Checks that there is one root, and a path to it from every word; no word is visited twice. */
function checkTree(heads: readonly number[], rows: readonly Row[], name: string): void {
  const roots = heads.filter((h) => h < 0).length;
  if (roots !== 1)
    throw wrong(name, rows[0]!, `the sentence has ${roots} roots (HEAD 0), but a tree has one; correct the HEADs`);
  const passed = new Int32Array(heads.length).fill(-1); // the word whose path up visited each word
  for (const [i, row] of rows.entries()) {
    let at = i;
    for (; at >= 0 && passed[at]! < 0; at = heads[at]!) passed[at] = i;
    if (at >= 0 && passed[at] === i) throw wrong(name, row, "the HEADs form a cycle; correct them");
  }
}

/**
 * Returns the text of the forms and the span of each word in it; words of one surface token share its span unless their forms
 * add up to it.
 */
function layOut(lines: readonly Row[]): { text: string; spans: [number, number][] } {
  const forms = lines.filter((row) => /^\d+$/.test(row.cells[0]!)).map((row) => row.cells[1]!);
  let text = "";
  const spans: [number, number][] = [];
  let last = 0;
  const put = (cells: readonly string[]): [number, number] => {
    const start = text.length;
    text += cells[1]!;
    const end = text.length;
    if (!/(^|\|)SpaceAfter=No(\||$)/.test(cells[9]!)) text += " ";
    return [start, end];
  };
  for (const { cells } of lines) {
    const [id, to] = cells[0]!.split("-").map(Number);
    if (cells[0]!.includes(".")) continue;
    if (to !== undefined) {
      spans.push(...shareOut(put(cells), cells[1]!, forms.slice(id! - 1, to)));
      last = to;
    } else if (id! > last) spans.push(put(cells));
  }
  return { text: text.trimEnd(), spans };
}

function shareOut([start, end]: [number, number], surface: string, forms: readonly string[]): [number, number][] {
  if (forms.join("") !== surface) return forms.map(() => [start, end]);
  let at = start;
  return forms.map((form) => [at, (at += form.length)]);
}
