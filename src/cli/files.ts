/** Reading what a user names, and seeing that there is a place to write to before any work is done. */
import { constants } from "node:fs";
import { access, mkdir, readFile } from "node:fs/promises";
import { why } from "../load/write.node.ts";
import { InputError } from "../run/errors.ts";

/** The text of a file, which has to be UTF-8. */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error) => {
    throw new InputError(`${path}: ${why(error)}`);
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${path}: this is not UTF-8 text: convert it first`);
  }
}

/** Make a folder and see that files can be put into it, before any work is done for them. */
export async function prepareFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new InputError(`${path}: cannot be written to (${why(error)}): choose another folder`);
  }
}
