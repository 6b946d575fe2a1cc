/** `--json [FILE]`, the same in every command: only the JSON on standard output, or the JSON in FILE and the text as well. */
import { writeWhole } from "../../load/files/write.node.ts";
import { printable } from "../../view/page/printable.ts";
import { checkExtension } from "../read/extensions.ts";
import { claimFiles } from "../read/files.ts";
import { print, printData, printPainted } from "./output.ts";

export interface JsonOption {
  /** A file for the JSON, or `-` (also without a value) to print only the JSON. */
  readonly json?: string;
}

/** Returns true if standard output contains only the JSON. */
export const isJsonAlone = ({ json }: JsonOption): boolean => json === "-";

/** Returns the file that `--json` names, if it names one. Throws `InputError` if its extension is not one of JSON. */
export function jsonFile({ json }: JsonOption): string | undefined {
  if (json === "-") return undefined;
  checkExtension("--json", json, "JSON");
  return json;
}

/** The last lines of a command's text: the written files, and the next useful command. */
export interface Ending {
  readonly wrote?: readonly string[];
  readonly next?: string;
}

/** Formats the last lines of a command's text. */
export const endingText = ({ wrote = [], next }: Ending): string =>
  [...(wrote.length > 0 ? [`wrote ${listed(wrote.map(printable))}`] : []), ...(next ? [`next: ${printable(next)}`] : [])]
    .map((line) => `${line}\n`)
    .join("");

const listed = (names: readonly string[]): string =>
  names.length < 3 ? names.join(" and ") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** The output of a command, as data and as text. */
export interface Output extends Ending {
  readonly data: object;
  readonly text: () => string;
  /** Writes the command's other files, after the text. */
  readonly files?: () => Promise<void>;
  /** True if names in the text are printable already, so that its colors are kept. */
  readonly painted?: boolean;
}

/**
 * Claims the file of `--json` and the command's other files before any work is done; returns the function that prints or writes
 * the output. Throws `InputError`.
 */
export async function prepareJson(
  options: JsonOption,
  others: readonly string[] = [],
  signals?: { readonly own: boolean },
): Promise<(output: Output) => Promise<void>> {
  const file = jsonFile(options);
  const files = [...(file === undefined ? [] : [file]), ...others];
  if (files.length > 0) await claimFiles(files, signals);
  return async ({ data, text, files: writeFiles, painted = false, wrote = [], next }) => {
    const json = `${JSON.stringify(data)}\n`;
    const alone = isJsonAlone(options);
    if (alone) await printData(json);
    else await (painted ? printPainted : print)(`${text()}\n`);
    await writeFiles?.();
    if (file !== undefined) await writeWhole(file, json);
    const ending = endingText({ wrote: file === undefined ? wrote : [...wrote, file], next });
    if (!alone && ending) await print(`\n${ending}`);
  };
}
