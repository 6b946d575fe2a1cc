/** `headwise translate`: translates a text or the lines of a file with an encoder–decoder, in order. */
import { basename } from "node:path";
import { allLines } from "../corpus/text.node.ts";
import { writeTogether } from "../load/files/write.node.ts";
import { loadTranslator } from "../load/translator.node.ts";
import { InputError } from "../run/errors.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import { bleu } from "../tasks/bleu/bleu.ts";
import { checkTranslation, type Translation, translate as translations } from "../train/decode/translate.ts";
import { plural } from "../view/page/numbers.ts";
import { checkExtension } from "./read/extensions.ts";
import { claimFiles } from "./read/files.ts";
import type { RunOptions } from "./read/options.ts";
import { endingText, isJsonAlone, type JsonOption, jsonFile } from "./terminal/json.ts";
import { isReaderGone, printData, tell } from "./terminal/output.ts";
import { createProgress, fetching } from "./terminal/progress.ts";

export interface TranslateCommandOptions extends JsonOption {
  readonly text?: string;
  readonly data?: string;
  readonly reference?: string;
  readonly beam?: number;
  readonly penalty: "length" | "paper";
  readonly lengthPenalty?: number;
  readonly maxLength?: number;
  readonly batch: number;
  readonly out?: string;
}

export async function translate(model: string, options: RunOptions & TranslateCommandOptions): Promise<void> {
  checkExtension("--out", options.out, "plain text");
  const { texts, nameOf } = await readTexts(options);
  const reference = options.reference === undefined ? undefined : await readReference(options.reference, texts, options.data);
  await claimFiles([options.out, jsonFile(options)].filter((file) => file !== undefined));
  const progress = createProgress();
  try {
    const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
    const asked = {
      beams: options.beam,
      penalty: options.penalty,
      lengthPenalty: options.lengthPenalty,
      maxLength: options.maxLength,
      batch: options.batch,
      nameOf,
    };
    const translator = await loadTranslator(model, {
      progress: fetching(progress),
      check: (seen) => checkTranslation(seen, texts, asked),
    });
    const report = (done: number, total: number) => progress.update("translating", done / total);
    const found = translations(runtime, translator, texts, { ...asked, progress: report });
    const translated = await write(found, options);
    progress.stop();
    if (reference) printBleu(translated, reference);
    await runtime.release();
  } finally {
    progress.stop();
  }
}

/** Reads the texts to translate, and names each. */
async function readTexts({ text, data: file }: TranslateCommandOptions): Promise<{
  texts: readonly string[];
  nameOf: (index: number) => string;
}> {
  if (text !== undefined) {
    if (text.trim() === "") throw new InputError("the text is empty; pass one with --text");
    return { texts: [text], nameOf: () => "the text" };
  }
  if (file === undefined) throw new InputError("translate needs a text; pass --text TEXT or --data FILE");
  const texts = await allLines(file);
  if (texts.every((line) => line.trim() === ""))
    throw new InputError(`${file}: contains no text; pass a file with one sentence per line`);
  return { texts, nameOf: (k) => `${basename(file)}:${k + 1}: the line` };
}

async function readReference(file: string, texts: readonly string[], source = "--text"): Promise<readonly string[]> {
  const lines = await allLines(file);
  if (lines.length === texts.length) return lines;
  throw new InputError(
    `${file} has ${plural(lines.length, "line")}, but ${source} has ${texts.length}; pass a reference with one line per sentence`,
  );
}

/** Prints the score on stderr, so that standard output contains only translations. */
function printBleu(translated: readonly Translation[], reference: readonly string[]): void {
  const { score, precisions, brevityPenalty, signature } = bleu(
    translated.map(({ text }) => text),
    [reference],
  );
  const parts = precisions.map((p) => p.toFixed(1)).join("/");
  tell(`BLEU ${score.toFixed(2)} (${parts}, brevity ${brevityPenalty.toFixed(3)}; ${signature})\n`);
}

/** Prints each result as it arrives, as JSON or as text, and writes all of them to files at once. */
async function write(found: AsyncIterable<Translation>, options: TranslateCommandOptions): Promise<Translation[]> {
  const { out } = options;
  const file = jsonFile(options);
  const lineOf = isJsonAlone(options) ? jsonLine : out === undefined ? textLine : undefined;
  const all: Translation[] = [];
  for await (const one of found) {
    all.push(one);
    if (lineOf) await printData(lineOf(one));
    if (out === undefined && file === undefined && isReaderGone()) break;
  }
  const files: [path: string, content: string][] = [];
  if (out !== undefined) files.push([out, all.map(textLine).join("")]);
  if (file !== undefined) files.push([file, all.map(jsonLine).join("")]);
  await writeTogether(files);
  if (files.length > 0) tell(endingText({ wrote: files.map(([path]) => path) }));
  return all;
}

const textLine = ({ text }: Translation): string => `${text.replace(/\s*\n\s*/g, " ")}\n`;
const jsonLine = ({ source, text, ids, score }: Translation): string => `${JSON.stringify({ source, text, ids, score })}\n`;
