/** `headwise compare`: which heads changed from one model to another, as a summary here, a page and data. */
import { dirname, join } from "node:path";
import { compareModels } from "../heads/compare.ts";
import { requireOneShape } from "../heads/compare-align.ts";
import { loadCheckpoint } from "../load/checkpoint.node.ts";
import type { Checkpoint } from "../load/checkpoint.ts";
import { writeWhole } from "../load/write.node.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import { comparisonPage } from "../view/compare-page.ts";
import { comparisonText } from "../view/terminal-compare.ts";
import { type CorpusOptions, firstSentences, parseCorpus, readContent } from "./corpus.ts";
import { prepareFolder } from "./files.ts";
import { sayNotes } from "./model.ts";
import type { CommonOptions } from "./options.ts";
import { createProgress, type Progress } from "./progress.ts";

export interface CompareCommandOptions extends CorpusOptions {
  readonly out: string;
  readonly json?: string;
  readonly sentences?: number;
}

export async function compare(a: string, b: string, options: CommonOptions & CompareCommandOptions): Promise<void> {
  const printed = options.json === "-";
  const files = { page: join(options.out, "compare.html"), data: options.json ?? join(options.out, "compare.json") };
  const content = await readContent(options);
  const progress = createProgress();
  try {
    const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
    const models = await openBoth(a, b, progress);
    if (!printed) for (const file of Object.values(files)) await prepareFolder(dirname(file));
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
    const json = `${JSON.stringify(comparison)}\n`;
    if (printed) {
      process.stdout.write(json);
      return;
    }
    await writeWhole(files.data, json);
    await writeWhole(files.page, comparisonPage(comparison));
    const view = { columns: process.stdout.columns ?? 100, color: process.stdout.isTTY && process.env.NO_COLOR === undefined };
    process.stdout.write(`${comparisonText(comparison, view)}\n\nwrote ${files.page} and ${files.data}\n`);
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
