/** `headwise compare`: the changes of every head between two models, as a summary, a page and data. */

import { requireOneShape } from "../heads/compare/align.ts";
import { compareModels } from "../heads/compare/compare.ts";
import { loadCheckpoint } from "../load/checkpoint.node.ts";
import type { Check, Checkpoint } from "../load/checkpoint.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import { comparisonPage } from "../view/compare/compare-page.ts";
import { printableAll } from "../view/page/printable.ts";
import { compareTable } from "../view/table/compare-table.ts";
import { comparisonText } from "../view/terminal/terminal-compare.ts";
import { type CorpusOptions, parseCorpus, readContent, type SentenceOptions, someSentences } from "./read/corpus.ts";
import { printNotes } from "./read/model.ts";
import type { CommonOptions } from "./read/options.ts";
import { nextCommand } from "./terminal/next.ts";
import { terminal } from "./terminal/output.ts";
import { createProgress, fetching, type Progress } from "./terminal/progress.ts";
import { prepareResults, type ResultOptions } from "./terminal/results.ts";

export interface CompareCommandOptions extends CorpusOptions, SentenceOptions, ResultOptions {}

export async function compare(a: string, b: string, options: CommonOptions & CompareCommandOptions): Promise<void> {
  const write = await prepareResults("compare", options);
  const content = await readContent(options);
  const progress = createProgress();
  try {
    const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
    const models = await openBoth(a, b, progress);
    const maxPositions = Math.min(...models.map(({ config }) => config.maxPositions));
    const reader = { ...models[0], config: { ...models[0].config, maxPositions } };
    const corpus = someSentences(parseCorpus(content, options, reader), options);
    const comparison = await compareModels(runtime, ...models, corpus, {
      seed: options.seed,
      progress: (stage, share) => progress.update(stage, share),
      peakBytes: () => process.resourceUsage().maxRSS * 1024,
    });
    progress.stop();
    await runtime.release();
    await write({
      data: comparison,
      page: (elements) => comparisonPage(comparison, elements),
      text: () => comparisonText(printableAll(comparison), terminal()),
      table: () => compareTable(comparison),
      next: nextCommand("report", [b]),
    });
  } finally {
    progress.stop();
  }
}

/** Opens both models; two folders of the same name are identified by their paths. */
async function openBoth(a: string, b: string, progress: Progress): Promise<[Checkpoint, Checkpoint]> {
  const open = (model: string, check: Check<Checkpoint>) => loadCheckpoint(model, { progress: fetching(progress), check });
  let other: Checkpoint | undefined;
  // both configurations are compared before any weights are read
  const first = await open(a, async ({ config }) => {
    other = await open(b, (seen) => requireOneShape(config, seen.config));
  });
  const second = other!;
  for (const each of [first, second]) printNotes(each);
  requireOneShape(first.config, second.config);
  return first.id === second.id && a !== b ? [named(first, a), named(second, b)] : [first, second];
}

const named = (checkpoint: Checkpoint, id: string): Checkpoint => ({ ...checkpoint, id });
