/** Broken tables and JSONL by the thousand: rows, or one clear line, and time in proportion to their length. */
import { describe, expect, it } from "vitest";
import { parseLabelled, parseRated } from "../../src/corpus/tables/rated.ts";
import { InputError } from "../../src/run/errors.ts";
import { dice, FUZZ_CASES, mutateJson, mutateText } from "./mutate.ts";

const row = (k: number) => `${k},"a ""cat"", ${k}",a dog ${k},${k / 2}`;
const rows = (line: (k: number) => string) => Array.from({ length: 8 }, (_, k) => line(k)).join("\n");
const PLACES: readonly (readonly [name: string, content: string])[] = [
  ["a.csv", `id,sentence1,sentence2,score\n${rows(row)}\n`],
  ["a.csv", `${rows((k) => `cat ${k},dog ${k},${k}`)}\n`],
  ["a.tsv", `id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n${rows((k) => `${k}\t${k}\t${k}\ta "cat\tdog\t${k % 2}`)}\n`],
  ["a.tsv", `text\tlabel\n${rows((k) => `cat ${k}\t${k % 2}`)}\n`],
];
const OBJECTS = [
  { left: "a", right: "b", score: 1 },
  { text: "a", label: "x" },
  { sentence1: "a", sentence2: "b", label: 0.5 },
];

/** The error of either reader, if it is none of the user's. */
function failure(content: string, name: string): unknown {
  for (const parse of [parseRated, parseLabelled]) {
    try {
      const found = parse(content, name);
      if (found.length === 0) return "no row";
    } catch (error) {
      if (!(error instanceof InputError) || error.message.includes("\n")) return error;
    }
  }
  return undefined;
}

describe("broken data", () => {
  it("as a table is rows or one clear line", () => {
    for (let k = 0; k < FUZZ_CASES; k++) {
      const d = dice(`tables ${k}`);
      const [name, whole] = d.pick(PLACES);
      let content = whole;
      for (let n = d.below(4); n >= 0; n--) content = mutateText(content, d);
      expect(failure(content, name), JSON.stringify(content)).toBeUndefined();
    }
  });

  it("as JSONL is rows or one clear line", () => {
    for (let k = 0; k < FUZZ_CASES; k++) {
      const d = dice(`jsonl ${k}`);
      const lines = Array.from({ length: 4 }, () => JSON.stringify(mutateJson(d.pick(OBJECTS), d)) ?? "");
      const content = d.roll() < 0.5 ? lines.join("\n") : mutateText(lines.join("\n"), d);
      expect(failure(content, "a.jsonl"), JSON.stringify(content)).toBeUndefined();
    }
  });
});

/** Seconds of the fastest of three runs. */
function seconds(run: () => void): number {
  const times = [0, 1, 2].map(() => {
    const begun = performance.now();
    run();
    return performance.now() - begun;
  });
  return Math.min(...times) / 1000;
}

describe("eight times the text takes no more than in proportion, with slack", () => {
  it.each([
    ["quoted cells", (n: number) => `left,right,score\n${'"a ""b"" c","d\ne",1\n'.repeat(n / 20)}`, "a.csv"],
    ["one quoted cell", (n: number) => `left,right,score\n"${'""'.repeat(n / 2)}",b,1\n`, "a.csv"],
    ["a quote that does not close", (n: number) => `left,right,score\n"${'""'.repeat(n / 2)}`, "a.csv"],
    ["commas alone", (n: number) => ",".repeat(n), "a.csv"],
    ["tabs alone", (n: number) => "\t".repeat(n), "a.tsv"],
    ["rows in tabs", (n: number) => "a\tb\t1\n".repeat(n / 6), "a.tsv"],
    ["JSONL", (n: number) => '{"left":"a","right":"b","score":1}\n'.repeat(n / 35), "a.jsonl"],
    [
      "many keys",
      (n: number) => JSON.stringify(Object.fromEntries(Array.from({ length: n / 10 }, (_, k) => [`k${k}`, 1]))),
      "a.jsonl",
    ],
  ])("%s", (_, text, name) => {
    const run = (n: number) => {
      const content = text(n);
      return seconds(() => void failure(content, name));
    };
    run(50_000);
    expect(run(400_000)).toBeLessThan(8 * 4 * (run(50_000) + 0.02));
  });
});
