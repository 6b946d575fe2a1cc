/** Options that commands share, and how their words are read. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { type ColumnNames, ROLES, type Role } from "../../corpus/columns.ts";

export interface CommonOptions {
  readonly device: string;
  readonly threads?: number;
  readonly seed: number;
  readonly debug?: boolean;
}

/** A reader of whole numbers from `least` up. */
export const wholeNumber =
  (name: string, least: number) =>
  (word: string): number => {
    const n = Number(word);
    if (!/^\d+$/.test(word) || n < least || !Number.isSafeInteger(n)) {
      throw new InvalidArgumentError(`${name} takes a whole number from ${least}.`);
    }
    return n;
  };

/** Reads the number of a port; 0 is one that the system chooses. */
export const portNumber = (word: string): number => {
  if (!/^\d+$/.test(word) || Number(word) > 65535)
    throw new InvalidArgumentError("--port takes a whole number from 0 to 65535.");
  return Number(word);
};

/** A reader of numbers above 0. */
export const positiveNumber =
  (name: string) =>
  (word: string): number => {
    const x = Number(word);
    if (word.trim() === "" || !Number.isFinite(x) || x <= 0) throw new InvalidArgumentError(`${name} takes a number above 0.`);
    return x;
  };

/** A reader of finite numbers, such as 0.6 or -1. */
export const realNumber =
  (name: string) =>
  (word: string): number => {
    if (word.trim() === "" || !Number.isFinite(Number(word))) throw new InvalidArgumentError(`${name} takes a number.`);
    return Number(word);
  };

/** A reader of shares between 0 and 1, ends apart. */
export const shareBelow =
  (name: string) =>
  (word: string): number => {
    const x = Number(word);
    if (word.trim() === "" || !(x > 0 && x < 1))
      throw new InvalidArgumentError(`${name} takes a share between 0 and 1, such as 0.3.`);
    return x;
  };

/** Collects an option that may be given more than once. */
export const gathered = (word: string, before: readonly string[]): readonly string[] => [...before, word];

/** Reads `left=question1,right=question2,score=is_duplicate`: a column's name after each role; a name can hold no comma. */
export function columnNames(word: string): ColumnNames {
  const pairs = word.split(",").map((part) => [part.slice(0, part.indexOf("=")).trim(), part.slice(part.indexOf("=") + 1)]);
  const wrong = pairs.some(([role, name]) => !ROLES.includes(role as Role) || !name);
  if (!wrong && new Set(pairs.map(([role]) => role)).size === pairs.length) return Object.fromEntries(pairs) as ColumnNames;
  throw new InvalidArgumentError(`--columns takes ROLE=NAME,… with each role once; roles are ${ROLES.join(", ")}.`);
}

/** How many sentences a command reads. */
export const sentences = (): Option =>
  new Option("--sentences <n>", "read only n sentences, drawn by the seed").argParser(wholeNumber("--sentences", 1));

/** The head of the file instead of a draw, whose size `instead` gives. */
export const first = (instead: "--sentences" | "--examples"): Option =>
  new Option("--first <n>", "read only the first n of the file")
    .argParser(wholeNumber("--first", 1))
    .conflicts(instead.slice(2));

/** The option of commands that read text. */
export const withTextLimit = (command: Command): Command =>
  command.option(
    "--text-limit <bytes>",
    "the most text that a file may hold, unzipped (default: 2 GiB)",
    wholeNumber("--text-limit", 1),
  );
