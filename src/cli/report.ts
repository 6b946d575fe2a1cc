/** `headwise report`: the role of every head of a model, as a summary, a page and data. */
import { basename } from "node:path";
import type { Corpus } from "../corpus/sentence.ts";
import { readWhole } from "../corpus/text.node.ts";
import { parseImportance } from "../heads/importance/importance-report.ts";
import { describeModel } from "../heads/observe/describe.ts";
import { requireImportanceFor, requireImportanceOf, withImportance } from "../heads/report/join-importance.ts";
import { reportOn } from "../heads/report/report.ts";
import { printableAll } from "../view/page/printable.ts";
import { reportPage } from "../view/report/report-page.ts";
import { reportTable } from "../view/table/report-table.ts";
import { reportText } from "../view/terminal/terminal.ts";
import { type CorpusOptions, parseCorpus, readContent, type SentenceOptions, someSentences } from "./read/corpus.ts";
import { openModel } from "./read/model.ts";
import type { CommonOptions } from "./read/options.ts";
import { nextCommand } from "./terminal/next.ts";
import { terminal } from "./terminal/output.ts";
import { createProgress } from "./terminal/progress.ts";
import { prepareResults, type ResultOptions } from "./terminal/results.ts";

export interface ReportCommandOptions extends CorpusOptions, SentenceOptions, ResultOptions {
  /** A second text: CoNLL-U if its name ends so, else plain text. */
  readonly also?: string;
  /** The output of `headwise importance` for the same model. */
  readonly importance?: string;
}

/** Reads the file before anything else, so that a wrong one fails at once. */
async function readImportance(path: string | undefined) {
  if (path === undefined) return undefined;
  const name = basename(path);
  return { name, data: parseImportance(await readWhole(path), name) };
}

const sourceOf = (path: string): CorpusOptions =>
  /\.conllu(\.gz)?$/.test(path) ? { conllu: path, text: undefined } : { conllu: undefined, text: path };

export async function report(model: string, options: CommonOptions & ReportCommandOptions): Promise<void> {
  const importance = await readImportance(options.importance);
  const write = await prepareResults("report", options);
  const content = await readContent(options);
  const second = options.also === undefined ? undefined : { ...options, ...sourceOf(options.also) };
  const also = second && { options: second, content: await readContent(second) };
  const progress = createProgress();
  try {
    let corpus: Corpus | undefined;
    let other: Corpus | undefined;
    const { runtime, checkpoint } = await openModel(model, options, progress, (seen) => {
      if (importance) requireImportanceFor(importance.data, seen.config, importance.name);
      corpus = someSentences(parseCorpus(content, options, seen), options);
      if (also) other = someSentences(parseCorpus(also.content, also.options, seen), options);
    });
    if (importance) requireImportanceOf(importance.data, await describeModel(checkpoint), importance.name);
    const { report: plain, examples } = await reportOn(runtime, checkpoint, corpus!, {
      ...{ seed: options.seed, also: other },
      progress: (stage, share) => progress.update(stage, share),
      peakBytes: () => process.resourceUsage().maxRSS * 1024,
    });
    progress.stop();
    await runtime.release();
    const found = importance ? withImportance(plain, importance.data, importance.name) : plain;
    await write({
      data: found,
      page: (elements) => reportPage(found, examples, elements),
      text: () => reportText(printableAll(found), terminal()),
      table: () => reportTable(found),
      next: importance
        ? nextCommand("curve", [model], { task: found.task?.name, data: "FILE" })
        : nextCommand("importance", [model], { task: "NAME", data: "FILE" }),
    });
  } finally {
    progress.stop();
  }
}
