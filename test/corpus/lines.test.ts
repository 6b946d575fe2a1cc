/** Lines come out the same however the bytes are cut, and bytes that are no text are told with their line. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConllu, readConllu } from "../../src/corpus/conllu.ts";
import { documents } from "../../src/corpus/documents.ts";
import { decodeLines } from "../../src/corpus/lines.ts";
import { pairLines } from "../../src/corpus/parallel.ts";
import { SAMPLE_CONLLU } from "../../src/corpus/sample.ts";
import { InputError } from "../../src/run/errors.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
/** The lines of a whole text; a carriage return at the very end ends a line that nothing follows. */
const splitWhole = (text: string) => (text.endsWith("\n") ? text : `${text}\n`).split(/\r?\n/).slice(0, -1);
const lines = (...chunks: Uint8Array[]) => all(decodeLines(chunks, "t.txt"));
const refusal = async (made: Promise<unknown>) => {
  const error = await made.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message;
};

describe("decodeLines", () => {
  test.each([
    ["a\nb\n", ["a", "b"]],
    ["a\r\nb", ["a", "b"]],
    ["\n\r\n\na", ["", "", "", "a"]],
    ["a\r\rb\u2028c\u0085\n", ["a\r\rb\u2028c\u0085"]],
    ["\ufeffa\n\ufeffb", ["a", "\ufeffb"]],
    ["\n", [""]],
  ])("%j", async (text, expected) => {
    expect(await lines(bytes(text))).toEqual(expected);
  });

  test("cuts between bytes do not matter", async () => {
    const text = fc
      .array(fc.constantFrom("a", "é", "😀", "\r", "\n", "\r\n", "中"), { minLength: 1 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(40)), async (content, places) => {
        const whole = bytes(content);
        const at = [0, ...places.sort((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((end, i) => whole.subarray(at[i]!, end));
        expect(await lines(...chunks)).toEqual(splitWhole(content));
      }),
    );
  });

  test.each([
    ["no byte", [], "t.txt: the file is empty; give a file with text"],
    ["a stray byte", [bytes("a\nb\n"), Uint8Array.of(0x63, 0xff)], "t.txt: line 3 has bytes that are not UTF-8"],
    ["half a character at the end", [bytes("a\n"), bytes("é").subarray(0, 1)], "t.txt: line 2 has bytes that are not UTF-8"],
    ["a surrogate", [Uint8Array.of(0xed, 0xa0, 0x80)], "t.txt: line 1 has bytes that are not UTF-8"],
  ])("%s is refused", async (_, chunks, message) => {
    expect(await refusal(lines(...chunks))).toContain(message);
  });
});

describe("documents", () => {
  const text = ["", "one", " two", "", "\t", "three", ""];
  test("end at blank lines, or at each line", async () => {
    expect(await all(documents(text, "t"))).toEqual(["one\n two", "three"]);
    expect(await all(documents(text, "t", "line"))).toEqual(["one", " two", "three"]);
    expect(await all(documents(["a", "b"], "t"))).toEqual(["a\nb"]);
  });
  test.each(["blank-line", "line"] as const)("none is refused (%s)", async (end) => {
    expect(await refusal(all(documents(["", "  "], "t.txt", end)))).toBe("t.txt: there is no text; give a file with text");
  });
});

describe("pairLines", () => {
  const names = { source: "t.en", target: "t.de" };
  test("pairs line with line, blank ones too", async () => {
    const pairs = await all(pairLines(["a", "", "c"], decodeLines([bytes("x\ny\n\n")], "t.de"), names));
    expect(pairs.map(({ source, target }) => source + target)).toEqual(["ax", "y", "c"]);
  });
  test.each([
    [3, 5],
    [7, 2],
    [0, 1],
  ])("%i lines with %i are refused with both counts", async (a, b) => {
    const side = (count: number) => new Array<string>(count).fill("x");
    expect(await refusal(all(pairLines(side(a), side(b), names)))).toBe(
      `t.en has ${a} lines, but t.de has ${b}; give parallel text with the same number of lines`,
    );
  });
  test("no line at all is refused", async () => {
    expect(await refusal(all(pairLines([], [], names)))).toBe("t.en and t.de have no lines; give parallel text");
  });
  test("who stops early closes both sides", async () => {
    const closed: string[] = [];
    async function* side(name: string) {
      try {
        for (;;) yield name;
      } finally {
        closed.push(name);
      }
    }
    for await (const pair of pairLines(side("a"), side("b"), names)) if (pair.source === "a") break;
    expect(closed.sort()).toEqual(["a", "b"]);
  });
});

describe("readConllu", () => {
  test("streams the sentences that parseConllu reads", async () => {
    expect(await all(readConllu(SAMPLE_CONLLU.split("\n"), "s"))).toEqual(parseConllu(SAMPLE_CONLLU, "s").sentences);
  });
  test("tells the line of what is wrong, and where there is no sentence", async () => {
    const broken = SAMPLE_CONLLU.split("\n");
    broken[40] = "not ten columns";
    expect(await refusal(all(readConllu(broken, "s")))).toContain("s:41: 1 tab-separated columns");
    expect(await refusal(all(readConllu(["# a comment", ""], "s")))).toContain("s: there is no sentence");
  });
});
