/** What a cut is chosen and judged on: a file of the user's, or what needs none; the task follows from what the model reads. */
import { parseConllu } from "../../src/corpus/conllu.ts";
import { splitSentences } from "../../src/corpus/plain.ts";
import { parseRated } from "../../src/corpus/rated.ts";
import { SAMPLE_CONLLU } from "../../src/corpus/sample.ts";
import { createWorld, worldDocuments } from "../../src/corpus/world/document.ts";
import { worldEncoder } from "../../src/corpus/world/tokenizer.ts";
import type { Checkpoint } from "../../src/load/checkpoint.ts";
import { type Pooling, poolingOf } from "../../src/load/pooling.ts";
import type { Translator } from "../../src/load/translator.ts";
import type { CheckedText } from "../../src/prune/check.ts";
import type { TaskMaker } from "../../src/prune/halves.ts";
import { isTranslator } from "../../src/prune/write/opened.ts";
import { InputError } from "../../src/run/errors.ts";
import { FEWEST_EXAMPLES } from "../../src/stats/bootstrap.ts";
import { drawSome, type Key } from "../../src/stats/split.ts";
import { languageTask, passagesOf } from "../../src/tasks/passages.ts";
import { poolingNote } from "../../src/tasks/pooling.ts";
import { type RatedPair, similarityTask } from "../../src/tasks/similarity.ts";
import type { Task } from "../../src/tasks/task.ts";
import { createTextReader } from "../../src/tasks/text-reader.ts";
import { type TranslatedPair, translationTask } from "../../src/tasks/token-tasks.ts";
import { sourceIds, translate } from "../../src/train/decode/translate.ts";
import type { Current } from "./engine.ts";
import { outcomeOf } from "./outcome.ts";
import type { Report } from "./protocol.ts";
import { readsOf } from "./read.ts";
import { isWorldModel } from "./world.ts";

/** A file that was chosen, as text. */
export interface CutFile {
  readonly name: string;
  readonly content: string;
}

/** Examples of a task, and texts that a cut is checked on. */
export interface CutSource extends TaskMaker {
  readonly content: string;
  /** What the examples are, in a sentence. */
  readonly says: string;
  readonly texts: readonly CheckedText[];
}

/** Examples at most, of all of them and of those that the model has to translate first. */
const MOST = { examples: 400, translated: 80, checked: 40 };
const DOCUMENTS = 200;
const NO_EDITS = { gates: {}, patterns: {} };

/** Throws `InputError` where the file does not suit the model. */
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
  return sourceOf(nameOf(file), sentences.join("\n"), rows, make, {
    says: `The model predicts the ${kind} of ${calledOf(file)}.`,
    idsOf: (row) => row,
    keyOf: ({ length }) => length,
  });
}

const nameOf = (file?: CutFile): string => file?.name ?? "built-in sample";
const calledOf = (file?: CutFile): string => file?.name ?? "the built-in English sample";

/** Plain text is cut into sentences, or is one on each line, as parallel text is. */
function sentencesOf(file?: CutFile, lines = false): string[] {
  if (!file) return parseConllu(SAMPLE_CONLLU, "built-in sample").sentences.map(({ text }) => text);
  const { name, content } = file;
  if (/\.conllu$/i.test(name)) return parseConllu(content, name).sentences.map(({ text }) => text);
  if (isTable(name))
    throw new InputError(`${name}: rated pairs are for sentence encoders, and this model predicts tokens: give a text`);
  const parts = content.split(lines ? /\r?\n/ : /\r?\n\s*\r?\n/).map((part) => part.replace(/\s+/g, " ").trim());
  const sentences = lines ? parts.filter((part) => part !== "") : parts.flatMap(splitSentences);
  if (sentences.length === 0) throw new InputError(`${name}: holds no text: give a file with some`);
  return sentences;
}

const isTable = (name: string): boolean => /\.(csv|tsv|jsonl?)$/i.test(name);

/** Passages where there are enough of them for two halves, else single sentences. */
function rowsOf(model: Checkpoint, sentences: readonly string[]): readonly (readonly number[])[] {
  const { rows } = passagesOf(model, sentences);
  return rows.length >= 2 * FEWEST_EXAMPLES ? rows : sentences.flatMap((sentence) => passagesOf(model, [sentence]).rows);
}

function documents(make: (rows: readonly ArrayLike<number>[]) => Task, seed: number): CutSource {
  const made = worldDocuments(`cut ${seed}`, DOCUMENTS);
  const content = made.map(({ words }) => words.join(" ")).join("\n");
  return sourceOf("made world", content, made.map(worldEncoder(createWorld())), make, {
    says: "The model predicts the next words of documents of the made world.",
    idsOf: (row) => row,
    keyOf: ({ length }) => length,
  });
}

/** Pairs that people rated, or pairs of sentences of which the whole model's own judgement is to be kept. */
async function likeness(current: Current, model: Checkpoint, file: CutFile | undefined, report: Report): Promise<CutSource> {
  const pooling = poolingOf(model);
  const reader = createTextReader(model, pooling);
  const ids = (text: string, k: number) => reader.read(text, `pair ${k + 1}`);
  if (file && isTable(file.name)) {
    const rated = drawn(parseRated(file.content, file.name), ({ gold }) => gold, MOST.examples);
    const pairs = rated.map(({ left, right, gold }, k) => ({ left: ids(left, k), right: ids(right, k), gold }));
    return pairsOf(
      file.name,
      file.content,
      pairs,
      pooling,
      `The similarity of each pair in ${file.name}, as the model has it, is compared with its rating.${cutSays(reader)}`,
    );
  }
  const fits = (text: string) => model.tokenizer.encode(text).ids.length <= reader.limit;
  const sentences = drawn(sentencesOf(file).filter(fits), ({ length }) => length, 2 * MOST.examples);
  const pairs: RatedPair[] = [];
  for (let k = 0; k + 1 < sentences.length; k += 2) {
    const [text, other] = [sentences[k]!, sentences[k + 1]!];
    report("judging pairs", k / sentences.length);
    const { cosine } = await outcomeOf(model, current.edited, { text, other }, NO_EDITS);
    pairs.push({ left: ids(text, k / 2), right: ids(other, k / 2), gold: cosine! });
  }
  const says = `Nobody rated the pairs of ${calledOf(file)}: the cut model is to find them as alike as the whole one does. Give a file of rated pairs to judge it by people.`;
  return pairsOf(nameOf(file), sentences.join("\n"), pairs, pooling, says);
}

/** At most `count`, drawn as the command line draws them by its usual seed. */
const drawn = <T>(items: readonly T[], keyOf: (item: T) => Key, count: number): T[] =>
  drawSome(items.map(keyOf), count, "1").map((k) => items[k]!);

const cutSays = ({ cut, limit }: { readonly cut: number; readonly limit: number }): string =>
  cut === 0 ? "" : ` ${cut} texts had more than ${limit} tokens and were truncated.`;

const pairsOf = (id: string, content: string, pairs: readonly RatedPair[], pooling: Pooling, says: string): CutSource =>
  sourceOf(id, content, pairs, (some) => similarityTask(some, { pooling }), {
    says: `${says} Here ${poolingNote(pooling)}.`,
    idsOf: ({ left }) => left,
    keyOf: ({ gold }) => gold,
  });

/** Sentences with the whole model's own translations, which the cut one is to keep. */
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
  const says = `Nobody translated ${calledOf(file)}: the whole model’s own translations stand for what is right, and the cut model is to find them as probable.`;
  const make = (some: readonly TranslatedPair[]) => translationTask(some, model.config.ids.start);
  return sourceOf(nameOf(file), sentences.join("\n"), pairs, make, {
    ...{ says, idsOf: ({ source }) => source },
    keyOf: ({ source }) => source.length,
  });
}

function sourceOf<T>(
  id: string,
  content: string,
  all: readonly T[],
  task: (some: T[]) => Task,
  { says, idsOf, keyOf }: { readonly says: string; idsOf(item: T): ArrayLike<number>; keyOf(item: T): Key },
): CutSource {
  const items = drawn(all, keyOf, MOST.examples);
  return {
    ...{ id, content, keys: items.map(keyOf) },
    says: items.length < all.length ? `${says} Of ${all.length} examples ${items.length} are drawn.` : says,
    texts: items.slice(0, MOST.checked).map((item) => ({ ids: Int32Array.from(idsOf(item)) })),
    make: async (wanted = () => true) => task(items.filter((_, k) => wanted(k))),
  };
}
