/** `headwise compare`: which heads changed from one model to another, as a summary here, a page and data. */
import { compareModels } from "../heads/compare.ts";
import { requireOneShape } from "../heads/compare-align.ts";
import { loadCheckpoint } from "../load/checkpoint.node.ts";
import type { Checkpoint } from "../load/checkpoint.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import { comparisonPage } from "../view/compare-page.ts";
import { comparisonText } from "../view/terminal-compare.ts";
import { type CorpusOptions, firstSentences, parseCorpus, readContent } from "./corpus.ts";
import { sayNotes } from "./model.ts";
import type { CommonOptions } from "./options.ts";
import { createProgress, type Progress } from "./progress.ts";
import { prepareResults, type ResultOptions } from "./results.ts";

export interface CompareCommandOptions extends CorpusOptions, ResultOptions {
  readonly sentences?: number;
}

export async function compare(a: string, b: string, options: CommonOptions & CompareCommandOptions): Promise<void> {
  const content = await readContent(options);
  const progress = createProgress();
  try {
    const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
    const models = await openBoth(a, b, progress);
    const write = await prepareResults("compare", options);
    const maxPositions = Math.min(...models.map(({ config }) => config.maxPositions));
    const reader = { ...models[0], config: { ...models[0].config, maxPositions } };
    const corpus = firstSentences(parseCorpus(content, options, reader), options.sentences);
    const comparison = await compareModels(runtime, ...models, corpus, {
      seed: options.seed,
      progress: (stage, share) => progress.update(stage, share),
      peakBytes: () => process.resourceUsage().maxRSS * 1024,
    });
    progress.stop();
    await runtime.release();
    const view = { columns: process.stdout.columns ?? 100, color: process.stdout.isTTY && process.env.NO_COLOR === undefined };
    await write(
      comparison,
      () => comparisonPage(comparison),
      () => comparisonText(comparison, view),
    );
  } finally {
    progress.stop();
  }
}

/** Both models; folders of one name are told apart by their paths. */
async function openBoth(a: string, b: string, progress: Progress): Promise<[Checkpoint, Checkpoint]> {
  const open = (model: string) =>
    loadCheckpoint(model, {
      progress: (done, total, file) => progress.update(`fetching ${file}`, total ? done / total : 0),
    });
  const [first, second] = [await open(a), await open(b)];
  for (const each of [first, second]) sayNotes(each);
  requireOneShape(first.config, second.config);
  return first.id === second.id && a !== b ? [named(first, a), named(second, b)] : [first, second];
}

const named = (checkpoint: Checkpoint, id: string): Checkpoint => ({ ...checkpoint, id });
