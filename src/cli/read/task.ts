/** The task that a model is judged by, from the words of a command. */
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
  /** Which columns of a table, or keys of JSONL, hold what. */
  readonly columns?: ColumnNames;
  /** Bytes of text that a file may hold. */
  readonly textLimit?: number;
  readonly seed: number;
}

/** Everything that a task is made of, to be made of all examples or of some. */
export interface TaskSource extends TaskMaker {
  /** The hash of what the examples were read from. */
  readonly sha256: string;
  /** What was done to the examples, in sentences: how texts become vectors, how many were cut or left out. */
  readonly notes: readonly string[];
  /** The sentences of a translation task, as they were written. */
  readonly pairs?: readonly TranslatedText[];
}

/** Made-up documents of a relation, where no number is given. */
const DOCUMENTS = 400;

/** A model when it has been read, and what runs it: for tasks that are made with its help. */
export type Loaded = () => { readonly runtime: Runtime; readonly model: AnyCheckpoint };

/**
 * Reads the data of a task, for which the model's weights are not needed yet. Throws `InputError` where there is none, where it
 * lacks labels, or where the model is not made for it.
 */
export async function readTask(model: Unread<AnyCheckpoint>, options: TaskOptions, loaded: Loaded): Promise<TaskSource> {
  const { task } = options;
  if (isTranslator(model) !== (task === "translation")) {
    const kind = isTranslator(model)
      ? "an encoder-decoder, which takes --task translation"
      : "no encoder-decoder, which --task translation needs";
    throw new InputError(`${model.id}: this is ${kind}`);
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

/** The name that says what kind of file this is. */
const dataName = (path: string): string => basename(path).replace(/\.gz$/, "");

const cutNote = (cut: number, all: number, limit: number): string[] =>
  cut === 0 ? [] : [`${cut} of ${all} texts had more than ${limit} tokens and were cut to them`];

function needed({ task, ...options }: TaskOptions, name: "data" | "target"): string {
  const path = options[name];
  if (path === undefined) throw new InputError(`--task ${task} needs --${name}; pass --${name} FILE: ${NEEDS[task]}`);
  return path;
}

const NEEDS: Readonly<Record<TaskName, string>> = {
  "next-token": "plain text or CoNLL-U",
  "masked-token": "plain text or CoNLL-U",
  similarity: "two texts and a score on each line (.csv, .tsv or .jsonl)",
  labels: "a text and a label on each line (.csv, .tsv or .jsonl)",
  translation: "sentences, and their translations in --target FILE",
  relation: "nothing",
};

interface Making<T> {
  readonly keyOf: (item: T) => Key;
  readonly perJudged?: number;
  readonly notes?: readonly string[];
  readonly make: (items: T[]) => Task | Promise<Task>;
}

/** Examples of some content. */
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
      ...(cut === 0 ? [] : [`${cut} of ${sentences.length} sentences had more than ${limit} tokens and were cut to them`]),
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
      ...(tooLong === 0 ? [] : [`${tooLong} pairs with more than ${most} tokens on a side were left out`]),
    ],
    make: (some) => translationTask(some, model.config.ids.start),
  });
  return { ...made, pairs };
}

function relation({ tokenizer, id }: Unread<Checkpoint>, options: TaskOptions): TaskSource {
  const { relation: name = "agreement", seed } = options;
  const examples = options.examples ?? options.first ?? DOCUMENTS;
  if (!RELATIONS.includes(name)) throw new InputError(`there is no relation "${name}": there are ${RELATIONS.join(", ")}`);
  const world = createWorld();
  const ids = worldIds(world);
  const foreign = [...ids].find(([word, own]) => tokenizer.idOf(word) !== own);
  if (foreign) throw new InputError(`${id}: its vocabulary is not that of the made world, as that of builtin:relations-8 is`);
  const coding = { encode: worldEncoder(world), idOf: (word: string) => ids.get(word)! };
  const documents = worldDocuments(`task ${seed}`, examples);
  const content = documents.map(({ words }) => words.join(" ")).join("\n");
  return sourceOf(`made world, ${name}`, content, documents, {
    keyOf: ({ words }) => words.length,
    make: (some) => relationTask(some, name, coding),
  });
}
