#!/usr/bin/env node
/** The `headwise` command. Each command loads its modules when it runs, so that help is fast. */
import { Command, CommanderError, Option } from "commander";
import { VERSION } from "../version.ts";
import { headsCommands } from "./program/heads-commands.ts";
import { reportCommands } from "./program/report-commands.ts";
import { MODEL, running } from "./program/running.ts";
import { sweepCommands } from "./program/sweep-commands.ts";
import {
  type CommonOptions,
  json,
  portNumber,
  positiveNumber,
  type RunOptions,
  realNumber,
  wholeNumber,
  withFormerName,
} from "./read/options.ts";
import { failWith, usageLine } from "./terminal/failure.ts";
import { examples, HELP, HELP_WIDTHS, namingCommands } from "./terminal/help.ts";
import { tell } from "./terminal/output.ts";

const program = new Command("headwise")
  .description("Train, inspect, measure and prune transformers at the level of their attention heads.")
  .version(VERSION)
  .enablePositionalOptions() // options after a command are its own
  .exitOverride()
  .configureOutput({ ...HELP_WIDTHS, writeErr: tell, outputError: (text) => tell(usageLine(text, process.argv.slice(2))) })
  .configureHelp(HELP);

running(program.command("look").argument("<model>", MODEL), { random: false })
  .description(
    "show the attention patterns of a text, for all heads or one head; in an encoder-decoder, also of its translation",
  )
  .requiredOption("-t, --text <text>", "input text")
  .option("--target <text>", "translation to read, in an encoder-decoder (default: the model's own, by greedy search)")
  .option(
    "--layer <name>",
    "show only this layer, such as 2; in an encoder-decoder, encoder, decoder, cross, or one layer such as cross.2",
  )
  .option("--head <name>", "show only this head, enlarged, such as 2.0 or cross.2.0; with --layer, its number")
  .addOption(
    new Option("--weighting <kind>", "raw: attention weights; norm: weights times the norm of each value vector")
      .choices(["raw", "norm"])
      .default("raw"),
  )
  .option("--arcs", "draw lines from queries to keys in pictures, instead of heat maps")
  .option("--labels <report.json>", "show the labels of this report of the model in pictures")
  .option("--svg <file>", "write an SVG image")
  .option("--png <file>", "write a PNG image")
  .option("--html <file>", "write an HTML page")
  .addOption(json("tokens and patterns"))
  .addHelpText(
    "after",
    examples(
      'headwise look ./all-MiniLM-L6-v2 -t "The cat sat on the mat" --layer 2 --head 0 --png head.png',
      'headwise look ./all-MiniLM-L6-v2 -t "The cat sat on the mat" --labels report/report.json --arcs --svg heads.svg',
      'headwise look ./en-de -t "Two dogs run." --target "Zwei Hunde rennen." --layer cross',
    ),
  )
  .action(async (model: string, options: RunOptions & import("./look.ts").LookOptions) =>
    (await import("./look.ts")).look(model, options),
  );

reportCommands(program);
headsCommands(program);

running(program.command("train").argument("[config]", "training configuration (JSON); see docs/train"))
  .description("train a model on your own text, or resume a run; every checkpoint is a model directory")
  .option("--text <file>", "plain text or CoNLL-U to train on (used without a configuration)")
  .option("--name <name>", "name of the run (default: the file name)")
  .option("--resume <name>", "resume a run; the result is bit-identical to an uninterrupted one")
  .option("--runs <dir>", "folder that contains the runs", "runs")
  .option("--tensorboard", "also write TensorBoard event files, to the run's folder tensorboard")
  .option("--steps <n>", "number of training steps", wholeNumber("--steps", 1))
  .option("--layers <n>", "number of layers", wholeNumber("--layers", 1))
  .option("--width <n>", "model width", wholeNumber("--width", 1))
  .option("--heads <n>", "number of heads in each layer", wholeNumber("--heads", 1))
  .option("--learning-rate <x>", "peak learning rate", positiveNumber("--learning-rate"))
  .addOption(json("the result"))
  .addHelpText("after", examples("headwise train --text my.txt --steps 2000 --heads 8", "headwise train --resume my"))
  .action(async (config: string | undefined, options: import("./train.ts").TrainOptions, command: Command) => {
    const seed = command.getOptionValueSource("seed") === "default" ? undefined : options.seed;
    await (await import("./train.ts")).train(config, { ...options, seed });
  });

sweepCommands(program);

running(program.command("verify"))
  .description("verify head labels on models with known heads: planted, blind and untrained")
  .option("--sentences <n>", "number of sentences per report", wholeNumber("--sentences", 20), 300)
  .option(
    "--models <n>",
    "number of untrained models for each of three families and three scales",
    wholeNumber("--models", 0),
    1,
  )
  .addOption(json("all results"))
  .addHelpText("after", examples("headwise verify --sentences 600 --models 3"))
  .action(async (options: CommonOptions & import("./verify.ts").VerifyOptions) =>
    (await import("./verify.ts")).verify(options),
  );

running(
  program.command("study").argument("<name>", "name of the study: one-or-many, head-dropout, mixture, by-hand or adaptive"),
  { random: false },
)
  .description(
    "run a study: models that differ in one setting, trained with several seeds and compared by tests fixed in advance",
  )
  .option("--quick", "use fewer and smaller models, and fewer steps (minutes)")
  .option("--out <dir>", "output folder for result.json, study.html and finished models (default: runs/NAME)")
  .addOption(json("the result"))
  .addHelpText("after", examples("headwise study one-or-many --quick"))
  .action(async (name: string, options: RunOptions & import("./study/arms.ts").StudyOptions) =>
    (await import("./study/study.ts")).study(name, options),
  );

withFormerName(
  running(
    program.command("translate").argument("<model>", "a translation model: a directory or a hub id (org/name[@revision])"),
    { random: false },
  ),
  new Option("--in <file>"),
  "data",
)
  .description("translate a text or the lines of a file with an encoder-decoder")
  .addOption(new Option("--text <text>", "text to translate").conflicts("data"))
  .option("--data <file>", "file with one sentence per line (plain or .gz)")
  .option("--reference <file>", "reference translations, one per line; prints the BLEU score (sacreBLEU)")
  .option("--beam <n>", "beam size (1: greedy; default: the model's setting, else 4)", wholeNumber("--beam", 1))
  .option(
    "--length-penalty <a>",
    "exponent a of the length penalty (default: the model's setting, else 1)",
    realNumber("--length-penalty"),
  )
  .addOption(
    new Option("--penalty <kind>", "length penalty for n tokens: n^a (length) or ((5 + n) / 6)^a (paper)")
      .choices(["length", "paper"])
      .default("length"),
  )
  .option(
    "--max-length <n>",
    "maximum length of a translation in tokens (default: the model's setting)",
    wholeNumber("--max-length", 2),
  )
  .option("--batch <n>", "number of sentences decoded at once", wholeNumber("--batch", 1), 16)
  .option("--out <file>", "write the translations to this file instead of standard output")
  .addOption(json("an object per line: source, text, ids, score"))
  .addHelpText("after", examples("headwise translate ./en-de --data sentences.en --beam 4 --out sentences.de"))
  .action(async (model: string, options: RunOptions & import("./translate.ts").TranslateCommandOptions) =>
    (await import("./translate.ts")).translate(model, options),
  );

program
  .command("lab")
  .argument("[model]", `${MODEL} (default: the built-in models)`)
  .description("open the lab in the browser; it is served on this machine only")
  .addOption(
    new Option("--port <n>", "port to serve on; if it is in use, the next free one").default(4747).argParser(portNumber),
  )
  .option("--no-open", "print the address without opening a browser")
  .option("--debug", "print the stack trace of an error")
  .addHelpText("after", examples("headwise lab ./all-MiniLM-L6-v2"))
  .action(async (model: string | undefined, options: import("./lab.ts").LabCommandOptions) =>
    (await import("./lab.ts")).lab(model, options),
  );

program
  .command("params")
  .description("print the parameters and multiply-adds of attention by number of heads")
  .requiredOption("--width <n>", "model width d", wholeNumber("--width", 1))
  .requiredOption("--heads <n>", "number of heads h", wholeNumber("--heads", 1))
  .option("--head-width <n>", "head width d_k (default: d/h)", wholeNumber("--head-width", 1))
  .option("--kv-heads <n>", "number of key/value heads (default: same as --heads)", wholeNumber("--kv-heads", 1))
  .option("--layers <n>", "number of layers", wholeNumber("--layers", 1), 1)
  .option("--length <n>", "text length in tokens for the multiply-adds", wholeNumber("--length", 1), 128)
  .option("--no-output-projection", "exclude the output projection W_O")
  .option("--no-biases", "exclude biases")
  .addOption(json("the result"))
  .option("--debug", "print the stack trace of an error")
  .addHelpText("after", examples("headwise params --width 512 --heads 8"))
  .action(async (options: import("./params.ts").ParamsOptions) => (await import("./params.ts")).params(options));

namingCommands(program);
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode ??= error.exitCode === 0 ? 0 : 2;
  else failWith(error, process.argv.includes("--debug"));
}
