/** `headwise redundancy`: similar and redundant heads of a model, as a summary, a page and data. */
import type { Corpus } from "../corpus/sentence.ts";
import { redundancy as compareHeads } from "../heads/redundancy/redundancy.ts";
import { printableAll } from "../view/page/printable.ts";
import { redundancyPage } from "../view/redundancy/redundancy-page.ts";
import { redundancyTable } from "../view/table/redundancy-table.ts";
import { redundancyText } from "../view/terminal/terminal-redundancy.ts";
import { parseCorpus, readContent, someSentences } from "./read/corpus.ts";
import { openModel } from "./read/model.ts";
import type { CommonOptions } from "./read/options.ts";
import type { ReportCommandOptions } from "./report.ts";
import { nextCommand } from "./terminal/next.ts";
import { terminal } from "./terminal/output.ts";
import { createProgress } from "./terminal/progress.ts";
import { prepareResults } from "./terminal/results.ts";

export async function redundancy(model: string, options: CommonOptions & ReportCommandOptions): Promise<void> {
  const write = await prepareResults("redundancy", options);
  const content = await readContent(options);
  const progress = createProgress();
  try {
    let corpus: Corpus | undefined;
    const { runtime, checkpoint } = await openModel(model, options, progress, (seen) => {
      corpus = someSentences(parseCorpus(content, options, seen), options);
    });
    const result = await compareHeads(runtime, checkpoint, corpus!, {
      seed: options.seed,
      progress: (stage, share) => progress.update(stage, share),
      peakBytes: () => process.resourceUsage().maxRSS * 1024,
    });
    progress.stop();
    await runtime.release();
    await write({
      data: result,
      page: (elements) => redundancyPage(result, elements),
      text: () => redundancyText(printableAll(result), terminal()),
      table: () => redundancyTable(result),
      next: nextCommand("importance", [model], { task: "NAME", data: "FILE" }),
    });
  } finally {
    progress.stop();
  }
}
