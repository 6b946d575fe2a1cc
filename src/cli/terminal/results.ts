/** The output files of a command that writes a page and data. */
import { join } from "node:path";
import { writeTogether } from "../../load/files/write.node.ts";
import { InputError } from "../../run/errors.ts";
import { printable } from "../../view/page/printable.ts";
import { claimFiles } from "../read/files.ts";
import { printData, printPainted } from "./output.ts";

export interface ResultOptions {
  readonly out: string;
  /** A file for the data, or `-` to print only the data. */
  readonly json?: string;
}

/** Claims NAME.html and NAME.json before any work is done; returns the function that writes them. */
export async function prepareResults(
  name: string,
  { out, json }: ResultOptions,
): Promise<(data: object, page: () => string, text: () => string) => Promise<void>> {
  const files = { page: join(out, `${name}.html`), data: json ?? join(out, `${name}.json`) };
  const printed = json === "-";
  if (!printed) await claimFiles(Object.values(files));
  return async (data, page, text) => {
    const written = `${JSON.stringify(data)}\n`;
    if (printed) {
      await printData(written);
      return;
    }
    await writeTogether([
      [files.data, written],
      [files.page, page()],
    ]);
    await printPainted(`${text()}\n\nwrote ${printable(files.page)} and ${printable(files.data)}\n`);
  };
}

/** Parses a list such as `a,b`, where each name is one of `known`. */
export function namesOf<T extends string>(list: string | undefined, known: readonly T[], fallback: readonly T[]): readonly T[] {
  return list === undefined ? fallback : list.split(",").map((word) => checked(word.trim(), known));
}

function checked<T extends string>(word: string, known: readonly T[]): T {
  const found = known.find((name) => name === word);
  if (found === undefined) throw new InputError(`there is no method "${word}"; choose from ${known.join(", ")}`);
  return found;
}
