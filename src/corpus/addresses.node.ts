/** The built-in English text: the State of the Union addresses since 1790 (public domain; models/english/LICENSE-text.md). */

import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { InputError } from "../run/errors.ts";

/** One president's message to Congress. */
export interface Address {
  readonly year: number;
  /** The name of the president. */
  readonly name: string;
  /** The whole text on one line. */
  readonly text: string;
}

/** The addresses in two parts, each in chronological order. */
export interface Addresses {
  readonly train: readonly Address[];
  /** Every tenth address: the 10th, the 20th and so on. */
  readonly heldOut: readonly Address[];
}

const FILE = new URL("../../models/english/state-of-the-union.txt.br", import.meta.url);

/**
 * Reads the addresses of the repository: 210 to train on, 23 held out. The npm package leaves them out, since only training needs
 * them. Throws `InputError` if they are missing.
 */
export async function readAddresses(file: URL = FILE): Promise<Addresses> {
  const bytes = await promisify(brotliDecompress)(await readFile(file).catch(missing));
  const all = bytes.toString("utf8").split("\n\n").map(parse);
  return { train: all.filter((_, i) => i % 10 !== 9), heldOut: all.filter((_, i) => i % 10 === 9) };
}

function missing(error: NodeJS.ErrnoException): never {
  if (error.code !== "ENOENT") throw error;
  throw new InputError(
    "the State of the Union addresses are not part of the npm package; train in a checkout of Headwise's repository, or on a text of your own (headwise train --text FILE)",
  );
}

function parse(block: string): Address {
  const [, year, name, text] = /^# (\d{4}) (.+)\n(.+)\n?$/.exec(block) ?? [];
  if (!year || !name || !text) throw new Error(`internal: "${block.slice(0, 40)}" is not an address`);
  return { year: Number(year), name, text };
}
