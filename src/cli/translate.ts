/** `headwise translate`: translates a text or the lines of a file with an encoder–decoder, in order. */
import { basename } from "node:path";
import { readLines } from "../corpus/text.node.ts";
import { writeWhole } from "../load/files/write.node.ts";
import { loadTranslator } from "../load/translator.node.ts";
import { InputError } from "../run/errors.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import { bleu } from "../tasks/bleu/bleu.ts";
import { checkTranslation, type Translation, translate as translations } from "../train/decode/translate.ts";
import { plural } from "../view/page/numbers.ts";
import { claimFiles } from "./read/files.ts";
import type { CommonOptions } from "./read/options.ts";
import { isReaderGone, printData, tell } from "./terminal/output.ts";
import { createProgress, fetching } from "./terminal/progress.ts";

export interface TranslateCommandOptions {
  readonly text?: string;
  readonly in?: string;
  readonly reference?: string;
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
  const reference = options.reference === undefined ? undefined : await readReference(options.reference, texts, options.in);
  if (options.out) await claimFiles([options.out]);
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
async function readTexts({ text, in: file }: TranslateCommandOptions): Promise<{
  texts: readonly string[];
  nameOf: (index: number) => string;
}> {
  if (text !== undefined) {
    if (text.trim() === "") throw new InputError("the text is empty; pass one with --text");
    return { texts: [text], nameOf: () => "the text" };
  }
  if (file === undefined) throw new InputError("translate needs a text; pass --text TEXT or --in FILE");
  const texts = await allLines(file);
  if (texts.every((line) => line.trim() === ""))
    throw new InputError(`${file}: contains no text; pass a file with one sentence per line`);
  return { texts, nameOf: (k) => `${basename(file)}:${k + 1}: the line` };
}

async function allLines(file: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(file)) lines.push(line);
  return lines;
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

/** Prints each result as it arrives, or writes all of them to a file at once. */
async function write(found: AsyncIterable<Translation>, { out, json }: TranslateCommandOptions): Promise<Translation[]> {
  const lines: string[] = [];
  const all: Translation[] = [];
  for await (const one of found) {
    const line = `${json ? asJson(one) : one.text.replace(/\s*\n\s*/g, " ")}\n`;
    all.push(one);
    if (out) lines.push(line);
    else await printData(line);
    if (!out && isReaderGone()) break;
  }
  if (out) await writeWhole(out, lines.join(""));
  return all;
}

const asJson = ({ source, text, ids, score }: Translation): string => JSON.stringify({ source, text, ids, score });
