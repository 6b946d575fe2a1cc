/** `headwise report`: what every head of a model does, as a summary here, a page and data. */
import { basename, dirname, join } from "node:path";
import { parseConllu } from "../corpus/conllu.ts";
import { parsePlain } from "../corpus/plain.ts";
import { SAMPLE_CONLLU } from "../corpus/sample.ts";
import type { Corpus } from "../corpus/sentence.ts";
import { reportOn } from "../heads/report.ts";
import type { Checkpoint } from "../load/checkpoint.ts";
import { writeWhole } from "../load/write.node.ts";
import { reportPage } from "../view/report-page.ts";
import { reportText } from "../view/terminal.ts";
import { prepareFolder, readText } from "./files.ts";
import { openModel } from "./model.ts";
import type { CommonOptions } from "./options.ts";
import { createProgress } from "./progress.ts";

export interface ReportCommandOptions {
  readonly conllu?: string;
  readonly text?: string;
  readonly out: string;
  readonly json?: string;
  readonly sentences?: number;
}

export async function report(model: string, options: CommonOptions & ReportCommandOptions): Promise<void> {
  const printed = options.json === "-";
  const files = { page: join(options.out, "report.html"), data: options.json ?? join(options.out, "report.json") };
  if (!printed) for (const file of Object.values(files)) await prepareFolder(dirname(file));
  const source = options.conllu ?? options.text;
  const content = source === undefined ? SAMPLE_CONLLU : await readText(source);
  const progress = createProgress();
  try {
    const { runtime, checkpoint } = await openModel(model, options, progress);
    const corpus = firstSentences(readCorpus(content, options, checkpoint), options.sentences);
    const result = await reportOn(runtime, checkpoint, corpus, {
      seed: options.seed,
      progress: (stage, share) => progress.update(stage, share),
      peakBytes: () => process.resourceUsage().maxRSS * 1024,
    });
    progress.stop();
    await runtime.release();
    const json = `${JSON.stringify(result.report)}\n`;
    if (printed) {
      process.stdout.write(json);
      return;
    }
    await writeWhole(files.data, json);
    await writeWhole(files.page, reportPage(result.report, result.examples));
    const view = { columns: process.stdout.columns ?? 100, color: process.stdout.isTTY && process.env.NO_COLOR === undefined };
    process.stdout.write(`${reportText(result.report, view)}\n\nwrote ${files.page} and ${files.data}\n`);
  } finally {
    progress.stop();
  }
}

function readCorpus(content: string, { conllu, text }: ReportCommandOptions, { tokenizer, config }: Checkpoint): Corpus {
  if (text !== undefined) {
    return parsePlain(content, basename(text), config.maxPositions, (t) => tokenizer.encode(t).ids.length);
  }
  return parseConllu(content, conllu === undefined ? "built-in sample" : basename(conllu));
}

function firstSentences(corpus: Corpus, count?: number): Corpus {
  if (count === undefined || count >= corpus.sentences.length) return corpus;
  return { ...corpus, id: `${corpus.id} (first ${count})`, sentences: corpus.sentences.slice(0, count) };
}
