/** `headwise convert`: turns a trained model into a mixture of heads, as a start for training, and writes it to a folder. */
import { isTranslator } from "../load/any-checkpoint.ts";
import { writeFolder } from "../load/files/write-folder.node.ts";
import { type MixtureOptions, mixtureConfig, toMixture } from "../models/mixture.ts";
import { type AnyConfig, sitesOf } from "../models/sites.ts";
import { attentionWork } from "../prune/attention-work.ts";
import { type ConvertRecord, convertedFiles } from "../prune/write/converted.ts";
import { checkVacant, openForCutting } from "../prune/write/folder.node.ts";
import { VERSION } from "../version.ts";
import { plural } from "../view/page/numbers.ts";
import { wrapped } from "../view/terminal/terminal-table.ts";
import { claimFolder } from "./read/files.ts";
import { printNotes } from "./read/model.ts";
import { type JsonOption, prepareJson } from "./terminal/json.ts";
import { nextCommand } from "./terminal/next.ts";
import { terminal } from "./terminal/output.ts";
import { createProgress, fetching } from "./terminal/progress.ts";

export interface ConvertOptions extends JsonOption, Required<Pick<MixtureOptions, "shared" | "top">> {
  readonly to: "moh";
  readonly out: string;
}

/** The text length whose multiply-adds are compared, unless the model's texts are shorter. */
const LENGTH = 512;

export async function convert(model: string, options: ConvertOptions): Promise<void> {
  const { out, shared, top } = options;
  const write = await prepareJson(options, [], { own: true });
  await claimFolder(out);
  await checkVacant(out);
  const progress = createProgress();
  try {
    const opened = await openForCutting(model, {
      progress: fetching(progress),
      check: ({ config }) => void mixtureConfig(config, options, (option) => `--${option}`),
    });
    const { checkpoint } = opened;
    if (!isTranslator(checkpoint)) printNotes(checkpoint);
    const converted = toMixture(checkpoint, { shared, top });
    const length = Math.min(LENGTH, checkpoint.config.maxPositions);
    const record: ConvertRecord = {
      format: "headwise.convert/1",
      ...{ headwise: VERSION, model, to: options.to, shared, top },
      attentions: sitesOf(converted.config).length,
      work: { length, before: attentionWork(checkpoint.config, length), after: attentionWork(converted.config, length) },
    };
    await writeFolder(out, convertedFiles(opened, converted, record));
    progress.stop();
    await write({
      data: record,
      text: () => summary(record, converted.config, options),
      wrote: [out],
      next: isTranslator(checkpoint) ? nextCommand("translate", [out], { text: "TEXT" }) : nextCommand("compare", [model, out]),
    });
  } finally {
    progress.stop();
  }
}

function summary({ attentions, work }: ConvertRecord, config: AnyConfig, { shared, top, out }: ConvertOptions): string {
  const counts = [...new Set(sitesOf(config).map(({ heads }) => heads - shared))].join(" or ");
  const less = Math.round(100 * (1 - work.after / work.before));
  const lines = [
    `In ${plural(attentions, "attention")}, each token uses ${plural(shared, "shared head")} and ${top} of ${counts} routed ones.`,
    `With a balanced router, this removes ${less}% of the multiply-adds of attention over ${work.length} tokens.`,
    `The routers are zero: all tokens still use the first heads. Train them: headwise train with "from": ${JSON.stringify(out)} in its configuration.`,
  ];
  return lines.flatMap((line) => wrapped(line, terminal().columns, "", "  ")).join("\n");
}
