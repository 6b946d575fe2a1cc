/** The task that evaluates a model, from the options of a command. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { ColumnNames } from "../../corpus/columns.ts";
import { splitSentences } from "../../corpus/plain.ts";
import { parseLabelled, parseRated } from "../../corpus/rated.ts";
import { readDocuments, readParallel, readWhole } from "../../corpus/text.node.ts";
import { createWorld, worldDocuments } from "../../corpus/world/document.ts";
import { RELATIONS, type Relation } from "../../corpus/world/target.ts";
import { worldEncoder, worldIds } from "../../corpus/world/tokenizer.ts";
import type { Checkpoint, Unread } from "../../load/checkpoint.ts";
import { poolingOf } from "../../load/pooling.ts";
import type { TaskMaker } from "../../prune/halves.ts";
import type { TranslatedText } from "../../prune/translations.ts";
import { type AnyCheckpoint, isTranslator } from "../../prune/write/opened.ts";
import { InputError } from "../../run/errors.ts";
import type { Runtime } from "../../run/runtime.ts";
import type { Key } from "../../stats/split.ts";
import { labelTask } from "../../tasks/labels.ts";
import { languageTask, passagesOf } from "../../tasks/passages.ts";
import { poolingNote } from "../../tasks/pooling.ts";
import { relationTask } from "../../tasks/relation.ts";
import { similarityTask } from "../../tasks/similarity.ts";
import type { Task } from "../../tasks/task.ts";
import { createTextReader } from "../../tasks/text-reader.ts";
import { type TranslatedPair, translationTask } from "../../tasks/token-tasks.ts";
import { endedIds } from "../../train/decode/translate.ts";
import { choose } from "./choose.ts";
import type { TaskName } from "./task-names.ts";

export interface TaskOptions {
  readonly task: TaskName;
  readonly data?: string;
  readonly target?: string;
  readonly relation?: Relation;
  readonly examples?: number;
  readonly first?: number;
  /** The columns of a table, or the keys of JSONL, by role. */
  readonly columns?: ColumnNames;
  /** The largest number of bytes of text in a file. */
  readonly textLimit?: number;
  readonly seed: number;
}

/** The parts of a task, to build it from all examples or from some. */
export interface TaskSource extends TaskMaker {
  /** The hash of the input that the examples were read from. */
  readonly sha256: string;
  /** Notes on the examples, as sentences: the pooling, and the number of truncated or skipped texts. */
  readonly notes: readonly string[];
  /** The sentences of a translation task, as in the file. */
  readonly pairs?: readonly TranslatedText[];
}

/** The default number of generated documents for a relation. */
const DOCUMENTS = 400;

/** A loaded model and its runtime, for tasks that need them. */
export type Loaded = () => { readonly runtime: Runtime; readonly model: AnyCheckpoint };

/**
 * Reads the data of a task; the model's weights are not needed yet. Throws `InputError` if data or labels are missing, or if
 * the task does not fit the model.
 */
export async function readTask(model: Unread<AnyCheckpoint>, options: TaskOptions, loaded: Loaded): Promise<TaskSource> {
  const { task } = options;
  if (isTranslator(model) !== (task === "translation")) {
    const kind = isTranslator(model)
      ? "an encoder-decoder; pass --task translation"
      : "not an encoder-decoder, which --task translation needs; choose another task or model";
    throw new InputError(`${model.id} is ${kind}`);
  }
  if (isTranslator(model)) return translation(model, options);
  if (task === "relation") return relation(model, options);
  const path = needed(options, "data");
  if (task === "next-token" || task === "masked-token") return passages(model, path, task, options);
  if (task === "similarity") return similarity(model, path, options);
  return labels(model, path, options, loaded);
}

async function similarity(model: Unread<Checkpoint>, path: string, options: TaskOptions): Promise<TaskSource> {
  const pooling = poolingOf(model);
  const content = await readWhole(path, options.textLimit);
  const reader = createTextReader(model, pooling);
  const rated = choose(parseRated(content, dataName(path), options.columns), ({ gold }) => gold, choiceOf(options));
  const pairs = rated.items.map(({ left, right, gold }, k) => {
    const ids = (text: string) => reader.read(text, `pair ${k + 1}`);
    return { left: ids(left), right: ids(right), gold };
  });
  return sourceOf(`${basename(path)}${rated.suffix}`, content, pairs, {
    keyOf: ({ gold }) => gold,
    notes: [...rated.note("pairs"), poolingNote(pooling), ...cutNote(reader.cut, 2 * pairs.length, reader.limit)],
    make: (some) => similarityTask(some, { pooling }),
  });
}

async function labels(model: Unread<Checkpoint>, path: string, options: TaskOptions, loaded: Loaded): Promise<TaskSource> {
  const pooling = poolingOf(model);
  const content = await readWhole(path, options.textLimit);
  const reader = createTextReader(model, pooling);
  const lines = choose(parseLabelled(content, dataName(path), options.columns), ({ label }) => label, choiceOf(options));
  const texts = lines.items.map(({ text, label }, k) => ({ text: reader.read(text, `text ${k + 1}`), label }));
  return sourceOf(`${basename(path)}${lines.suffix}`, content, texts, {
    keyOf: ({ label }) => label,
    perJudged: 2,
    notes: [...lines.note("texts"), poolingNote(pooling), ...cutNote(reader.cut, texts.length, reader.limit)],
    make: (some) => {
      const { runtime, model: read } = loaded();
      return labelTask(runtime, read, some, options.seed, pooling);
    },
  });
}

const choiceOf = ({ examples: count, first, seed }: TaskOptions) => ({ count, first, seed });

/** Returns the file name whose extension gives the format. */
const dataName = (path: string): string => basename(path).replace(/\.gz$/, "");

const cutNote = (cut: number, all: number, limit: number): string[] =>
  cut === 0 ? [] : [`${cut} of ${all} texts had more than ${limit} tokens and were truncated`];

function needed({ task, ...options }: TaskOptions, name: "data" | "target"): string {
  const path = options[name];
  if (path === undefined) throw new InputError(`--task ${task} needs data; pass --${name} FILE (${NEEDS[task]})`);
  return path;
}

const NEEDS: Readonly<Record<TaskName, string>> = {
  "next-token": "plain text or CoNLL-U",
  "masked-token": "plain text or CoNLL-U",
  similarity: "two texts and a score per line, as .csv, .tsv or .jsonl",
  labels: "a text and a label per line, as .csv, .tsv or .jsonl",
  translation: "sentences, with their translations in --target FILE",
  relation: "nothing",
};

interface Making<T> {
  readonly keyOf: (item: T) => Key;
  readonly perJudged?: number;
  readonly notes?: readonly string[];
  readonly make: (items: T[]) => Task | Promise<Task>;
}

/** Builds a source of examples from content. */
function sourceOf<T>(id: string, content: string, items: readonly T[], making: Making<T>): TaskSource {
  const { keyOf, perJudged, notes = [], make } = making;
  return {
    ...{ id, sha256: createHash("sha256").update(content).digest("hex"), keys: items.map(keyOf), perJudged, notes },
    make: async (wanted = () => true) => make(items.filter((_, k) => wanted(k))),
  };
}

async function passages(
  model: Unread<Checkpoint>,
  path: string,
  name: "next-token" | "masked-token",
  options: TaskOptions,
): Promise<TaskSource> {
  const make = languageTask(model, name, options.seed);
  const sentences: string[] = [];
  for await (const text of readDocuments(path, undefined, options.textLimit))
    for (const sentence of splitSentences(text)) sentences.push(sentence);
  const { rows, cut, limit } = passagesOf(model, sentences);
  const chosen = choose(rows, ({ length }) => length, choiceOf(options));
  return sourceOf(`${basename(path)}${chosen.suffix}`, sentences.join("\n"), chosen.items, {
    keyOf: ({ length }) => length,
    notes: [
      ...chosen.note("passages"),
      ...(cut === 0 ? [] : [`${cut} of ${sentences.length} sentences had more than ${limit} tokens and were truncated`]),
    ],
    make,
  });
}

async function translation(model: Unread<AnyCheckpoint>, options: TaskOptions): Promise<TaskSource> {
  if (!isTranslator(model)) throw new Error("internal: no translator");
  const [from, to] = [needed(options, "data"), needed(options, "target")];
  const all: TranslatedText[] = [];
  for await (const pair of readParallel(from, to, options.textLimit))
    if (pair.source.trim() !== "" && pair.target.trim() !== "") all.push(pair);
  const chosen = choose(all, ({ source }) => source.length, choiceOf(options));
  const pairs: TranslatedText[] = [];
  const items: TranslatedPair[] = [];
  let tooLong = 0;
  const most = model.config.maxPositions;
  for (const pair of chosen.items) {
    const [source, target] = [endedIds(model, pair.source), endedIds(model, pair.target)];
    if (Math.max(source.length, target.length) > most) {
      tooLong++;
      continue;
    }
    items.push({ source, target });
    pairs.push(pair);
  }
  const content = pairs.map(({ source, target }) => `${source}\n${target}`).join("\n");
  const made = sourceOf(`${basename(from)} and ${basename(to)}${chosen.suffix}`, content, items, {
    keyOf: ({ source }) => source.length,
    notes: [
      ...chosen.note("pairs"),
      ...(tooLong === 0 ? [] : [`${tooLong} pairs with more than ${most} tokens on a side were skipped`]),
    ],
    make: (some) => translationTask(some, model.config.ids.start),
  });
  return { ...made, pairs };
}

function relation({ tokenizer, id }: Unread<Checkpoint>, options: TaskOptions): TaskSource {
  const { relation: name = "agreement", seed } = options;
  const examples = options.examples ?? options.first ?? DOCUMENTS;
  if (!RELATIONS.includes(name)) throw new InputError(`there is no relation "${name}"; choose one of ${RELATIONS.join(", ")}`);
  const world = createWorld();
  const ids = worldIds(world);
  const foreign = [...ids].find(([word, own]) => tokenizer.idOf(word) !== own);
  if (foreign)
    throw new InputError(`${id}: the vocabulary is not that of the synthetic world; use a model such as builtin:relations-8`);
  const coding = { encode: worldEncoder(world), idOf: (word: string) => ids.get(word)! };
  const documents = worldDocuments(`task ${seed}`, examples);
  const content = documents.map(({ words }) => words.join(" ")).join("\n");
  return sourceOf(`synthetic world, ${name}`, content, documents, {
    keyOf: ({ words }) => words.length,
    make: (some) => relationTask(some, name, coding),
  });
}
