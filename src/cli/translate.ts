/** `headwise translate`: texts or the lines of a file through an encoder–decoder, in order. */
import { basename, dirname } from "node:path";
import { loadTranslator } from "../load/translator.node.ts";
import { writeWhole } from "../load/write.node.ts";
import { InputError } from "../run/errors.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import { type Translation, translate as translations } from "../train/translate.ts";
import { prepareFolder, readText } from "./files.ts";
import type { CommonOptions } from "./options.ts";
import { createProgress } from "./progress.ts";

export interface TranslateCommandOptions {
  readonly text?: string;
  readonly in?: string;
  readonly beam?: number;
  readonly penalty: "length" | "paper";
  readonly lengthPenalty?: number;
  readonly maxLength?: number;
  readonly batch: number;
  readonly out?: string;
  readonly json?: boolean;
}

export async function translate(model: string, options: CommonOptions & TranslateCommandOptions): Promise<void> {
  const { texts, nameOf } = await readTexts(options);
  if (options.out) await prepareFolder(dirname(options.out));
  const progress = createProgress();
  try {
    const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
    const translator = await loadTranslator(model, {
      progress: (done, total, file) => progress.update(`fetching ${file}`, total ? done / total : 0),
    });
    const found = translations(runtime, translator, texts, {
      beams: options.beam,
      penalty: options.penalty,
      lengthPenalty: options.lengthPenalty,
      maxLength: options.maxLength,
      batch: options.batch,
      nameOf,
      progress: (done, total) => progress.update("translating", done / total),
    });
    await write(found, options);
    await runtime.release();
  } finally {
    progress.stop();
  }
}

/** What to translate, and how each text is called. */
async function readTexts({ text, in: file }: TranslateCommandOptions): Promise<{
  texts: readonly string[];
  nameOf: (index: number) => string;
}> {
  if (text !== undefined) {
    if (text.trim() === "") throw new InputError("the text is empty: give one with --text");
    return { texts: [text], nameOf: () => "the text" };
  }
  if (file === undefined) throw new InputError("nothing to translate: give --text TEXT or --in FILE");
  const content = await readText(file);
  if (content.trim() === "") throw new InputError(`${file}: holds no text: give a file with a sentence on each line`);
  const texts = content.replace(/\r?\n$/, "").split(/\r?\n/);
  return { texts, nameOf: (k) => `${basename(file)}:${k + 1}: the line` };
}

/** Each result as it comes, or all of them at once into a file, which is whole or absent. */
async function write(found: AsyncIterable<Translation>, { out, json }: TranslateCommandOptions): Promise<void> {
  const lines: string[] = [];
  for await (const one of found) {
    const line = `${json ? asJson(one) : one.text.replace(/\s*\n\s*/g, " ")}\n`;
    if (out) lines.push(line);
    else process.stdout.write(line);
  }
  if (out) await writeWhole(out, lines.join(""));
}

const asJson = ({ source, text, ids, score }: Translation): string => JSON.stringify({ source, text, ids, score });
