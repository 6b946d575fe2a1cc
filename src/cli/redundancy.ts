/** `headwise redundancy`: which heads of a model are alike, as a summary here, a page and data. */
import { dirname, join } from "node:path";
import { redundancy as compareHeads } from "../heads/redundancy.ts";
import { writeWhole } from "../load/write.node.ts";
import { redundancyPage } from "../view/redundancy-page.ts";
import { redundancyText } from "../view/terminal-redundancy.ts";
import { firstSentences, parseCorpus, readContent } from "./corpus.ts";
import { prepareFolder } from "./files.ts";
import { openModel } from "./model.ts";
import type { CommonOptions } from "./options.ts";
import { createProgress } from "./progress.ts";
import type { ReportCommandOptions } from "./report.ts";

export async function redundancy(model: string, options: CommonOptions & ReportCommandOptions): Promise<void> {
  const printed = options.json === "-";
  const files = { page: join(options.out, "redundancy.html"), data: options.json ?? join(options.out, "redundancy.json") };
  if (!printed) for (const file of Object.values(files)) await prepareFolder(dirname(file));
  const content = await readContent(options);
  const progress = createProgress();
  try {
    const { runtime, checkpoint } = await openModel(model, options, progress);
    const corpus = firstSentences(parseCorpus(content, options, checkpoint), options.sentences);
    const result = await compareHeads(runtime, checkpoint, corpus, {
      seed: options.seed,
      progress: (stage, share) => progress.update(stage, share),
      peakBytes: () => process.resourceUsage().maxRSS * 1024,
    });
    progress.stop();
    await runtime.release();
    const json = `${JSON.stringify(result)}\n`;
    if (printed) {
      process.stdout.write(json);
      return;
    }
    await writeWhole(files.data, json);
    await writeWhole(files.page, redundancyPage(result));
    const view = { columns: process.stdout.columns ?? 100, color: process.stdout.isTTY && process.env.NO_COLOR === undefined };
    process.stdout.write(`${redundancyText(result, view)}\n\nwrote ${files.page} and ${files.data}\n`);
  } finally {
    progress.stop();
  }
}
