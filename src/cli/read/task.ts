/** The task that a model is evaluated on, from the options of a command. */
import { basename } from "node:path";
import { splitSentences } from "../../corpus/plain.ts";
import type { ColumnNames } from "../../corpus/tables/columns.ts";
import { readDocuments, readParallel, readWhole } from "../../corpus/text.node.ts";
import type { Relation } from "../../corpus/world/target.ts";
import { type AnyCheckpoint, isTranslator } from "../../load/any-checkpoint.ts";
import type { Checkpoint, Unread } from "../../load/checkpoint.ts";
import type { Translator } from "../../load/translator.ts";
import { InputError } from "../../run/errors.ts";
import {
  type Loaded,
  labelSource,
  passageSource,
  relationSource,
  type SourceOptions,
  similaritySource,
  type TaskSource,
  type TranslatedText,
  translationSource,
} from "../../tasks/source.ts";
import type { TaskName } from "./task-names.ts";

export interface TaskOptions extends SourceOptions {
  readonly task: TaskName;
  readonly data?: string;
  readonly target?: string;
  readonly relation?: Relation;
  /** Data to measure on, and their translations; `data` then only selects heads. */
  readonly heldOut?: string;
  readonly heldOutTarget?: string;
  /** The columns of a table, or keys of JSONL. */
  readonly columns?: ColumnNames;
  /** The maximum size of a file in bytes of text. */
  readonly textLimit?: number;
}

/**
 * Reads the data of a task; the model's weights are not needed yet. Throws `InputError` if data or labels are missing, if an
 * option is not one of the task, or if the task does not fit the model.
 */
export async function readTask(
  model: Unread<AnyCheckpoint>,
  options: TaskOptions,
  loaded: Loaded<AnyCheckpoint>,
): Promise<TaskSource> {
  refuseUnread(options);
  const { task } = options;
  if (isTranslator(model) !== (task === "translation")) {
    const kind = isTranslator(model)
      ? "an encoder-decoder; pass --task translation"
      : "not an encoder-decoder, which --task translation needs; choose another task or model";
    throw new InputError(`${model.id} is ${kind}`);
  }
  if (isTranslator(model)) return translation(model, options);
  if (task === "relation") return relationSource(model, options);
  const path = needed(options, "data");
  if (task === "next-token" || task === "masked-token") return passages(model, path, task, options);
  const file = {
    name: dataName(path),
    id: basename(path),
    content: await readWhole(path, options.textLimit),
    columns: options.columns,
  };
  return task === "similarity" ? similaritySource(model, file, options) : labelSource(model, file, options, loaded);
}

/** Reads the data to measure on, if there are any: all of the file. */
export async function readHeldOut(
  model: Unread<AnyCheckpoint>,
  { heldOut, heldOutTarget, examples, first, ...options }: TaskOptions,
  loaded: Loaded<AnyCheckpoint>,
): Promise<TaskSource | undefined> {
  return heldOut === undefined ? undefined : readTask(model, { ...options, data: heldOut, target: heldOutTarget }, loaded);
}

/** Returns the file name whose extension gives the format. */
const dataName = (path: string): string => basename(path).replace(/\.gz$/, "");

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

const WITH_DATA: readonly TaskName[] = ["next-token", "masked-token", "similarity", "labels", "translation"];

/** The options that only some tasks read, with these tasks. */
const READ_BY: readonly (readonly [key: keyof TaskOptions, name: string, tasks: readonly TaskName[]])[] = [
  ["data", "--data", WITH_DATA],
  ["heldOut", "--held-out", WITH_DATA],
  ["columns", "--columns", ["similarity", "labels"]],
  ["target", "--target", ["translation"]],
  ["heldOutTarget", "--held-out-target", ["translation"]],
  ["relation", "--relation", ["relation"]],
];

/** Throws `InputError` for an option that the task would ignore, and for held-out data without their translations or the reverse. */
function refuseUnread(options: TaskOptions): void {
  const { task, heldOut, heldOutTarget } = options;
  for (const [key, name, tasks] of READ_BY)
    if (options[key] !== undefined && !tasks.includes(task))
      throw new InputError(`--task ${task} does not read ${name}; remove it, or choose a task that does (${tasks.join(", ")})`);
  if (heldOutTarget !== undefined && heldOut === undefined)
    throw new InputError("--held-out-target translates the sentences of --held-out; add --held-out FILE");
  if (task === "translation" && heldOut !== undefined && heldOutTarget === undefined)
    throw new InputError("--held-out has no translations; add --held-out-target FILE");
}

async function passages(
  model: Unread<Checkpoint>,
  path: string,
  task: "next-token" | "masked-token",
  options: TaskOptions,
): Promise<TaskSource> {
  const sentences: string[] = [];
  for await (const text of readDocuments(path, undefined, options.textLimit))
    for (const sentence of splitSentences(text)) sentences.push(sentence);
  return passageSource(model, { id: basename(path), sentences }, task, options);
}

async function translation(model: Unread<Translator>, options: TaskOptions): Promise<TaskSource> {
  const [from, to] = [needed(options, "data"), needed(options, "target")];
  const pairs: TranslatedText[] = [];
  for await (const pair of readParallel(from, to, options.textLimit)) pairs.push(pair);
  return translationSource(model, { id: `${basename(from)} and ${basename(to)}`, pairs }, options);
}
