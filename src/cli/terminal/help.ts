/** Help texts that fit the terminal, and the fault of an unknown command. */
import { type Command, Help, type Option } from "commander";
import { nearest } from "../../load/files/nearest.ts";
import { terminal } from "./output.ts";

/** The settings of help: global options too; no default that is only a sign, such as `-` or an empty list. */
export const HELP = {
  showGlobalOptions: true,
  minWidthToWrap: 20,
  optionDescription: (option: Option): string =>
    option.long === "--json"
      ? option.description
      : Help.prototype.optionDescription.call(new Help(), option).replace(" (default: [])", ""),
};

/** Widths of help, for the output settings of the program. */
export const HELP_WIDTHS = { getOutHelpWidth: () => terminal().columns, getErrHelpWidth: () => terminal().columns };

/** Returns the examples of a command's help; a long one continues on the next line, as a shell reads it. */
export const examples =
  (...lines: readonly string[]) =>
  (): string =>
    `\n${lines.length > 1 ? "Examples" : "Example"}:\n${lines.flatMap((line) => continued(line, terminal().columns)).join("\n")}`;

/** Splits a command line between words into lines that end in a backslash. */
function continued(line: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of line.match(/"[^"]*"|\S+/g) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns - 2) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${lines.length ? "      " : "  "}${word}`);
  }
  return lines.map((text, k) => (k < lines.length - 1 ? `${text} \\` : text));
}

/** Makes a program name the fault of an unknown command, also after `help`. */
export function namingCommands(program: Command): void {
  const names = () => program.commands.map((command) => command.name());
  const refuse = (name: string) =>
    program.error(`unknown command '${name}'; did you mean ${nearest(name, names())}?`, { code: "commander.unknownCommand" });
  program.on("command:*", ([name]: readonly [string]) => refuse(name));
  program
    .helpCommand(false)
    .command("help")
    .argument("[command]", "name of a command")
    .description("print the help of a command")
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
      if (command) command.help();
      else refuse(name!);
    });
}
