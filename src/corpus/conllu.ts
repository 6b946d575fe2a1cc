/** Reads CoNLL-U (Universal Dependencies): ten columns per word, a blank line between sentences; every tree is checked. */
import { InputError } from "../run/errors.ts";
import type { Texts } from "./lines.ts";
import type { Corpus, Sentence, Word } from "./sentence.ts";

const COLUMNS = 10;

interface Row {
  readonly line: number;
  readonly text: string;
}

/** The columns that are read of a word, a range of words or an empty node. */
interface TokenRow extends Pick<Row, "line"> {
  readonly id: string;
  readonly form: string;
  readonly upos: string;
  readonly head: string;
  readonly relation: string;
  readonly misc: string;
}

const isComment = ({ text }: Row): boolean => text.startsWith("#");
const isWord = ({ id }: TokenRow): boolean => /^\d+$/.test(id);

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
        rows.push({ line, text });
        return [];
      }
      const block = rows;
      rows = [];
      return !block.every(isComment) ? [parseSentence(block, count++, name)] : [];
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
      .find(({ text }) => text.startsWith(`# ${key} =`))
      ?.text.slice(key.length + 4)
      .trim();
  const lines = rows.filter((row) => !isComment(row)).map((row) => tokenOf(row, name));
  const words = lines.filter(isWord);
  for (const [i, row] of words.entries()) {
    if (Number(row.id) !== i + 1)
      throw wrong(name, row, `the ID is ${row.id}, but the next word is ${i + 1}; number the words from 1`);
  }
  checkRanges(lines, words.length, name);
  const heads = words.map((row) => headOf(row, words.length, name));
  checkTree(heads, words, name);
  const { text, spans } = layOut(lines);
  return {
    id: comment("sent_id") ?? `${index + 1}`,
    text,
    words: spans.flatMap(([start, end], i) =>
      words.slice(i, i + 1).map(({ form, upos, relation }): Word => ({ form, start, end, upos, head: heads[i], relation })),
    ),
  };
}

const wrong = (name: string, row: Pick<Row, "line">, what: string): InputError =>
  new InputError(`${name}:${row.line}: ${what}`);

/** Returns the columns of a line that are read. */
function tokenOf(row: Row, name: string): TokenRow {
  const cells = row.text.split("\t");
  if (cells.length !== COLUMNS)
    throw wrong(name, row, `${cells.length} tab-separated columns, but CoNLL-U has ${COLUMNS}; correct the line`);
  const [id = "", form = "", , upos = "", , , head = "", relation = "", , misc = ""] = cells;
  if (!/^\d+([-.]\d+)?$/.test(id))
    throw wrong(name, row, `the ID "${id}" is not a number, a range or an empty node; correct it`);
  if (form === "") throw wrong(name, row, "the FORM is empty; add the word");
  return { line: row.line, id, form, upos, head, relation, misc };
}

function headOf(row: TokenRow, count: number, name: string): number {
  const cell = row.head;
  if (cell === "_" || cell === "")
    throw wrong(name, row, "the HEAD is missing; parse the sentence first, or give its text without trees");
  if (!/^\d+$/.test(cell) || Number(cell) > count)
    throw wrong(name, row, `the HEAD "${cell}" is not one of 0 to ${count}; correct it`);
  if (cell === row.id) throw wrong(name, row, "the word is its own HEAD; correct it");
  if (row.relation === "_" || row.relation === "") throw wrong(name, row, "the DEPREL is missing; add the relation");
  return Number(cell) - 1;
}

/** Checks the ranges: a surface token of several words comes before the first of them, and no word is in two. */
function checkRanges(lines: readonly TokenRow[], count: number, name: string): void {
  let [next, last] = [1, 0];
  for (const row of lines) {
    const [from = 0, to] = row.id.split("-").map(Number);
    if (to === undefined) next = Math.floor(from) + 1;
    else if (from !== next || from <= last || to < from || to > count) {
      throw wrong(name, row, `the range ${row.id} is not within words ${Math.max(next, last + 1)} to ${count}; correct it`);
    } else last = to;
  }
}

/** Checks that there is one root, and a path to it from every word; no word is visited twice. */
function checkTree(heads: readonly number[], rows: readonly TokenRow[], name: string): void {
  const roots = heads.filter((h) => h < 0).length;
  const [first] = rows;
  if (first && roots !== 1)
    throw wrong(name, first, `the sentence has ${roots} roots (HEAD 0), but a tree has one; correct the HEADs`);
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
function layOut(lines: readonly TokenRow[]): { text: string; spans: [number, number][] } {
  const forms = lines.filter(isWord).map(({ form }) => form);
  let text = "";
  const spans: [number, number][] = [];
  let last = 0;
  const put = ({ form, misc }: TokenRow): [number, number] => {
    const start = text.length;
    text += form;
    const end = text.length;
    if (!/(^|\|)SpaceAfter=No(\||$)/.test(misc)) text += " ";
    return [start, end];
  };
  for (const row of lines) {
    const [id = 0, to] = row.id.split("-").map(Number);
    if (row.id.includes(".")) continue;
    if (to !== undefined) {
      spans.push(...shareOut(put(row), row.form, forms.slice(id - 1, to)));
      last = to;
    } else if (id > last) spans.push(put(row));
  }
  return { text: text.trimEnd(), spans };
}

function shareOut([start, end]: [number, number], surface: string, forms: readonly string[]): [number, number][] {
  if (forms.join("") !== surface) return forms.map(() => [start, end]);
  let at = start;
  return forms.map((form) => [at, (at += form.length)]);
}
