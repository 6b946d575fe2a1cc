/** Preparation of a run: reads text, trains a vocabulary on it, and tokenizes both parts. */
import { readAddresses, readNovels } from "../../corpus/addresses.node.ts";
import { type BpeOptions, trainBpe } from "../../corpus/bpe.ts";
import { readDocuments, readParallel } from "../../corpus/text.node.ts";
import type { Tokenizer } from "../../load/tokenizer/tokenizer.ts";
import { random } from "../../params/random.ts";
import { InputError } from "../../run/errors.ts";
import type { TrainConfig } from "../config.ts";
import { hashOf } from "./sums.node.ts";

/** The special tokens of a new vocabulary, by task. */
export const SPECIAL = {
  causal: ["<|endoftext|>"],
  masked: ["[PAD]", "[CLS]", "[SEP]", "[MASK]"],
  translation: ["<pad>", "</s>"],
} as const;

/** Training text and held-out text. */
export interface DataParts<T> {
  readonly train: readonly T[];
  readonly heldOut: readonly T[];
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

/** Holds out one of every `k` neighbors, drawn by the seed, so that a period in the data has no effect. */
export function holdOut<T>(all: readonly T[], k: number, seed: number): DataParts<T> {
  const uniform = random(`${seed}/held out`);
  const [train, heldOut]: [T[], T[]] = [[], []];
  for (let from = 0; from < all.length; from += k) {
    const chosen = from + Math.floor(uniform() * k);
    const whole = from + k <= all.length;
    for (const [i, item] of all.slice(from, from + k).entries()) (whole && from + i === chosen ? heldOut : train).push(item);
  }
  return { train, heldOut };
}

/** Reads the documents of a causal or masked run. */
export async function readTexts({ data, seed }: TrainConfig, where: string): Promise<DataParts<string>> {
  if (data.builtin) {
    const { train, heldOut } = await readAddresses();
    const more = data.builtin === "english" ? await readNovels() : [];
    const textsOf = (all: readonly { readonly text: string }[]) => all.map(({ text }) => text);
    return { train: textsOf([...train, ...more]), heldOut: textsOf(heldOut) };
  }
  const files = typeof data.text === "string" ? [data.text] : data.text!;
  const all = (await Promise.all(files.map((f) => collect(readDocuments(f, data.documents, data.textLimit))))).flat();
  const parts = data.validation
    ? { train: all, heldOut: await collect(readDocuments(data.validation, data.documents, data.textLimit)) }
    : holdOut(all, data.heldOut, seed);
  if (parts.train.length > 0 && parts.heldOut.length > 0) return parts;
  throw new InputError(
    `${where}: ${files.join(", ")}: ${all.length === 1 ? "1 document" : `${all.length} documents`} cannot be split into training and held-out parts; give at least ${data.heldOut}, separated by blank lines, set "data.documents" to "line", or set "data.validation"`,
  );
}

/** Reads the sentence pairs of a translation run. */
export async function readPairs(
  { data, seed }: TrainConfig,
  where: string,
): Promise<DataParts<{ source: string; target: string }>> {
  const all = await collect(readParallel(data.source!, data.target!, data.textLimit));
  if (!data.validationSource && all.length < data.heldOut)
    throw new InputError(
      `${where}: ${data.source}: ${all.length === 1 ? "1 pair" : `${all.length} pairs`} cannot be split into training and held-out parts; set "data.validationSource" and "data.validationTarget", or lower "data.heldOut"`,
    );
  if (!data.validationSource) return holdOut(all, data.heldOut, seed);
  return { train: all, heldOut: await collect(readParallel(data.validationSource, data.validationTarget!, data.textLimit)) };
}

/** Trains a vocabulary on the run's text, and returns the object of tokenizer.json. */
export async function trainTokenizer(config: TrainConfig, lines: Iterable<string>, name: string): Promise<object> {
  const specialTokens = SPECIAL[config.task];
  const around: Record<TrainConfig["task"], BpeOptions["around"]> = {
    causal: {},
    masked: { start: "[CLS]", end: "[SEP]" },
    translation: { end: "</s>" },
  };
  return (await trainBpe(lines, { ...config.tokenizer, specialTokens, around: around[config.task], name })).tokenizer;
}

const idsOf = (tokenizer: Tokenizer, text: string): Int32Array => Int32Array.from(tokenizer.encode(text).ids);

/** Concatenates documents, each followed by `end`. */
export function tokenStream(tokenizer: Tokenizer, texts: readonly string[], end: number): Int32Array {
  const rows = texts.map((text) => idsOf(tokenizer, text));
  const out = new Int32Array(rows.reduce((n, row) => n + row.length + 1, 0));
  let at = 0;
  for (const row of rows) {
    out.set(row, at);
    out[at + row.length] = end;
    at += row.length + 1;
  }
  return out;
}

/** Tokenizes texts; those longer than `length` are skipped. */
export const tokenRows = (tokenizer: Tokenizer, texts: readonly string[], length: number): Int32Array[] =>
  texts.map((text) => idsOf(tokenizer, text)).filter((row) => row.length > 2 && row.length <= length);

/** Returns the SHA-256 of each file that the run reads, by name. */
export async function fileHashes({ data }: TrainConfig): Promise<Record<string, string>> {
  const named = [data.text ?? [], data.validation, data.source, data.target, data.validationSource, data.validationTarget];
  const files = named.flat().filter((f) => f !== undefined);
  const hashes = await Promise.all(files.map(async (f) => [f, await inputHash(f)] as const));
  return Object.fromEntries(hashes);
}

/** Returns the SHA-256 of an input file. Throws `InputError` if it cannot be read. */
export const inputHash = (path: string): Promise<string> =>
  hashOf(path).catch(() => {
    throw new InputError(`${path}: there is no such file, or it cannot be read; check the path`);
  });

/** Returns the ids of special tokens; throws `InputError` if the tokenizer lacks one. */
export function specialIds(tokenizer: Tokenizer, names: readonly string[], where: string): number[] {
  return names.map((name) => {
    const id = tokenizer.idOf(name);
    if (id === undefined)
      throw new InputError(`${where}: the tokenizer has no token "${name}", which this task needs; use another tokenizer`);
    return id;
  });
}
