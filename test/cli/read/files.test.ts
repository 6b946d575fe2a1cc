/** A file that is written is the old one or the whole new one, and nothing else is left beside it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import { readWhole } from "../../../src/corpus/text.node.ts";
import { writeWhole } from "../../../src/load/files/write.node.ts";
import { InputError } from "../../../src/run/errors.ts";

const base = mkdtempSync(join(tmpdir(), "headwise-files-"));
afterAll(() => rmSync(base, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(base, "case-"));
});

it("writes text and bytes, over what was there", async () => {
  const path = join(folder, "a");
  await writeWhole(path, "a much longer text than the next");
  await writeWhole(path, "naïve\n");
  expect(readFileSync(path, "utf8")).toBe("naïve\n");
  await writeWhole(path, Uint8Array.of(1, 2, 255));
  expect([...readFileSync(path)]).toEqual([1, 2, 255]);
  expect(readdirSync(folder)).toEqual(["a"]);
});

it("leaves the old file and nothing beside it where writing fails half-way", async () => {
  const path = join(folder, "a");
  writeFileSync(path, "old");
  await expect(writeWhole(path, 5 as unknown as string)).rejects.toThrow(InputError);
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["a"]);
});

it("does not show a file before it is whole", async () => {
  const path = join(folder, "a");
  const big = "x".repeat(50_000_000);
  const seen = new Set<number>();
  void writeWhole(path, big).then(() => seen.add(-1));
  while (!seen.has(-1)) {
    if (readdirSync(folder).includes("a")) seen.add(readFileSync(path).length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect([...seen].filter((size) => size !== -1 && size !== big.length)).toEqual([]);
});

it("says why a place cannot be written", async () => {
  mkdirSync(join(folder, "d"));
  await expect(writeWhole(join(folder, "d"), "x")).rejects.toThrow(/\/d: cannot be written \(this is a folder\); choose/);
  await expect(writeWhole(join(folder, "none/x"), "x")).rejects.toThrow(
    /none\/x: cannot be written \(there is no such file or folder\)/,
  );
  expect(readdirSync(folder)).toEqual(["d"]);
});

it("reads UTF-8 with and without a byte order mark, and nothing else", async () => {
  const path = join(folder, "t");
  writeFileSync(path, "\uFEFFnaïve");
  expect(await readWhole(path)).toBe("naïve");
  writeFileSync(path, Uint8Array.of(0xe9));
  await expect(readWhole(path)).rejects.toThrow(new InputError(`${path}: not UTF-8 text; convert it first`));
});
