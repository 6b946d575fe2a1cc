/** The commands that measure the importance of heads for a task, prune them, and route tokens to them. */
import { type Command, Option } from "commander";
import { RELATIONS } from "../../corpus/world/target.ts";
import { ABLATIONS, GATING, GATING_UPDATES, METHODS } from "../../heads/importance/methods.ts";
import { CHOICES } from "../../prune/choices.ts";
import { GATE_STEPS } from "../../prune/gates/gate-fit.ts";
import {
  type CommonOptions,
  columnNames,
  first,
  gathered,
  json,
  openPage,
  outFolder,
  positiveNumber,
  shareBelow,
  table,
  wholeNumber,
  withFormerName,
  withTextLimit,
} from "../read/options.ts";
import { TASKS } from "../read/task-names.ts";
import { examples } from "../terminal/help.ts";
import { MODEL, running } from "./running.ts";

/** Adds the options of commands that evaluate a model on a task. */
const judging = (command: Command): Command =>
  withTextLimit(command)
    .addOption(new Option("--task <name>", "the task to evaluate the model on").choices(TASKS))
    .option("--data <file>", "the task's data: plain text, CoNLL-U, rated pairs or labeled texts (.csv, .tsv, .jsonl)")
    .option("--columns <list>", "names of the data's columns, such as left=a,right=b,score=c or text=a,label=b", columnNames)
    .option("--target <file>", "translations of the sentences in --data, one per line")
    .addOption(
      new Option("--relation <name>", "relation of the synthetic world, with --task relation (default: agreement)").choices(
        RELATIONS,
      ),
    )
    .option("--examples <n>", "sample n examples (depends on --seed)", wholeNumber("--examples", 1))
    .addOption(first("--examples"));

/** Adds the number of pruning rounds. */
const withRounds = (command: Command): Command =>
  withFormerName(
    command.option("--rounds <n>", "pruning rounds; heads are scored again after each", wholeNumber("--rounds", 1)),
    new Option("--steps <n>").argParser(wholeNumber("--steps", 1)),
    "rounds",
  );

const gateSteps = (): Option =>
  new Option("--gate-steps <n>", `steps of learning gates (default: ${GATE_STEPS})`).argParser(wholeNumber("--gate-steps", 1));

/** Adds `importance`, `curve`, `prune` and `convert`. */
export function headsCommands(program: Command): void {
  judging(running(program.command("importance").argument("<model>", MODEL)))
    .description(
      "measure the importance of every head for a task by gradient, confidence and ablation, with confidence intervals",
    )
    .option(
      "--methods <list>",
      `comma-separated importance methods: ${[...METHODS, GATING].join(", ")} (default: all but gating)`,
    )
    .option(
      "--gating-updates <n>",
      `updates of each of the three fits of gating (default: ${GATING_UPDATES})`,
      wholeNumber("--gating-updates", 1),
    )
    .addOption(
      new Option("--ablation <kind>", "replacement for the output of an ablated head (default: zero)").choices(ABLATIONS),
    )
    .addOption(outFolder("importance"))
    .addOption(json())
    .addOption(table())
    .addOption(openPage())
    .addHelpText("after", examples("headwise importance ./all-MiniLM-L6-v2 --task similarity --data stsb-en-dev.csv"))
    .action(async (model: string, options: CommonOptions & import("../importance.ts").ImportanceCommandOptions) =>
      (await import("../importance.ts")).importanceCommand(model, options),
    );

  withRounds(judging(running(program.command("curve").argument("<model>", MODEL))))
    .description(
      "measure quality against the fraction of heads removed, for several methods and random baselines, on held-out examples",
    )
    .option("--methods <list>", `comma-separated pruning methods: ${CHOICES.join(", ")} (default: all but gates and greedy)`)
    .addOption(gateSteps())
    .option("--points <n>", "points measured on each curve", wholeNumber("--points", 1), 12)
    .option("--held-out <file>", "data to measure on; --data then only selects heads (default: the other half of --data)")
    .option("--held-out-target <file>", "translations of the sentences in --held-out")
    .addOption(outFolder("curve"))
    .addOption(json())
    .addOption(table())
    .addOption(openPage())
    .addHelpText("after", examples("headwise curve ./all-MiniLM-L6-v2 --task similarity --data stsb-en-dev.csv"))
    .action(async (model: string, options: CommonOptions & import("../curve.ts").CurveCommandOptions) =>
      (await import("../curve.ts")).curve(model, options),
    );

  withRounds(judging(running(program.command("prune").argument("<model>", MODEL))))
    .description(
      "remove heads from a model, verify that the result equals the masked model, measure it, and write it to a folder",
    )
    .option("--heads <list>", "heads to remove, such as 0.3,4.1 (in an encoder-decoder: encoder.0.3,cross.1.2)")
    .option("--fraction <f>", "fraction of heads to remove, selected by importance for --task", shareBelow("--fraction"))
    .option(
      "--max-loss <x>",
      "remove as many heads as possible while the loss of quality on --task stays below x",
      positiveNumber("--max-loss"),
    )
    .option(
      "--lambda <l>",
      "with --method gates: remove the heads whose gates close at this price of an open gate",
      positiveNumber("--lambda"),
    )
    .addOption(new Option("--method <name>", "method that ranks the heads (default: ablation)").choices(CHOICES))
    .addOption(gateSteps())
    .option(
      "--gate-weights <rate>",
      "with --method gates: also train the weights, at this peak learning rate, such as 5e-5",
      positiveNumber("--gate-weights"),
    )
    .option(
      "--recover <n>",
      "after pruning, train the model for n steps to match the outputs of the original",
      wholeNumber("--recover", 1),
    )
    .option(
      "--require <rule>",
      "fail and write nothing unless this holds, such as loss<=0.5, heads<=40 or time<0.9 (repeatable)",
      gathered,
      [],
    )
    .requiredOption("--out <dir>", "output folder for the pruned model")
    .option(
      "--text <file>",
      "plain text for the equality check (one text per line for an encoder-decoder); default: a built-in sample",
    )
    .option("--padded", "fill removed heads with zeros so that any loader opens the model; it does not get smaller")
    .option("--onnx", "also write the pruned model as ONNX")
    .option("--no-timing", "do not measure time and memory")
    .option("--force", "replace the output folder, if it holds a pruned model")
    .addOption(json("the record"))
    .addHelpText(
      "after",
      examples(
        "headwise prune ./all-MiniLM-L6-v2 --heads 0.3,4.1 --out smaller --onnx",
        "headwise prune ./all-MiniLM-L6-v2 --task similarity --data stsb-en-dev.csv --max-loss 1 --out smaller",
      ),
    )
    .action(async (model: string, options: CommonOptions & import("../prune.ts").PruneOptions) =>
      (await import("../prune.ts")).prune(model, options),
    );

  program
    .command("convert")
    .argument("<model>", MODEL)
    .description(
      "turn a trained model into a mixture of heads, in which each token uses some heads that a router picks, and write it to a folder; `headwise train` continues it",
    )
    .addOption(
      new Option("--to <kind>", "moh: mixture of heads, with keys and values of their own")
        .choices(["moh"])
        .makeOptionMandatory(),
    )
    .option("--shared <n>", "number of first heads in each layer that all tokens use", wholeNumber("--shared", 0), 0)
    .requiredOption("--top <n>", "number of the other heads that each token uses", wholeNumber("--top", 1))
    .requiredOption("--out <dir>", "output folder for the converted model")
    .addOption(json("the record"))
    .option("--debug", "print the stack trace of an error")
    .addHelpText("after", examples("headwise convert builtin:english --to moh --shared 2 --top 2 --out mixture"))
    .action(async (model: string, options: import("../convert.ts").ConvertOptions) =>
      (await import("../convert.ts")).convert(model, options),
    );
}
