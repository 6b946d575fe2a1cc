/** What a table of bad input consists of: each row is told in one line on stderr, with exit code 2, and leaves nothing behind. */
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Command } from "./command.ts";
import { makeModel } from "./model-folder.ts";

export interface Place {
  /** A whole model that the case may spoil. */
  readonly model: string;
  /** The folder that the command is run in; only the model is in it. */
  readonly folder: string;
  /** Write a file into the folder, and give its path. */
  write(name: string, content: string | Uint8Array): string;
}

/** What is spoilt, the arguments that are then given, and parts of the line that has to come. */
export type Case = readonly [what: string, args: (place: Place) => readonly string[], ...says: (string | RegExp)[]];

/** Everything in a folder, with the folders in it. */
const listed = (folder: string): string[] => (readdirSync(folder, { recursive: true }) as string[]).sort();

/** Tests every case of every kind with the real command. */
export function refusesAll(command: () => Command, kinds: Readonly<Record<string, readonly Case[]>>): void {
  describe.concurrent.each(Object.entries(kinds))("bad %s", (_, cases) => {
    it.each(cases.map(([what, ...rest]) => [what, rest] as const))("%s", (_, [args, ...says]) =>
      refuses(command(), args, says));
  });
}

async function refuses(command: Command, args: Case[1], says: readonly (string | RegExp)[]): Promise<void> {
  const folder = mkdtempSync(join(command.folder, "case-"));
  const model = makeModel(join(folder, "model"));
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return name;
  };
  const given = args({ model, folder, write });
  const before = listed(folder);
  const { code, stdout, stderr } = await command.run(given, { cwd: folder });
  expect(stderr).toMatch(/^headwise: [^\n]+\n$/);
  for (const part of says) expect(stderr).toMatch(part);
  expect(stderr).not.toMatch(/\bat .+:\d+:\d+|internal:|undefined/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  const left = listed(folder).filter((path) => !before.includes(path) && !/^headwise-(report|importance|curve)$/.test(path));
  expect(left).toEqual([]);
}
