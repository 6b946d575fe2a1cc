/** The output files of a command that writes a page and data, and a table on request. */
import { join } from "node:path";
import { writeTogether } from "../../load/files/write.node.ts";
import { InputError } from "../../run/errors.ts";
import { elementsModule } from "../../view/page/elements.node.ts";
import { csvOf } from "../../view/table/csv.ts";
import { parquetOf } from "../../view/table/parquet.ts";
import type { Table } from "../../view/table/table.ts";
import { claimFiles } from "../read/files.ts";
import { endingText, isJsonAlone, type JsonOption, jsonFile } from "./json.ts";
import { printData, printPainted, tell } from "./output.ts";

export interface ResultOptions extends JsonOption {
  /** Default: `headwise-` and the name of the command. */
  readonly out?: string;
  /** A file for the numbers as a table: .csv or .parquet. */
  readonly table?: string;
  /** Opens the page in a browser. */
  readonly open?: boolean;
}

/** The result of a command: data, and its views. */
export interface Result {
  readonly data: object;
  /** Returns the page around the module that draws its elements. */
  readonly page: (elements: string) => string;
  readonly text: () => string;
  readonly table: () => Table;
  /** The next useful command. */
  readonly next: string;
}

/** Claims the output files before any work is done; returns the function that writes them. Throws `InputError`. */
export async function prepareResults(name: string, options: ResultOptions): Promise<(result: Result) => Promise<void>> {
  const { out = `headwise-${name}`, table } = options;
  const alone = isJsonAlone(options);
  if (alone && options.out !== undefined)
    throw new InputError("--json prints the JSON and writes no folder, so --out has no use; remove one, or pass --json FILE");
  if (alone && options.open)
    throw new InputError("--json prints the JSON and writes no page, so --open has no use; remove one, or pass --json FILE");
  const files = { page: join(out, `${name}.html`), data: jsonFile(options) ?? join(out, `${name}.json`) };
  const written = table === undefined ? undefined : { file: table, bytes: tableFormat(table) };
  const tables = written ? [written.file] : [];
  await claimFiles([...(alone ? [] : Object.values(files)), ...tables]);
  return async ({ data, page, text, table: rows, next }) => {
    const elements = alone ? "" : await elementsModule();
    const json = `${JSON.stringify(data)}\n`;
    await writeTogether([
      ...(alone
        ? []
        : ([
            [files.data, json],
            [files.page, page(elements)],
          ] as const)),
      ...(written ? ([[written.file, written.bytes(rows())]] as const) : []),
    ]);
    if (alone) await printData(json);
    else await printPainted(`${text()}\n\n${endingText({ wrote: [files.page, files.data, ...tables], next })}`);
    if (options.open) await openInBrowser(files.page);
  };
}

/** Opens a page; if no browser can be started, says which page it is. */
async function openInBrowser(page: string): Promise<void> {
  const open = (await import("open")).default;
  await open(page).catch(() => tell(`headwise: no browser could be started; open ${page}\n`));
}

/** Returns the writer of a table's format, by the name of its file. */
function tableFormat(file: string): (table: Table) => string | Uint8Array {
  if (/\.csv$/i.test(file)) return csvOf;
  if (/\.parquet$/i.test(file)) return parquetOf;
  throw new InputError(`--table ${file} has no known ending; name a file that ends in .csv or .parquet`);
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
