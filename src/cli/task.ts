/** The task that a model is judged by, from the words of a command. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { splitSentences } from "../corpus/plain.ts";
import { parseLabelled, parseRated } from "../corpus/rated.ts";
import { readDocuments, readParallel } from "../corpus/text.node.ts";
import { createWorld, worldDocuments } from "../corpus/world/document.ts";
import { RELATIONS, type Relation } from "../corpus/world/target.ts";
import { worldEncoder, worldIds } from "../corpus/world/tokenizer.ts";
import { labelTask } from "../heads/label-task.ts";
import { idsOf, languageTask, passagesOf } from "../heads/passages.ts";
import { relationTask } from "../heads/relation-task.ts";
import { similarityTask } from "../heads/similarity-task.ts";
import type { Task } from "../heads/task.ts";
import { type TranslatedPair, translationTask } from "../heads/token-tasks.ts";
import type { Checkpoint } from "../load/checkpoint.ts";
import type { TaskMaker } from "../prune/halves.ts";
import { type AnyCheckpoint, isTranslator } from "../prune/opened.ts";
import type { TranslatedText } from "../prune/translations.ts";
import { InputError } from "../run/errors.ts";
import type { Runtime } from "../run/runtime.ts";
import { sourceIds } from "../train/translate.ts";
import { readText } from "./files.ts";
import type { TaskName } from "./task-names.ts";

export interface TaskOptions {
  readonly task: TaskName;
  readonly data?: string;
  readonly target?: string;
  readonly relation?: Relation;
  readonly examples?: number;
  readonly seed: number;
}

/** Everything that a task is made of, to be made of all examples or of some. */
export interface TaskSource extends TaskMaker {
  /** What the examples are called, and the hash of what they were read from. */
  readonly id: string;
  readonly sha256: string;
  readonly size: number;
  /** The sentences of a translation task, as they were written. */
  readonly pairs?: readonly TranslatedText[];
}

/** Made-up documents of a relation, where no number is given. */
const DOCUMENTS = 400;

/** Reads the data of a task. Throws `InputError` where there is none, where it lacks labels, or where the model is not made for it. */
export async function readTask(runtime: Runtime, model: AnyCheckpoint, options: TaskOptions): Promise<TaskSource> {
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
  const content = await readText(path);
  const source = sourceOf(basename(path), content, options);
  const ids = (text: string, where: string) => idsOf(model, text, where);
  if (task === "similarity") {
    const pairs = parseRated(content, basename(path)).map(({ left, right, gold }, k) => ({
      ...{ left: ids(left, `pair ${k + 1}`), right: ids(right, `pair ${k + 1}`), gold },
    }));
    return source(pairs, (some) => similarityTask(some));
  }
  const texts = parseLabelled(content, basename(path)).map(({ text, label }, k) => ({
    text: ids(text, `text ${k + 1}`),
    label,
  }));
  return source(texts, (some) => labelTask(runtime, model, some, options.seed));
}

function needed({ task, ...options }: TaskOptions, name: "data" | "target"): string {
  const path = options[name];
  if (path === undefined) throw new InputError(`--task ${task} needs --${name} FILE: ${NEEDS[task]}`);
  return path;
}

const NEEDS: Readonly<Record<TaskName, string>> = {
  "next-token": "plain text or CoNLL-U",
  "masked-token": "plain text or CoNLL-U",
  similarity: "two texts and a number on each line (.csv, .tsv or .jsonl)",
  labels: '{"text": …, "label": …} on each line (.jsonl)',
  translation: "sentences, and their translations in --target FILE",
  relation: "nothing",
};

/** Examples of some content: the first ones, where fewer are wanted. */
const sourceOf =
  (id: string, content: string, { examples }: TaskOptions) =>
  <T>(items: readonly T[], make: (items: T[]) => Task | Promise<Task>): TaskSource => {
    const used = items.slice(0, examples);
    return {
      ...{ id, sha256: createHash("sha256").update(content).digest("hex"), size: used.length },
      make: async (wanted = () => true) => make(used.filter((_, k) => wanted(k))),
    };
  };

async function passages(
  model: Checkpoint,
  path: string,
  name: "next-token" | "masked-token",
  options: TaskOptions,
): Promise<TaskSource> {
  const make = languageTask(model, name, options.seed);
  const sentences: string[] = [];
  for await (const text of readDocuments(path)) sentences.push(...splitSentences(text));
  return sourceOf(basename(path), sentences.join("\n"), options)(passagesOf(model, sentences), make);
}

async function translation(model: AnyCheckpoint, options: TaskOptions): Promise<TaskSource> {
  if (!isTranslator(model)) throw new Error("internal: no translator");
  const [from, to] = [needed(options, "data"), needed(options, "target")];
  const pairs: TranslatedText[] = [];
  const items: TranslatedPair[] = [];
  let line = 0;
  for await (const pair of readParallel(from, to)) {
    line++;
    if (pair.source.trim() === "" || pair.target.trim() === "") continue;
    const ids = (side: "source" | "target", path: string) =>
      sourceIds(model, pair[side], `${basename(path)}:${line}: the text`);
    items.push({ source: ids("source", from), target: ids("target", to) });
    pairs.push(pair);
    if (pairs.length === options.examples) break;
  }
  const content = pairs.map(({ source, target }) => `${source}\n${target}`).join("\n");
  const made = sourceOf(`${basename(from)} and ${basename(to)}`, content, options);
  return { ...made(items, (some) => translationTask(some, model.config.ids.start)), pairs };
}

function relation({ tokenizer, id }: Checkpoint, options: TaskOptions): TaskSource {
  const { relation: name = "agreement", examples = DOCUMENTS, seed } = options;
  if (!RELATIONS.includes(name)) throw new InputError(`there is no relation "${name}": there are ${RELATIONS.join(", ")}`);
  const world = createWorld();
  const ids = worldIds(world);
  const foreign = [...ids].find(([word, own]) => tokenizer.idOf(word) !== own);
  if (foreign) throw new InputError(`${id}: its vocabulary is not that of the made world, as that of builtin:relations-8 is`);
  const coding = { encode: worldEncoder(world), idOf: (word: string) => ids.get(word)! };
  const documents = worldDocuments(`task ${seed}`, examples);
  const content = documents.map(({ words }) => words.join(" ")).join("\n");
  return sourceOf(`made world, ${name}`, content, options)(documents, (some) => relationTask(some, name, coding));
}
