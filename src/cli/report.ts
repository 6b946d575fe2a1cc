/** `headwise report`: what every head of a model does, as a summary here, a page and data. */
import { dirname, join } from "node:path";
import { reportOn } from "../heads/report.ts";
import { writeWhole } from "../load/write.node.ts";
import { reportPage } from "../view/report-page.ts";
import { reportText } from "../view/terminal.ts";
import { type CorpusOptions, firstSentences, parseCorpus, readContent } from "./corpus.ts";
import { prepareFolder } from "./files.ts";
import { openModel } from "./model.ts";
import type { CommonOptions } from "./options.ts";
import { createProgress } from "./progress.ts";

export interface ReportCommandOptions extends CorpusOptions {
  readonly out: string;
  readonly json?: string;
  readonly sentences?: number;
}

export async function report(model: string, options: CommonOptions & ReportCommandOptions): Promise<void> {
  const printed = options.json === "-";
  const files = { page: join(options.out, "report.html"), data: options.json ?? join(options.out, "report.json") };
  if (!printed) for (const file of Object.values(files)) await prepareFolder(dirname(file));
  const content = await readContent(options);
  const progress = createProgress();
  try {
    const { runtime, checkpoint } = await openModel(model, options, progress);
    const corpus = firstSentences(parseCorpus(content, options, checkpoint), options.sentences);
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
