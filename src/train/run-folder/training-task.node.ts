/** The task of a run, from its configuration: the model's files, its graph configuration, and its batches. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createWorld, worldDocuments } from "../../corpus/world/document.ts";
import { worldEncoder, worldTokenizer } from "../../corpus/world/tokenizer.ts";
import { loadCheckpoint } from "../../load/checkpoint.node.ts";
import { readConfig } from "../../load/family/config.ts";
import { readTranslationConfig } from "../../load/family/translation-config.ts";
import { builtinFolder } from "../../load/files/builtin.node.ts";
import { FAST_TOKENIZER, hubTensors, withTying } from "../../load/save.ts";
import { createTokenizer, type Tokenizer } from "../../load/tokenizer/tokenizer.ts";
import { generationConfigJson, translatorFiles } from "../../load/translator.ts";
import { anyParameters } from "../../models/any.ts";
import type { EncoderDecoderParameters } from "../../models/encoder-decoder-parameters.ts";
import type { TransformerParameters } from "../../models/transformer.ts";
import { asRecord } from "../../params/keyed.ts";
import { byPath, filled } from "../../params/tree.ts";
import { InputError } from "../../run/errors.ts";
import type { Tensor } from "../../run/tensor.ts";
import type { TrainConfig } from "../config.ts";
import { type DataOptions, endlessData, maskedData, streamData, type TrainingData, translationData } from "../data.ts";
import { hubConfig } from "../model.ts";
import type { TrainableConfig } from "../objective.ts";
import {
  type DataParts,
  readPairs,
  readTexts,
  SPECIAL,
  specialIds,
  tokenRows,
  tokenStream,
  trainTokenizer,
} from "./prepare.node.ts";
import type { ModelFiles } from "./runs.node.ts";

/** The model and the data of a run. */
export interface TrainingTask {
  readonly config: TrainableConfig;
  readonly files: ModelFiles;
  readonly tokenizer: Tokenizer;
  readonly data: TrainingData;
  /** The SHA-256 of the held-out data, if the run itself selected it. */
  readonly heldOutHash?: string;
  /** Weights to continue from; absent for a new model. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  /** Returns the tensors of a checkpoint, by the names of stock loaders. */
  stored(weights: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor>;
}

/** Reads the texts, trains or loads the tokenizer, and plans the batches. Throws `InputError`. */
export async function prepareTask(config: TrainConfig, where: string): Promise<TrainingTask> {
  if (config.data.builtin === "relations") return relations(config, where);
  if (config.task === "translation") return translation(config, where);
  const texts = await readTexts(config, where);
  const base = config.from === undefined ? await fresh(config, texts.train, where) : await goOn(config, config.from, where);
  const make = config.task === "causal" ? causalData : hiddenData;
  return { ...base, data: make(config, base, texts, where), heldOutHash: hashOfParts(texts.heldOut) };
}

type Base = Omit<TrainingTask, "data" | "heldOutHash">;

const hashOfParts = (parts: readonly unknown[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("hex");

const optionsOf = ({ batch, seed }: TrainConfig): DataOptions => ({
  tokens: batch.tokens,
  buckets: batch.buckets,
  accumulate: batch.accumulate,
  seed,
});

const TRANSLATION_TOKENIZER = { ...FAST_TOKENIZER, pad_token: SPECIAL.translation[0], eos_token: SPECIAL.translation[1] };

const stringify = (json: object): string => `${JSON.stringify(json, null, 2)}\n`;

/** The files that configure a tokenizer, besides tokenizer.json. */
const SETTINGS = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"] as const;
const NEW_SETTINGS: ModelFiles = { "tokenizer_config.json": stringify(FAST_TOKENIZER) };

interface Given extends Pick<Base, "weights" | "tokenizer"> {
  /** The settings of an existing tokenizer. */
  readonly settings: ModelFiles;
}

/** Builds a model of parameters whose tree is rebuilt from paths. */
function baseOf(
  config: TrainableConfig,
  hub: object,
  tokenizerJson: object,
  { weights, tokenizer = createTokenizer(tokenizerJson), settings = NEW_SETTINGS }: Partial<Given> = {},
): Base {
  const specs = anyParameters(config);
  return {
    config,
    files: {
      "config.json": stringify(hub),
      "tokenizer.json": `${JSON.stringify(tokenizerJson)}\n`,
      ...settings,
      ...(config.family === "encoder-decoder" && {
        "generation_config.json": stringify(generationConfigJson(config)),
        "tokenizer_config.json": stringify(TRANSLATION_TOKENIZER),
      }),
    },
    tokenizer,
    weights,
    stored: (by) =>
      config.family === "encoder-decoder"
        ? translatorFiles({ config, weights: filled<EncoderDecoderParameters<Tensor>>(specs, by) }).tensors
        : hubTensors(config, filled<TransformerParameters<Tensor>>(specs, by)),
  };
}

async function fresh(config: TrainConfig, lines: Iterable<string>, where: string): Promise<Base> {
  const json = await trainTokenizer(config, lines, where);
  const tokenizer = createTokenizer(json);
  const [first, second, third] = specialIds(tokenizer, SPECIAL[config.task], where);
  const ids =
    config.task === "causal"
      ? { start: first, end: first }
      : config.task === "masked"
        ? { padding: first, start: second, end: third }
        : { padding: first, end: second };
  const hub = hubConfig(config, { vocabulary: tokenizer.vocabularySize, ...ids }, where);
  const own = config.task === "translation" ? readTranslationConfig(hub, where) : readConfig(hub, where);
  return baseOf(own, hub, json);
}

/** Opens an existing model with its own tokenizer. */
async function goOn(config: TrainConfig, from: string, where: string): Promise<Base> {
  const folder = (await builtinFolder(from)) ?? from;
  if (!existsSync(join(folder, "config.json")))
    throw new InputError(`${where}: "from" is ${from}, which has no config.json; set it to a model directory or builtin:NAME`);
  const { config: own, weights, tokenizer } = await loadCheckpoint(from);
  const wanted = config.task === "masked" ? "masked" : "causal";
  if (own.languageHead !== wanted)
    throw new InputError(
      `${where}: ${from} has no ${wanted} language head, which the task "${config.task}" trains; choose another model`,
    );
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8")) as object;
  const hub = withTying(await read("config.json"), own);
  const there = SETTINGS.filter((name) => existsSync(join(folder, name)));
  const settings = Object.fromEntries(
    await Promise.all(there.map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
  ) as ModelFiles;
  return baseOf(own, hub, await read("tokenizer.json"), { weights: byPath(weights), tokenizer, settings });
}

function causalData(config: TrainConfig, base: Base, { train, heldOut }: DataParts<string>, where: string): TrainingData {
  const { tokenizer } = base;
  const { length, tokens } = config.batch;
  checkLength(config, base, where);
  const [end] = config.from ? [endOf(base, where)] : specialIds(tokenizer, SPECIAL.causal, where);
  const stream = {
    tokens: tokenStream(tokenizer, train, end!),
    heldOut: tokenStream(tokenizer, heldOut, end!),
    heldOutBytes: Buffer.byteLength(heldOut.join("\n")) + 1,
  };
  if (stream.tokens.length < 3 * length)
    throw new InputError(
      `${where}: the text has ${stream.tokens.length} tokens, too few for rows of ${length}; add text, or lower "batch.length"`,
    );
  return streamData(stream, length, { ...optionsOf(config), tokens, repeats: config.data.repeats });
}

function endOf({ files }: Base, where: string): number {
  const { eos_token_id: end } = asRecord(JSON.parse(files["config.json"] ?? "{}"));
  const id: unknown = Array.isArray(end) ? end[0] : end;
  if (typeof id !== "number") throw new InputError(`${where}: the model's config.json has no "eos_token_id"; add it`);
  return id;
}

function hiddenData(config: TrainConfig, base: Base, { train, heldOut }: DataParts<string>, where: string): TrainingData {
  const { tokenizer } = base;
  checkLength(config, base, where);
  const ids = specialIds(tokenizer, SPECIAL.masked, where);
  const masking = { special: new Set(ids), paddingId: ids[0]!, maskId: ids[3]!, vocabulary: tokenizer.vocabularySize };
  const rows = (texts: readonly string[]) => nonEmpty(tokenRows(tokenizer, texts, config.batch.length), config, where);
  return maskedData(rows(train), rows(heldOut), masking, optionsOf(config));
}

function checkLength(config: TrainConfig, { config: own }: Base, where: string): void {
  if (config.batch.length <= own.maxPositions) return;
  throw new InputError(
    `${where}: "batch.length" is ${config.batch.length}, but the model has ${own.maxPositions} positions; lower it`,
  );
}

function nonEmpty<T>(rows: readonly T[], { batch }: TrainConfig, where: string): readonly T[] {
  if (rows.length > 0) return rows;
  throw new InputError(
    `${where}: no text fits into ${batch.length} tokens; raise "batch.length", or set "data.documents" to "line"`,
  );
}

async function translation(config: TrainConfig, where: string): Promise<TrainingTask> {
  const { train, heldOut } = await readPairs(config, where);
  if (config.from !== undefined) throw new InputError(`${where}: "from" supports only causal and masked models; remove it`);
  const base = await fresh(
    config,
    train.flatMap(({ source, target }) => [source, target]),
    where,
  );
  const { tokenizer } = base;
  const { ids } = base.config as Extract<TrainableConfig, { family: "encoder-decoder" }>;
  const encoded = (pairs: typeof train) =>
    nonEmpty(
      pairs
        .map(({ source, target }) => ({
          source: Int32Array.from(tokenizer.encode(source).ids),
          target: Int32Array.from(tokenizer.encode(target).ids),
        }))
        .filter((p) => p.source.length <= config.batch.length && p.target.length <= config.batch.length)
        .filter((p) => p.source.length > 1 && p.target.length > 1),
      config,
      where,
    );
  const data = translationData(encoded(train), encoded(heldOut), ids, optionsOf(config));
  return { ...base, data, heldOutHash: hashOfParts(heldOut) };
}

/** The seed of held-out synthetic documents, which no run trains on. */
const HELD_OUT_WORLD = "held out";
const HELD_OUT_DOCUMENTS = 1000;

/** Builds the task of the synthetic world of relations: new documents at every step. */
function relations(config: TrainConfig, where: string): TrainingTask {
  const world = createWorld();
  const encode = worldEncoder(world);
  const json = worldTokenizer(world);
  const tokenizer = createTokenizer(json);
  const hub = hubConfig(config, { vocabulary: tokenizer.vocabularySize, start: 1, padding: 0 }, where);
  const { length, tokens } = config.batch;
  const data = endlessData(
    (first, count) => worldDocuments(config.seed, count, first).map(encode),
    worldDocuments(HELD_OUT_WORLD, HELD_OUT_DOCUMENTS).map(encode),
    Math.max(1, Math.floor(tokens / length)),
    { ...optionsOf(config), sequence: length },
  );
  return { ...baseOf(readConfig(hub, where), hub, json), data };
}
