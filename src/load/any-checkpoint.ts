/** Checkpoints of every family: encoders and decoders with one stack of layers, and translation models. */
import {
  type Check,
  type Checkpoint,
  neededConfig,
  type OpenFile,
  readDirectory,
  readJson,
  type Unread,
} from "./checkpoint.ts";
import { TRANSLATION_ARCHITECTURES } from "./family/config.ts";
import { baseType } from "./family/reading/headwise-keys.ts";
import { readTranslator, type Translator } from "./translator.ts";

/** A model of any family, with its tokenizer. */
export type AnyCheckpoint = Checkpoint | Translator;

/** Returns true if a model is an encoder–decoder. */
export function isTranslator(model: AnyCheckpoint): model is Translator;
export function isTranslator(model: Unread<AnyCheckpoint>): model is Unread<Translator>;
export function isTranslator(model: Unread<AnyCheckpoint>): boolean {
  return model.config.family === "encoder-decoder";
}

/** Reads a model directory of any family. Throws `InputError` with the name of a missing or invalid file. */
export async function readAnyDirectory(id: string, open: OpenFile, check?: Check<AnyCheckpoint>): Promise<AnyCheckpoint> {
  const json = (await readJson(await neededConfig(id, open))) as { readonly model_type?: unknown } | null;
  return TRANSLATION_ARCHITECTURES.includes(baseType(`${json?.model_type}`))
    ? readTranslator(id, open, check)
    : readDirectory(id, open, check);
}
