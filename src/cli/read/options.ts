/** Options that commands share, and their parsers. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { type ColumnNames, ROLES, type Role } from "../../corpus/tables/columns.ts";
import { tell } from "../terminal/output.ts";

/** The options of every command that runs a model. */
export interface RunOptions {
  readonly device: string;
  readonly threads?: number;
  readonly debug?: boolean;
}

/** The options of commands that also draw random numbers. */
export interface CommonOptions extends RunOptions {
  readonly seed: number;
}

/** Returns a parser of whole numbers from `least` up. */
export const wholeNumber =
  (name: string, least: number) =>
  (word: string): number => {
    const n = Number(word);
    if (!/^\d+$/.test(word) || n < least || !Number.isSafeInteger(n)) {
      throw new InvalidArgumentError(`${name} takes a whole number from ${least}.`);
    }
    return n;
  };

/** Parses a port; 0 lets the system choose one. */
export const portNumber = (word: string): number => {
  if (!/^\d+$/.test(word) || Number(word) > 65535)
    throw new InvalidArgumentError("--port takes a whole number from 0 to 65535.");
  return Number(word);
};

/** Returns a parser of numbers above 0. */
export const positiveNumber =
  (name: string) =>
  (word: string): number => {
    const x = Number(word);
    if (word.trim() === "" || !Number.isFinite(x) || x <= 0) throw new InvalidArgumentError(`${name} takes a number above 0.`);
    return x;
  };

/** Returns a parser of finite numbers, such as 0.6 or -1. */
export const realNumber =
  (name: string) =>
  (word: string): number => {
    if (word.trim() === "" || !Number.isFinite(Number(word))) throw new InvalidArgumentError(`${name} takes a number.`);
    return Number(word);
  };

/** Returns a parser of fractions between 0 and 1, both excluded. */
export const shareBelow =
  (name: string) =>
  (word: string): number => {
    const x = Number(word);
    if (word.trim() === "" || !(x > 0 && x < 1))
      throw new InvalidArgumentError(`${name} takes a fraction between 0 and 1, such as 0.3.`);
    return x;
  };

/** Collects the values of a repeatable option. */
export const gathered = (word: string, before: readonly string[]): readonly string[] => [...before, word];

/** Parses `left=question1,right=question2,score=is_duplicate`: ROLE=NAME pairs; a name cannot contain a comma. */
export function columnNames(word: string): ColumnNames {
  const pairs = word.split(",").map((part) => [part.slice(0, part.indexOf("=")).trim(), part.slice(part.indexOf("=") + 1)]);
  const wrong = pairs.some(([role, name]) => !ROLES.includes(role as Role) || !name);
  if (!wrong && new Set(pairs.map(([role]) => role)).size === pairs.length) return Object.fromEntries(pairs) as ColumnNames;
  throw new InvalidArgumentError(`--columns takes ROLE=NAME,… with each role at most once; the roles are ${ROLES.join(", ")}.`);
}

/** The option for the number of sentences. */
export const sentences = (): Option =>
  new Option("--sentences <n>", "sample n sentences (depends on --seed)").argParser(wholeNumber("--sentences", 1));

/** The option for the first items of a file, which excludes the sampling option `instead`. */
export const first = (instead: "--sentences" | "--examples"): Option =>
  new Option("--first <n>", "use only the first n of the file")
    .argParser(wholeNumber("--first", 1))
    .conflicts(instead.slice(2));

/** The option for JSON, the same in every command; `what` names the data where a command has no JSON file of its own. */
export const json = (what?: string): Option =>
  new Option(
    "--json [file]",
    what === undefined
      ? "print only the JSON; with a file, write it there instead of the output folder"
      : `print only JSON: ${what}; with a file, write it there and print the text`,
  ).preset("-");

/** The option for the folder of a page and its data; without a default here, so that one that is given is known. */
export const outFolder = (name: string): Option =>
  new Option("--out <dir>", `output folder for ${name}.html and ${name}.json (default: "headwise-${name}")`);

/** The option that shows the page. */
export const openPage = (): Option => new Option("--open", "open the page in a browser when it is written");

/** The option for the numbers as a table. */
export const table = (): Option =>
  new Option("--table <file>", "also write the numbers as a table, one row per measure (.csv or .parquet)");

/** Adds a deprecated name of the option `now`: hidden in help, and noted on stderr when it is used. */
export function withFormerName(command: Command, former: Option, now: string): Command {
  command.addOption(former.hideHelp());
  return command.on(`option:${former.name()}`, () => {
    command.setOptionValueWithSource(now, command.getOptionValue(former.attributeName()), "cli");
    tell(`note: ${former.long} is deprecated; pass --${now}\n`);
  });
}

/** Adds the option of commands that read text. */
export const withTextLimit = (command: Command): Command =>
  command.option(
    "--text-limit <bytes>",
    "maximum size of an uncompressed text file (default: 2 GiB)",
    wholeNumber("--text-limit", 1),
  );
