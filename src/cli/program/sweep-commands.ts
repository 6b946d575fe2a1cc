/** `headwise sweep` and its subcommands. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { json, wholeNumber } from "../read/options.ts";
import type { StatusOptions } from "../sweep/status.ts";
import type { Shard, SweepOptions } from "../sweep/sweep.ts";
import { examples } from "../terminal/help.ts";
import { running } from "./running.ts";

const OUT = "folder of the sweep (default: sweeps/NAME)";

/** Parses `3/8`: the third of eight parts. */
function shard(word: string): Shard {
  const [, index = "", count = ""] = /^(\d+)\/(\d+)$/.exec(word) ?? [];
  const parsed = { index: Number(index), count: Number(count) };
  if (parsed.index >= 1 && parsed.index <= parsed.count) return parsed;
  throw new InvalidArgumentError("--shard takes INDEX/COUNT with an index from 1 to the count, such as 3/8.");
}

export function sweepCommands(program: Command): void {
  const sweep = running(program.command("sweep").argument("<plan>", "plan of the sweep (JSON); see docs/sweep"), {
    random: false,
  })
    .enablePositionalOptions() // options after a subcommand are its own
    .description("train and measure a model for every setting of a grid and every seed; rerun the same command to continue")
    .option("--out <dir>", OUT)
    .option("--workers <n>", "number of models trained at once, each in a process of its own", wholeNumber("--workers", 1), 1)
    .addOption(new Option("--shard <i/n>", "run only the i-th of n parts of the plan, for arrays of jobs").argParser(shard))
    .addOption(
      new Option("--emit <system>", "print a script that runs the plan on a cluster, and run nothing").choices([
        "slurm",
        "kubernetes",
      ]),
    )
    .option("--parts <n>", "number of parts of that script (default: one for each model)", wholeNumber("--parts", 1))
    .option("--dry-run", "estimate the hours of the sweep from the first steps of its first model, and train nothing else")
    .option("--tensorboard", "also write TensorBoard event files of every model")
    .option("--retry", "try failed models again")
    .option("--yes", "allow more than 1,000 models")
    .addOption(json("the results"))
    .addHelpText(
      "after",
      examples("headwise sweep plan.json --workers 2", "headwise sweep status plan.json", "headwise sweep merge part-1 part-2"),
    )
    .action(async (plan: string, options: SweepOptions) => (await import("../sweep/sweep.ts")).sweep(plan, options));
  sweep
    .command("status")
    .argument("<plan>", "plan of the sweep, or its folder")
    .description("list the models of a sweep with their state; works while it runs")
    .option("--out <dir>", OUT)
    .addOption(json("the states"))
    .action(async (plan: string, options: StatusOptions) => (await import("../sweep/status.ts")).status(plan, options));
  sweep
    .command("results")
    .argument("<plan>", "plan of the sweep, or its folder")
    .description("write the results of the models that are done so far; works while it runs")
    .option("--out <dir>", OUT)
    .addOption(json("the results"))
    .action(async (plan: string, options: StatusOptions) => (await import("../sweep/status.ts")).results(plan, options));
  sweep
    .command("merge")
    .argument("<folders...>", "folders of parts of one plan")
    .description("merge the parts of a sweep that ran on several machines")
    .requiredOption("--out <dir>", "folder for the whole sweep")
    .addOption(json("the results"))
    .action(async (folders: readonly string[], options: StatusOptions & { readonly out: string }) =>
      (await import("../sweep/merge.ts")).merge(folders, options),
    );
}
