/** The commands that write a report on the heads of a model: report, compare and redundancy. */
import { type Command, Option } from "commander";
import { type CommonOptions, first, json, openPage, outFolder, sentences, table, withTextLimit } from "../read/options.ts";
import { examples } from "../terminal/help.ts";
import { MODEL, running } from "./running.ts";

/** Adds the text that a report runs its models on, and what it writes: NAME.html and NAME.json in one folder. */
const reporting = (command: Command, { conllu, sample }: { readonly conllu: string; readonly sample: string }): Command =>
  withTextLimit(running(command))
    .addOption(new Option("--conllu <file>", `${conllu} (CoNLL-U)`).conflicts("text"))
    .option("--text <file>", `plain text (default: ${sample})`)
    .addOption(outFolder(command.name()))
    .addOption(json())
    .addOption(table())
    .addOption(openPage())
    .addOption(sentences())
    .addOption(first("--sentences"));

/** The text of reports that use gold trees. */
const TREES = { conllu: "sentences with gold trees", sample: "a built-in sample with gold trees" };

/** Adds `report`, `compare` and `redundancy`. */
export function reportCommands(program: Command): void {
  reporting(program.command("report").argument("<model>", MODEL), TREES)
    .description("score and label every head against controls; prints a summary and writes report.html and report.json")
    .option(
      "--also <file>",
      "second text (CoNLL-U or plain) to repeat the labeling on; the report marks labels that hold on both",
    )
    .option("--importance <file>", "importance.json of this model; adds the importance of each head to the report")
    .addHelpText("after", examples("headwise report ./all-MiniLM-L6-v2 --conllu en_ewt-ud-dev.conllu --out minilm"))
    .action(async (model: string, options: CommonOptions & import("../report.ts").ReportCommandOptions) =>
      (await import("../report.ts")).report(model, options),
    );

  reporting(
    program
      .command("compare")
      .argument("<a>", MODEL)
      .argument("<b>", "another version of the same model, such as a fine-tuned or pruned one"),
    { conllu: "sentences to run both models on", sample: "a built-in sample" },
  )
    .description(
      "measure how much each head changed between two models; prints a summary and writes compare.html and compare.json",
    )
    .addHelpText("after", examples("headwise compare ./base ./tuned --text my.txt --out changes"))
    .action(async (a: string, b: string, options: CommonOptions & import("../compare.ts").CompareCommandOptions) =>
      (await import("../compare.ts")).compare(a, b, options),
    );

  reporting(program.command("redundancy").argument("<model>", MODEL), TREES)
    .description(
      "compare all pairs of heads: duplicates, noise and composition; prints a summary and writes redundancy.html and redundancy.json",
    )
    .addHelpText("after", examples("headwise redundancy ./all-MiniLM-L6-v2 --conllu en_ewt-ud-dev.conllu --out redundancy"))
    .action(async (model: string, options: CommonOptions & import("../report.ts").ReportCommandOptions) =>
      (await import("../redundancy.ts")).redundancy(model, options),
    );
}
