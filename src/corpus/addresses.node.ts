/**
 * The built-in English texts (public domain; models/english/LICENSE-text.md): the State of the Union addresses since 1790, and novels
 * by Jane Austen, Herman Melville and Lewis Carroll.
 */

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

/** A chapter of a novel. */
export interface Chapter {
  /** The novel and the number of the chapter, such as `emma, volume i, chapter I`. */
  readonly name: string;
  /** The whole text on one line. */
  readonly text: string;
}

const fileOf = (name: string): URL => new URL(`../../models/english/${name}.txt.br`, import.meta.url);

/**
 * Reads the addresses of the repository: 210 to train on, 23 held out. The npm package leaves them out, since only training needs
 * them. Throws `InputError` if they are missing.
 */
export async function readAddresses(file = fileOf("state-of-the-union")): Promise<Addresses> {
  const all = (await blocksOf(file)).map(({ name: heading, text }) => {
    const [, year, name] = /^(\d{4}) (.+)$/.exec(heading) ?? [];
    if (!year || !name) throw new Error(`internal: "${heading}" is not an address`);
    return { year: Number(year), name, text };
  });
  return { train: all.filter((_, i) => i % 10 !== 9), heldOut: all.filter((_, i) => i % 10 === 9) };
}

/** Reads the 416 chapters of eight novels of the repository, novel by novel. Throws `InputError` if they are missing, as above. */
export const readNovels = (file = fileOf("novels")): Promise<Chapter[]> => blocksOf(file);

/** Reads blocks of a line `# NAME` and a line of text. */
async function blocksOf(file: URL): Promise<Chapter[]> {
  const bytes = await promisify(brotliDecompress)(await readFile(file).catch(missing));
  return bytes.toString("utf8").split("\n\n").map(parse);
}

function missing(error: NodeJS.ErrnoException): never {
  if (error.code !== "ENOENT") throw error;
  throw new InputError(
    "the built-in texts are not part of the npm package; train in a checkout of Headwise's repository, or on a text of your own (headwise train --text FILE)",
  );
}

function parse(block: string): Chapter {
  const [, name, text] = /^# (.+)\n(.+)\n?$/.exec(block) ?? [];
  if (!name || !text) throw new Error(`internal: "${block.slice(0, 40)}" has no heading and text`);
  return { name, text };
}
