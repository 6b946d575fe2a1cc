/** The argument and the options of every command that runs a model. */
import { type Command, Option } from "commander";
import { wholeNumber } from "../read/options.ts";

/** The description of a model argument. */
export const MODEL = "a model directory, a .gguf file, a hub id (org/name[@revision]) or builtin:NAME";

/** Adds the options of every command that runs a model, and a seed if it draws random numbers. */
export function running(command: Command, { random = true } = {}): Command {
  command
    .addOption(new Option("--device <name>", "device to run on: cpu, webgpu or cuda").default("cpu"))
    .addOption(new Option("--threads <n>", "number of threads (default: all cores)").argParser(wholeNumber("--threads", 1)));
  if (random) command.addOption(new Option("--seed <n>", "random seed").default(1).argParser(wholeNumber("--seed", 0)));
  return command.option("--debug", "print the stack trace of an error");
}
