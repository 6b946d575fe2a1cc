#!/usr/bin/env node
/** The `headwise` command. Commands load what they need when they run, so that help is quick. */
import { Command, CommanderError, Option } from "commander";
import { VERSION } from "../version.ts";
import { headsCommands } from "./heads-commands.ts";
import type { CommonOptions } from "./read/options.ts";
import { first, portNumber, positiveNumber, realNumber, sentences, wholeNumber, withTextLimit } from "./read/options.ts";
import { failWith, usageLine } from "./terminal/failure.ts";
import { tell } from "./terminal/output.ts";

const program = new Command("headwise")
  .description("Look into transformers at the level of their attention heads: what each head does, with evidence.")
  .version(VERSION)
  .exitOverride()
  .configureOutput({ writeErr: tell, outputError: (text) => tell(usageLine(text)) })
  .configureHelp({ showGlobalOptions: true });

/** Options that every command that runs a model has. */
const running = (command: Command): Command =>
  command
    .addOption(new Option("--device <name>", "where to compute: cpu, webgpu, cuda").default("cpu"))
    .addOption(
      new Option("--threads <n>", "threads inside one operation (default: all cores)").argParser(wholeNumber("--threads", 1)),
    )
    .addOption(new Option("--seed <n>", "seed of everything random").default(1).argParser(wholeNumber("--seed", 0)))
    .option("--debug", "show the stack of an error");

const MODEL = "a model directory, a .gguf file, or a hub id (org/name[@revision])";

running(program.command("look").argument("<model>", MODEL))
  .description("show the attention patterns of every head, or of one, for a text")
  .requiredOption("-t, --text <text>", "the text to read")
  .option("--layer <n>", "one layer (0-based)", wholeNumber("--layer", 0))
  .option("--head <n>", "one head of that layer (0-based), large", wholeNumber("--head", 0))
  .addOption(
    new Option("--weighting <kind>", "attention itself, or attention times ‖f(x)‖").choices(["raw", "norm"]).default("raw"),
  )
  .option("--svg <file>", "write the picture as SVG")
  .option("--png <file>", "write the picture as PNG")
  .option("--html <file>", "write the picture as a page")
  .option("--json", "print tokens and patterns as JSON instead")
  .addHelpText(
    "after",
    '\nExample:\n  headwise look ./all-MiniLM-L6-v2 -t "The cat sat on the mat" --layer 2 --head 0 --png head.png',
  )
  .action(async (model: string, options: CommonOptions & import("./look.ts").LookOptions) =>
    (await import("./look.ts")).look(model, options),
  );

withTextLimit(running(program.command("report").argument("<model>", MODEL)))
  .description("score every head against controls and say what it does: summary here, report.html and report.json in a folder")
  .addOption(new Option("--conllu <file>", "sentences with gold trees (CoNLL-U)").conflicts("text"))
  .option("--text <file>", "plain text; without either, a built-in sample with trees is read")
  .option("--out <dir>", "folder for report.html and report.json", "headwise-report")
  .option("--json <file>", "write the JSON here instead of into the folder (-: print it and nothing else)")
  .addOption(sentences())
  .addOption(first("--sentences"))
  .option("--also <file>", "a second text (CoNLL-U or plain), on which every head is named again: which labels hold on both")
  .option("--importance <file>", "the importance.json of this model: what each head is worth to a task beside what it does")
  .addHelpText("after", "\nExample:\n  headwise report ./all-MiniLM-L6-v2 --conllu en_ewt-ud-dev.conllu --out minilm")
  .action(async (model: string, options: CommonOptions & import("./report.ts").ReportCommandOptions) =>
    (await import("./report.ts")).report(model, options),
  );

withTextLimit(
  running(
    program.command("compare").argument("<a>", MODEL).argument("<b>", "another state of the same model: tuned, cut, recovered"),
  ),
)
  .description("which heads changed from one model to another, and by how much: summary here, compare.html and compare.json")
  .addOption(new Option("--conllu <file>", "sentences to read both models on (CoNLL-U)").conflicts("text"))
  .option("--text <file>", "plain text; without either, a built-in sample is read")
  .option("--out <dir>", "folder for compare.html and compare.json", "headwise-compare")
  .option("--json <file>", "write the JSON here instead of into the folder (-: print it and nothing else)")
  .addOption(sentences())
  .addOption(first("--sentences"))
  .addHelpText("after", "\nExample:\n  headwise compare ./base ./tuned --text my.txt --out changes")
  .action(async (a: string, b: string, options: CommonOptions & import("./compare.ts").CompareCommandOptions) =>
    (await import("./compare.ts")).compare(a, b, options),
  );

withTextLimit(running(program.command("redundancy").argument("<model>", MODEL)))
  .description("compare every two heads: twins, noise, who reads whom; summary here, redundancy.html and .json in a folder")
  .addOption(new Option("--conllu <file>", "sentences with gold trees (CoNLL-U)").conflicts("text"))
  .option("--text <file>", "plain text; without either, a built-in sample with trees is read")
  .option("--out <dir>", "folder for redundancy.html and redundancy.json", "headwise-redundancy")
  .option("--json <file>", "write the JSON here instead of into the folder (-: print it and nothing else)")
  .addOption(sentences())
  .addOption(first("--sentences"))
  .addHelpText("after", "\nExample:\n  headwise redundancy ./all-MiniLM-L6-v2 --conllu en_ewt-ud-dev.conllu --out alike")
  .action(async (model: string, options: CommonOptions & import("./report.ts").ReportCommandOptions) =>
    (await import("./redundancy.ts")).redundancy(model, options),
  );

headsCommands(program, running, MODEL);

running(program.command("train").argument("[config]", "a training configuration (JSON); see docs/train"))
  .description("train a model on your own text, or go on with a run; every checkpoint is a model directory")
  .option("--text <file>", "plain text or CoNLL-U to train on, with the defaults for everything else")
  .option("--name <name>", "what the run is called (default: the file's name)")
  .option("--resume <name>", "go on with a run, bit for bit as if it had never stopped")
  .option("--runs <dir>", "folder of all runs", "runs")
  .option("--steps <n>", "number of steps", wholeNumber("--steps", 1))
  .option("--layers <n>", "number of layers", wholeNumber("--layers", 1))
  .option("--width <n>", "model width", wholeNumber("--width", 1))
  .option("--heads <n>", "heads of each layer", wholeNumber("--heads", 1))
  .option("--learning-rate <x>", "peak learning rate", positiveNumber("--learning-rate"))
  .option("--json", "print the outcome as JSON, and no progress")
  .addHelpText("after", "\nExample:\n  headwise train --text my.txt --steps 2000 --heads 8\n  headwise train --resume my")
  .action(async (config: string | undefined, options: import("./train.ts").TrainOptions, command: Command) => {
    const seed = command.getOptionValueSource("seed") === "default" ? undefined : options.seed;
    await (await import("./train.ts")).train(config, { ...options, seed });
  });

running(program.command("verify"))
  .description("check the labels on models whose heads are known: planted ones, blind ones, untrained ones")
  .option("--sentences <n>", "sentences that every model is reported on", wholeNumber("--sentences", 20), 300)
  .option("--models <n>", "untrained models of each of three families and three scales", wholeNumber("--models", 0), 1)
  .option("--json", "print every verdict as JSON")
  .addHelpText("after", "\nExample:\n  headwise verify --sentences 600 --models 3")
  .action(async (options: CommonOptions & import("./verify.ts").VerifyOptions) =>
    (await import("./verify.ts")).verify(options),
  );

running(program.command("study").argument("<name>", "which one: one-or-many"))
  .description("run an experiment: what one head loses and many gain, on text whose relations are known")
  .option("--quick", "fewer head counts, seeds and steps: minutes instead of an hour")
  .option("--out <dir>", "folder for result.json, study.html and every model (default: runs/NAME)")
  .option("--json", "print the result as JSON")
  .addHelpText("after", "\nExample:\n  headwise study one-or-many --quick")
  .action(async (name: string, options: CommonOptions & import("./study.ts").StudyOptions) =>
    (await import("./study.ts")).study(name, options),
  );

running(program.command("translate").argument("<model>", "a translation model: a directory or a hub id (org/name[@revision])"))
  .description("translate a text, or a file line by line, with an encoder-decoder")
  .addOption(new Option("--text <text>", "the text to translate").conflicts("in"))
  .option("--in <file>", "a file with a sentence on each line, plain or .gz")
  .option("--reference <file>", "translations to compare with: says the BLEU score (sacreBLEU's) at the end")
  .option("--beam <n>", "texts kept in the search (1: greedy; default: what the model says, else 4)", wholeNumber("--beam", 1))
  .option(
    "--length-penalty <a>",
    "scores are log p / n^a (default: what the model says, else 1)",
    realNumber("--length-penalty"),
  )
  .addOption(
    new Option("--penalty <kind>", "of n tokens: n^a, or ((5 + n) / 6)^a as in the Transformer paper")
      .choices(["length", "paper"])
      .default("length"),
  )
  .option(
    "--max-length <n>",
    "the longest translation, in tokens (default: what the model says)",
    wholeNumber("--max-length", 2),
  )
  .option("--batch <n>", "sentences decoded at once", wholeNumber("--batch", 1), 16)
  .option("--out <file>", "write the translations here instead")
  .option("--json", "one JSON object a line: source, text, ids, score")
  .addHelpText("after", "\nExample:\n  headwise translate ./en-de --in sentences.en --beam 4 --out sentences.de")
  .action(async (model: string, options: CommonOptions & import("./translate.ts").TranslateCommandOptions) =>
    (await import("./translate.ts")).translate(model, options),
  );

program
  .command("lab")
  .argument("[model]", `${MODEL}, or builtin:NAME; without it, the built-in models`)
  .description("look into heads in the browser: serves the lab on this machine alone, and opens it")
  .addOption(
    new Option("--port <n>", "where to serve it; a taken one moves on to the next").default(4747).argParser(portNumber),
  )
  .option("--no-open", "only print the address")
  .option("--debug", "show the stack of an error")
  .addHelpText("after", "\nExample:\n  headwise lab ./all-MiniLM-L6-v2")
  .action(async (model: string | undefined, options: import("./lab.ts").LabCommandOptions) =>
    (await import("./lab.ts")).lab(model, options),
  );

program
  .command("params")
  .description("parameters and multiply-adds of attention by number of heads")
  .requiredOption("--width <n>", "model width d", wholeNumber("--width", 1))
  .requiredOption("--heads <n>", "number of heads h", wholeNumber("--heads", 1))
  .option("--head-width <n>", "width d_k of a head (default: d/h, which is a convention)", wholeNumber("--head-width", 1))
  .option("--kv-heads <n>", "key/value heads (default: as many as heads)", wholeNumber("--kv-heads", 1))
  .option("--layers <n>", "number of layers", wholeNumber("--layers", 1), 1)
  .option("--length <n>", "tokens of the text that multiply-adds are counted for", wholeNumber("--length", 1), 128)
  .option("--no-output-projection", "leave W_O out")
  .option("--no-biases", "leave biases out")
  .option("--json", "print JSON instead")
  .option("--debug", "show the stack of an error")
  .addHelpText("after", "\nExample:\n  headwise params --width 512 --heads 8")
  .action(async (options: import("./params.ts").ParamsOptions) => (await import("./params.ts")).params(options));

for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode ??= error.exitCode === 0 ? 0 : 2;
  else failWith(error, process.argv.includes("--debug"));
}
