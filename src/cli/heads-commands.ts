/** The commands that judge heads by a task, and cut them. */
import { type Command, Option } from "commander";
import { RELATIONS } from "../corpus/world/target.ts";
import { ABLATIONS, METHODS } from "../heads/importance/methods.ts";
import { CHOICES } from "../prune/choices.ts";
import {
  type CommonOptions,
  columnNames,
  first,
  gathered,
  positiveNumber,
  shareBelow,
  wholeNumber,
  withTextLimit,
} from "./read/options.ts";
import { TASKS } from "./read/task-names.ts";

/** Options of commands that judge a model by a task. */
const judging = (command: Command): Command =>
  withTextLimit(command)
    .addOption(new Option("--task <name>", "what the model is judged by").choices(TASKS))
    .option("--data <file>", "the task's data: text, sentences, rated pairs or labeled texts (.csv, .tsv, .jsonl)")
    .option(
      "--columns <list>",
      "columns of the data that have other names than usual, such as left=a,right=b,score=c or text=a,label=b",
      columnNames,
    )
    .option("--target <file>", "translations of the data's sentences, line by line")
    .addOption(new Option("--relation <name>", "which relation of the made world (--task relation)").choices(RELATIONS))
    .option("--examples <n>", "use only n examples, drawn by the seed", wholeNumber("--examples", 1))
    .addOption(first("--examples"));

/** Adds `importance`, `curve` and `prune`; `running` gives a command the options of all that run a model. */
export function headsCommands(program: Command, running: (command: Command) => Command, MODEL: string): void {
  judging(running(program.command("importance").argument("<model>", MODEL)))
    .description("score every head by what it is worth to a task: gradients, confidence, exact ablation, with intervals")
    .option("--methods <list>", `some of ${METHODS.join(", ")} (default: all)`)
    .addOption(new Option("--ablation <kind>", "what stands in a head's place").choices(ABLATIONS).default("zero"))
    .option("--out <dir>", "folder for importance.html and importance.json", "headwise-importance")
    .option("--json <file>", "write the JSON here instead of into the folder (-: print it and nothing else)")
    .addHelpText("after", "\nExample:\n  headwise importance ./all-MiniLM-L6-v2 --task similarity --data stsb-en-dev.csv")
    .action(async (model: string, options: CommonOptions & import("./importance.ts").ImportanceCommandOptions) =>
      (await import("./importance.ts")).importanceCommand(model, options),
    );

  judging(running(program.command("curve").argument("<model>", MODEL)))
    .description(
      "quality against the share of heads removed, for several methods and random cuts, on examples that chose nothing",
    )
    .option("--methods <list>", `some of ${CHOICES.join(", ")} (default: all but greedy)`)
    .option("--points <n>", "cuts measured on each curve", wholeNumber("--points", 1), 12)
    .option("--steps <n>", "rounds, with scores estimated anew after each", wholeNumber("--steps", 1))
    .option("--out <dir>", "folder for curve.html and curve.json", "headwise-curve")
    .option("--json <file>", "write the JSON here instead of into the folder (-: print it and nothing else)")
    .addHelpText("after", "\nExample:\n  headwise curve ./all-MiniLM-L6-v2 --task similarity --data stsb-en-dev.csv")
    .action(async (model: string, options: CommonOptions & import("./curve.ts").CurveCommandOptions) =>
      (await import("./curve.ts")).curve(model, options),
    );

  judging(running(program.command("prune").argument("<model>", MODEL)))
    .description("cut heads out of a model: a smaller one, checked to equal the masked one and measured, in a folder")
    .option("--heads <list>", "the heads that go, such as 0.3,4.1 (of an encoder-decoder: encoder.0.3,cross.1.2)")
    .option("--fraction <f>", "the share of heads that go, chosen by a task", shareBelow("--fraction"))
    .option("--max-loss <x>", "as many heads as cost less than this, in the task's measure", positiveNumber("--max-loss"))
    .addOption(new Option("--method <name>", "how heads are put in order").choices(CHOICES).default("ablation"))
    .option("--steps <n>", "rounds of choosing, with scores estimated anew after each", wholeNumber("--steps", 1))
    .option(
      "--recover <n>",
      "train the smaller model this many steps to put out what the whole one did",
      wholeNumber("--recover", 1),
    )
    .option(
      "--require <rule>",
      "fail, and write nothing, unless it holds: loss<=0.5, quality, heads, time … (repeatable)",
      gathered,
      [],
    )
    .requiredOption("--out <dir>", "folder for the smaller model")
    .option(
      "--text <file>",
      "plain text that the cut is checked on (for an encoder-decoder a text a line); without it, a built-in sample",
    )
    .option("--padded", "zeros where the heads were, so that stock loaders take it: no smaller, but equal")
    .option("--onnx", "write the smaller model as ONNX, too")
    .option("--no-timing", "leave out the measuring of time and memory")
    .option("--force", "replace what is in the folder")
    .option("--json", "print the record as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  headwise prune ./all-MiniLM-L6-v2 --heads 0.3,4.1 --out smaller --onnx\n" +
        "  headwise prune ./all-MiniLM-L6-v2 --task similarity --data stsb-en-dev.csv --max-loss 1 --out smaller",
    )
    .action(async (model: string, options: CommonOptions & import("./prune.ts").PruneOptions) =>
      (await import("./prune.ts")).prune(model, options),
    );
}
