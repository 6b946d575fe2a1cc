/** The data that rank and evaluate heads: a file of the user's, or built-in data; the task follows from the model. */

import { parseConllu } from "../../../src/corpus/conllu.ts";
import { splitSentences } from "../../../src/corpus/plain.ts";
import { SAMPLE_CONLLU } from "../../../src/corpus/sample.ts";
import { createWorld, worldDocuments } from "../../../src/corpus/world/document.ts";
import { worldEncoder } from "../../../src/corpus/world/tokenizer.ts";
import { isTranslator } from "../../../src/load/any-checkpoint.ts";
import type { Checkpoint } from "../../../src/load/checkpoint.ts";
import { type Pooling, poolingOf } from "../../../src/load/pooling.ts";
import { sourceIds, type Translator } from "../../../src/load/translator.ts";
import { itemsAt } from "../../../src/params/keyed.ts";
import type { CheckedText } from "../../../src/prune/check.ts";
import { InputError } from "../../../src/run/errors.ts";
import { FEWEST_EXAMPLES } from "../../../src/stats/bootstrap.ts";
import { drawSome, type Key } from "../../../src/stats/split.ts";
import { languageTask, passagesOf } from "../../../src/tasks/passages.ts";
import { poolingNote } from "../../../src/tasks/pooling.ts";
import { type RatedPair, similarityTask } from "../../../src/tasks/similarity.ts";
import { readRatedPairs, sourceOf, type TaskSource } from "../../../src/tasks/source.ts";
import type { Task } from "../../../src/tasks/task.ts";
import { createTextReader } from "../../../src/tasks/text-reader.ts";
import { type TranslatedPair, translationTask } from "../../../src/tasks/token-tasks.ts";
import { translate } from "../../../src/train/decode/translate.ts";
import type { Current } from "../engine.ts";
import { outcomeOf } from "../outcome.ts";
import type { Report } from "../protocol.ts";
import { readsOf } from "../read.ts";
import { isWorldModel } from "../world.ts";

/** A chosen file, as text. */
export interface CutFile {
  readonly name: string;
  readonly content: string;
}

/** The examples of a task, and the texts of the equality check. */
export interface CutSource extends TaskSource {
  /** A description of the examples, as a sentence. */
  readonly description: string;
  readonly texts: readonly CheckedText[];
}

/** Maximum numbers of examples in total, to translate first, and to check on. */
const MOST = { examples: 400, translated: 80, checked: 40 };
const DOCUMENTS = 200;
const NO_EDITS = { gates: {}, patterns: {} };

/** Reads the data. Throws `InputError` if the file does not suit the model. */
export async function readCutData(
  current: Current,
  file: CutFile | undefined,
  seed: number,
  report: Report,
): Promise<CutSource> {
  const { checkpoint } = current.opened;
  const reads = readsOf(checkpoint);
  if (isTranslator(checkpoint)) return ownTranslations(current, checkpoint, file, report);
  if (reads === "similarity") return likeness(current, checkpoint, file, report);
  const make = languageTask(checkpoint, reads === "masked-token" ? reads : "next-token", seed);
  if (!file && isWorldModel(checkpoint)) return documents(make, seed);
  const sentences = sentencesOf(file);
  const rows = rowsOf(checkpoint, sentences);
  const kind = reads === "masked-token" ? "hidden tokens" : "next tokens";
  return cutSource(nameOf(file), sentences.join("\n"), rows, make, {
    description: `The model predicts the ${kind} of ${calledOf(file)}.`,
    idsOf: (row) => row,
    keyOf: ({ length }) => length,
  });
}

const nameOf = (file?: CutFile): string => file?.name ?? "built-in sample";
const calledOf = (file?: CutFile): string => file?.name ?? "the built-in English sample";

/** Splits plain text into sentences; parallel text has one per line. */
function sentencesOf(file?: CutFile, lines = false): string[] {
  if (!file) return parseConllu(SAMPLE_CONLLU, "built-in sample").sentences.map(({ text }) => text);
  const { name, content } = file;
  if (/\.conllu$/i.test(name)) return parseConllu(content, name).sentences.map(({ text }) => text);
  if (isTable(name))
    throw new InputError(`${name}: rated pairs suit sentence encoders, but this model predicts tokens; choose a text file`);
  const parts = content.split(lines ? /\r?\n/ : /\r?\n\s*\r?\n/).map((part) => part.replace(/\s+/g, " ").trim());
  const sentences = lines ? parts.filter((part) => part !== "") : parts.flatMap(splitSentences);
  if (sentences.length === 0) throw new InputError(`${name}: contains no text; choose a file with text`);
  return sentences;
}

const isTable = (name: string): boolean => /\.(csv|tsv|jsonl?)$/i.test(name);

/** Returns passages if there are enough of them for two halves, else single sentences. */
function rowsOf(model: Checkpoint, sentences: readonly string[]): readonly (readonly number[])[] {
  const { rows } = passagesOf(model, sentences);
  return rows.length >= 2 * FEWEST_EXAMPLES ? rows : sentences.flatMap((sentence) => passagesOf(model, [sentence]).rows);
}

function documents(make: (rows: readonly ArrayLike<number>[]) => Task, seed: number): Promise<CutSource> {
  const made = worldDocuments(`cut ${seed}`, DOCUMENTS);
  const content = made.map(({ words }) => words.join(" ")).join("\n");
  return cutSource("synthetic world", content, made.map(worldEncoder(createWorld())), make, {
    description: "The model predicts the next words of documents of the synthetic world.",
    idsOf: (row) => row,
    keyOf: ({ length }) => length,
  });
}

/** Returns pairs rated by people, or pairs of sentences with the original model's own similarity. */
async function likeness(current: Current, model: Checkpoint, file: CutFile | undefined, report: Report): Promise<CutSource> {
  const pooling = poolingOf(model);
  const reader = createTextReader(model, pooling);
  if (file && isTable(file.name)) {
    const { id, pairs, notes } = readRatedPairs(model, file, { examples: MOST.examples, seed: 1 });
    const about = `The model’s similarity of each pair in ${file.name} is compared with its rating.`;
    return pairsOf(id, file.content, pairs, pooling, [about, ...notes.map(asSentence)].join(" "));
  }
  const ids = (text: string, k: number) => reader.read(text, `pair ${k + 1}`);
  const fits = (text: string) => model.tokenizer.encode(text).ids.length <= reader.limit;
  const sentences = drawn(sentencesOf(file).filter(fits), ({ length }) => length, 2 * MOST.examples);
  const pairs: RatedPair[] = [];
  for (let k = 0; k + 1 < sentences.length; k += 2) {
    const [text, other] = [sentences[k]!, sentences[k + 1]!];
    report("scoring pairs", k / sentences.length);
    const { cosine } = await outcomeOf(model, current.edited, { text, other }, NO_EDITS);
    pairs.push({ left: ids(text, k / 2), right: ids(other, k / 2), gold: cosine! });
  }
  const description = `The pairs of ${calledOf(file)} have no ratings, so the pruned model is compared with the original model’s similarities. Choose a file of rated pairs to compare with human ratings.`;
  const about = `${description} ${asSentence(poolingNote(pooling))}`;
  return pairsOf(nameOf(file), sentences.join("\n"), pairs, pooling, about);
}

/** Samples at most `count` items, as the command line does with its default seed. */
const drawn = <T>(items: readonly T[], keyOf: (item: T) => Key, count: number): T[] =>
  itemsAt(items, drawSome(items.map(keyOf), count, "1"));

const asSentence = (note: string): string => `${note.charAt(0).toUpperCase()}${note.slice(1)}.`;

const pairsOf = (
  id: string,
  content: string,
  pairs: readonly RatedPair[],
  pooling: Pooling,
  description: string,
): Promise<CutSource> =>
  cutSource(id, content, pairs, (some) => similarityTask(some, { pooling }), {
    ...{ description, idsOf: ({ left }) => left },
    keyOf: ({ gold }) => gold,
  });

/** Returns sentences with the original model's translations, which serve as the reference. */
async function ownTranslations(
  { runtime }: Current,
  model: Translator,
  file: CutFile | undefined,
  report: Report,
): Promise<CutSource> {
  const sentences = drawn(sentencesOf(file, true), ({ length }) => length, MOST.translated);
  const progress = (done: number, total: number) => report("translating", done / total);
  const pairs: TranslatedPair[] = [];
  for await (const { source, ids } of translate(runtime, model, sentences, { beams: 1, progress })) {
    if (ids.length > 0) pairs.push({ source: sourceIds(model, source, nameOf(file)), target: ids });
  }
  const description = `There are no translations of ${calledOf(file)}, so the original model’s translations serve as references; the loss is the drop in their probability.`;
  const make = (some: readonly TranslatedPair[]) => translationTask(some, model.config.ids.start);
  return cutSource(nameOf(file), sentences.join("\n"), pairs, make, {
    ...{ description, idsOf: ({ source }) => source },
    keyOf: ({ source }) => source.length,
  });
}

/** Builds a source of at most `MOST.examples` examples, with the texts of the first of them for the equality check. */
async function cutSource<T>(
  id: string,
  content: string,
  all: readonly T[],
  make: (some: T[]) => Task,
  { description, idsOf, keyOf }: { readonly description: string; idsOf(item: T): ArrayLike<number>; keyOf(item: T): Key },
): Promise<CutSource> {
  const items = drawn(all, keyOf, MOST.examples);
  return {
    ...(await sourceOf(id, content, items, { keyOf, make })),
    description:
      items.length < all.length ? `${description} ${items.length} of ${all.length} examples were sampled.` : description,
    texts: items.slice(0, MOST.checked).map((item) => ({ ids: Int32Array.from(idsOf(item)) })),
  };
}
