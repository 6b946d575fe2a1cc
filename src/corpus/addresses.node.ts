/** The built-in English text: the State of the Union addresses since 1790 (public domain; models/english/LICENSE-text.md). */

import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";

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

/** Reads the addresses in the package: 210 for training, 23 held out. */
export async function readAddresses(): Promise<Addresses> {
  const bytes = await promisify(brotliDecompress)(await readFile(FILE));
  const all = bytes.toString("utf8").split("\n\n").map(parse);
  return { train: all.filter((_, i) => i % 10 !== 9), heldOut: all.filter((_, i) => i % 10 === 9) };
}

function parse(block: string): Address {
  const [, year, name, text] = /^# (\d{4}) (.+)\n(.+)\n?$/.exec(block) ?? [];
  if (!year || !name || !text) throw new Error(`internal: "${block.slice(0, 40)}" is not an address`);
  return { year: Number(year), name, text };
}
