/** Examples of a task, from the content of files: what the command line and the lab read, and a library may build. */

import type { ColumnNames } from "../corpus/tables/columns.ts";
import { parseLabelled, parseRated } from "../corpus/tables/rated.ts";
import { createWorld, worldDocuments } from "../corpus/world/document.ts";
import { RELATIONS, type Relation } from "../corpus/world/target.ts";
import { worldEncoder, worldIdOf, worldIds } from "../corpus/world/tokenizer.ts";
import type { Checkpoint, Unread } from "../load/checkpoint.ts";
import { sha256 } from "../load/format/sha256.ts";
import { type Pooling, poolingOf } from "../load/pooling.ts";
import { endedIds, type Translator } from "../load/translator.ts";
import { InputError } from "../run/errors.ts";
import type { Runtime } from "../run/runtime.ts";
import { choose } from "../stats/sample.ts";
import type { Key } from "../stats/split.ts";
import { labelTask } from "./labels.ts";
import { languageTask, passagesOf } from "./passages.ts";
import { poolingNote } from "./pooling.ts";
import { relationTask } from "./relation.ts";
import { type RatedPair, similarityTask } from "./similarity.ts";
import type { Task } from "./task.ts";
import { createTextReader } from "./text-reader.ts";
import { type TranslatedPair, translationTask } from "./token-tasks.ts";

/** Builds tasks over some of the examples, by index; default: over all. */
export interface TaskMaker {
  /** The name of the examples, such as their file. */
  readonly id: string;
  /** The stratification key of each example: its label, its score, or its length. */
  readonly keys: readonly Key[];
  /** The number of examples needed per evaluated one; default 1. */
  readonly perJudged?: number;
  make(wanted?: (example: number) => boolean): Promise<Task>;
}

/** A source sentence with its translation. */
export interface TranslatedText {
  readonly source: string;
  readonly target: string;
}

/** The examples of a task with their provenance. */
export interface TaskSource extends TaskMaker {
  /** The hash of the content that the examples were read from. */
  readonly sha256: string;
  /** Notes as sentences: the pooling, and the numbers of truncated or skipped texts. */
  readonly notes: readonly string[];
  /** The sentences of a translation task as text. */
  readonly pairs?: readonly TranslatedText[];
}

/** Options that select the examples of a file. */
export interface SourceOptions {
  /** The size of a random sample; default: all. */
  readonly examples?: number;
  /** The number of examples from the start. */
  readonly first?: number;
  readonly seed: number;
}

interface Making<T> {
  readonly keyOf: (item: T) => Key;
  readonly perJudged?: number;
  readonly notes?: readonly string[];
  readonly make: (items: T[]) => Task | Promise<Task>;
}

/** Builds a source from examples; `content` is what they were read from. */
export async function sourceOf<T>(id: string, content: string, items: readonly T[], making: Making<T>): Promise<TaskSource> {
  const { keyOf, perJudged, notes = [], make } = making;
  return {
    ...{ id, sha256: await sha256(content), keys: items.map(keyOf), perJudged, notes },
    make: async (wanted = () => true) => make(items.filter((_, k) => wanted(k))),
  };
}

const choiceOf = ({ examples: count, first, seed }: SourceOptions) => ({ count, first, seed });

const truncated = (cut: number, all: number, noun: string, limit: number): string[] =>
  cut === 0 ? [] : [`${cut} of ${all} ${noun} had more than ${limit} tokens and were truncated`];

/** The content of a file. */
export interface Named {
  /** The name whose extension gives the format. */
  readonly name: string;
  /** The name that results carry; default: `name`. */
  readonly id?: string;
  readonly content: string;
  readonly columns?: ColumnNames;
}

/** Rated pairs as a model reads them. */
export interface RatedPairs {
  readonly id: string;
  readonly pairs: readonly RatedPair[];
  readonly pooling: Pooling;
  readonly notes: readonly string[];
}

/** Reads pairs of texts with ratings (.csv, .tsv, .jsonl). Throws `InputError` for a line that is not a rated pair. */
export function readRatedPairs(
  model: Unread<Checkpoint>,
  { name, id = name, content, columns }: Named,
  options: SourceOptions,
): RatedPairs {
  const pooling = poolingOf(model);
  const reader = createTextReader(model, pooling);
  const rated = choose(parseRated(content, name, columns), ({ gold }) => gold, choiceOf(options));
  const pairs = rated.items.map(({ left, right, gold }, k) => {
    const ids = (text: string) => reader.read(text, `pair ${k + 1}`);
    return { left: ids(left), right: ids(right), gold };
  });
  const cut = truncated(reader.cut, 2 * pairs.length, "texts", reader.limit);
  return { id: `${id}${rated.suffix}`, pairs, pooling, notes: [...rated.note("pairs"), poolingNote(pooling), ...cut] };
}

/** Returns rated pairs as examples of the similarity task. */
export async function similaritySource(model: Unread<Checkpoint>, file: Named, options: SourceOptions): Promise<TaskSource> {
  const { id, pairs, pooling, notes } = readRatedPairs(model, file, options);
  const make = (some: RatedPair[]) => similarityTask(some, { pooling });
  return sourceOf(id, file.content, pairs, { keyOf: ({ gold }) => gold, notes, make });
}

/** Returns the model and its runtime once it is read, for tasks that need its vectors. */
export type Loaded<Model> = () => { readonly runtime: Runtime; readonly model: Model };

/** Returns texts with labels (.csv, .tsv, .jsonl), classified by a probe on the model's vectors. */
export async function labelSource(
  model: Unread<Checkpoint>,
  { name, id = name, content, columns }: Named,
  options: SourceOptions,
  loaded: Loaded<Parameters<typeof labelTask>[1]>,
): Promise<TaskSource> {
  const pooling = poolingOf(model);
  const reader = createTextReader(model, pooling);
  const lines = choose(parseLabelled(content, name, columns), ({ label }) => label, choiceOf(options));
  const texts = lines.items.map(({ text, label }, k) => ({ text: reader.read(text, `text ${k + 1}`), label }));
  return sourceOf(`${id}${lines.suffix}`, content, texts, {
    keyOf: ({ label }) => label,
    perJudged: 2,
    notes: [...lines.note("texts"), poolingNote(pooling), ...truncated(reader.cut, texts.length, "texts", reader.limit)],
    make: (some) => {
      const { runtime, model: read } = loaded();
      return labelTask(runtime, read, some, options.seed, pooling);
    },
  });
}

/** Returns passages of sentences for predicting tokens. */
export async function passageSource(
  model: Unread<Checkpoint>,
  { id, sentences }: { readonly id: string; readonly sentences: readonly string[] },
  task: "next-token" | "masked-token",
  options: SourceOptions,
): Promise<TaskSource> {
  const make = languageTask(model, task, options.seed);
  const { rows, cut, limit } = passagesOf(model, sentences);
  const chosen = choose(rows, ({ length }) => length, choiceOf(options));
  return sourceOf(`${id}${chosen.suffix}`, sentences.join("\n"), chosen.items, {
    keyOf: ({ length }) => length,
    notes: [...chosen.note("passages"), ...truncated(cut, sentences.length, "sentences", limit)],
    make,
  });
}

/**
 * Returns pairs of sentences with their translations; pairs with a side that is empty are skipped, and pairs that are too long, with a
 * note.
 */
export async function translationSource(
  model: Unread<Translator>,
  { id, pairs: given }: { readonly id: string; readonly pairs: readonly TranslatedText[] },
  options: SourceOptions,
): Promise<TaskSource> {
  const all = given.filter(({ source, target }) => source.trim() !== "" && target.trim() !== "");
  const chosen = choose(all, ({ source }) => source.length, choiceOf(options));
  const most = model.config.maxPositions;
  const read = chosen.items.map((pair) => ({
    pair,
    ids: { source: endedIds(model, pair.source), target: endedIds(model, pair.target) },
  }));
  const fitting = read.filter(({ ids }) => Math.max(ids.source.length, ids.target.length) <= most);
  const tooLong = read.length - fitting.length;
  const pairs = fitting.map(({ pair }) => pair);
  const content = pairs.map(({ source, target }) => `${source}\n${target}`).join("\n");
  const items: TranslatedPair[] = fitting.map(({ ids }) => ids);
  const made = await sourceOf(`${id}${chosen.suffix}`, content, items, {
    keyOf: ({ source }) => source.length,
    notes: [
      ...chosen.note("pairs"),
      ...(tooLong === 0 ? [] : [`${tooLong} pairs with more than ${most} tokens on a side were skipped`]),
    ],
    make: (some) => translationTask(some, model.config.ids.start),
  });
  return { ...made, pairs };
}

/** The number of synthetic documents by default. */
const DOCUMENTS = 400;

/** Returns synthetic documents of one relation. Throws `InputError` if the model's vocabulary is another one. */
export async function relationSource(
  { tokenizer, id }: Unread<Checkpoint>,
  { relation = "agreement", examples, first, seed }: SourceOptions & { readonly relation?: Relation },
): Promise<TaskSource> {
  if (!RELATIONS.includes(relation))
    throw new InputError(`there is no relation "${relation}"; choose one of ${RELATIONS.join(", ")}`);
  const world = createWorld();
  const ids = worldIds(world);
  const foreign = [...ids].find(([word, own]) => tokenizer.idOf(word) !== own);
  if (foreign)
    throw new InputError(`${id}: the vocabulary is not that of the synthetic world; use a model such as builtin:relations-8`);
  const coding = { encode: worldEncoder(world), idOf: worldIdOf(world) };
  const documents = worldDocuments(`task ${seed}`, examples ?? first ?? DOCUMENTS);
  const content = documents.map(({ words }) => words.join(" ")).join("\n");
  return sourceOf(`synthetic world, ${relation}`, content, documents, {
    keyOf: ({ words }) => words.length,
    make: (some) => relationTask(some, relation, coding),
  });
}
