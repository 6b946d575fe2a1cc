/** Files of text: plain and gzipped alike, and a clear line for each way in which they are broken. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { decodeLines } from "../../src/corpus/lines.ts";
import { SAMPLE_CONLLU } from "../../src/corpus/sample.ts";
import { readDocuments, readLines, readParallel, readWhole } from "../../src/corpus/text.node.ts";
import { InputError } from "../../src/run/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "headwise-text-"));
afterAll(() => rmSync(folder, { recursive: true }));
function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

// Longer than a chunk, so that characters and lines stand across the cuts.
const many = Array.from({ length: 30_011 }, (_, i) => `${i} Größe 😀 ${"é".repeat(i % 13)}`);

describe("readLines", () => {
  test.each([
    ["plain.txt", (text: string) => text],
    ["packed.txt.gz", (text: string) => gzipSync(text)],
    ["two-members.gz", (text: string) => Buffer.concat([gzipSync(text.slice(0, 997)), gzipSync(text.slice(997))])],
  ])("reads %s", async (name, pack) => {
    expect(await all(readLines(file(name, pack(`${many.join("\r\n")}\n`))))).toEqual(many);
  });

  const packed = gzipSync(many.join("\n"));
  // Its last bytes are a checksum and a length.
  const flipped = Uint8Array.from(packed, (byte, i) => (i === packed.length - 6 ? byte ^ 0xff : byte));
  test.each<[string, string | Uint8Array, string]>([
    ["empty.txt", "", "the file is empty; give a file with text"],
    ["empty.gz", "", "the file is empty; give a file with text"],
    ["of-nothing.gz", gzipSync(""), "the file is empty; give a file with text"],
    ["latin.txt", Uint8Array.of(0x61, 0x0a, 0xe9, 0x0a), "line 2 has bytes that are not UTF-8"],
    ["latin.gz", gzipSync(Uint8Array.of(0xe9)), "line 1 has bytes that are not UTF-8"],
    ["cut.gz", packed.subarray(0, packed.length - 9), "the gzipped data is truncated; copy the file again"],
    ["stump.gz", packed.subarray(0, 7), "the gzipped data is truncated; copy the file again"],
    ["flipped.gz", flipped, "the gzipped data is damaged"],
    ["text.gz", "only text", "the gzipped data is damaged or not gzip"],
  ])("refuses %s", async (name, content, message) => {
    const path = file(name, content);
    const read = all(readLines(path));
    await expect(read).rejects.toThrow(InputError);
    await expect(read).rejects.toThrow(`${path}: ${message}`);
  });

  test("refuses what is not there, and folders", async () => {
    await expect(all(readLines(join(folder, "missing.txt")))).rejects.toThrow(/missing\.txt: there is no such file/);
    await expect(all(readLines(folder))).rejects.toThrow(/this is a directory/);
  });

  test("may be left before the end", async () => {
    for (const name of ["left.txt", "left.gz"]) {
      const path = file(name, name.endsWith("gz") ? packed : many.join("\n"));
      for await (const line of readLines(path)) {
        expect(line).toBe(many[0]);
        break;
      }
    }
  });
});

test("readParallel pairs a plain file with a gzipped one, and names both where they differ in length", async () => {
  const source = file("p.en", "a\nb\nc\n");
  const target = file("p.de.gz", gzipSync("x\ny\nz"));
  expect(await all(readParallel(source, target))).toEqual([
    { source: "a", target: "x" },
    { source: "b", target: "y" },
    { source: "c", target: "z" },
  ]);
  const short = file("q.de", "x\n");
  await expect(all(readParallel(source, short))).rejects.toThrow(`${source} has 3 lines, but ${short} has 1;`);
});

test("readDocuments reads sentences of CoNLL-U, and documents of anything else", async () => {
  const sentences = await all(readDocuments(file("s.conllu.gz", gzipSync(SAMPLE_CONLLU))));
  expect(sentences.length).toBe(SAMPLE_CONLLU.match(/^1(-\d+)?\t/gm)!.filter((id) => id === "1\t").length);
  expect(sentences[0]).toBe("The keys to the old cabinet are in the kitchen drawer.");
  const path = file("d.txt", "a\nb\n\nc\n");
  expect(await all(readDocuments(path))).toEqual(["a\nb", "c"]);
  expect(await all(readDocuments(path, "line"))).toEqual(["a", "b", "c"]);
});

describe("bounds", () => {
  const bomb = () => file("bomb.gz", gzipSync(Buffer.alloc(1 << 22, "a")));

  test("gzipped text is refused once it has unzipped to more than the limit", async () => {
    const [path, limit] = [bomb(), 1 << 20];
    const message = `${path}: the file has more than ${limit} bytes of text; split it, or raise the limit (--text-limit; of a training run, data.textLimit)`;
    await expect(all(readLines(path, limit))).rejects.toThrow(new InputError(message));
    await expect(readWhole(path, limit)).rejects.toThrow(new InputError(message));
    expect((await readWhole(path, 1 << 22)).length).toBe(1 << 22);
  });

  test("a line is refused once it is longer than the limit, whatever would follow", async () => {
    let given = 0;
    async function* endless() {
      for (;;) yield new Uint8Array(1000).fill(97, 0, (given += 1000) && 1000);
    }
    await expect(all(decodeLines(endless(), "t", 5000))).rejects.toThrow(
      new InputError("t: line 1 is longer than 5000 bytes; break it into lines"),
    );
    expect(given).toBe(6000);
  });
});
