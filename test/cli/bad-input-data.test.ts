/** Data whose columns are found by their names, at the command line: what cannot be told is refused, and what can is read. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Case, type Place, refusesAll } from "./bad-case.ts";
import { buildCommand, type Command } from "./command.ts";
import { makeModel } from "./model-folder.ts";

let command: Command;
beforeAll(() => {
  command = buildCommand();
});
afterAll(() => command.remove());

const rows = (count: number, row: (k: number) => string) => Array.from({ length: count }, (_, k) => `${row(k)}\n`).join("");
const given =
  (task: string, name: string, data: string, ...more: readonly string[]) =>
  (place: Place): readonly string[] => ["importance", place.model, "--task", task, "--data", place.write(name, data), ...more];
const pairs = (name: string, data: string, ...more: readonly string[]) => given("similarity", name, data, ...more);
const labels = (name: string, data: string, ...more: readonly string[]) => given("labels", name, data, ...more);

const PAIRS: readonly Case[] = [
  [
    "a header without a score",
    pairs("a.csv", `id,sentence1,sentence2\n${rows(60, (k) => `${k},the cat,the dog`)}`),
    'a.csv: line 1: the score column is not among "id", "sentence1", "sentence2"; name the columns with --columns score=NAME',
  ],
  [
    "one text only",
    pairs("a.csv", `sentence1,score\n${rows(60, (k) => `the cat,${k}`)}`),
    "a.csv: line 1: the left column is not among",
  ],
  [
    "two scores",
    pairs("a.csv", `sentence1,sentence2,score,similarity\n${rows(60, (k) => `the cat,the dog,${k},1`)}`),
    'a.csv: line 1: the score column could be any of "score", "similarity"',
  ],
  [
    "four columns without a header",
    pairs(
      "a.csv",
      rows(60, (k) => `${k},the cat,the dog,${k % 5}`),
    ),
    'a.csv: line 1: "0", "the cat", "the dog", "0" does not name the columns left, right, score; write a header',
  ],
  [
    "a first number that is none",
    pairs(
      "a.csv",
      rows(60, (k) => `the cat,the dog,${k === 0 ? "4,2 of 5" : k}`),
    ),
    "a.csv: line 1: ",
    "does not name the columns left, right, score",
  ],
  [
    "a number that is none",
    pairs("a.csv", `sentence1,sentence2,score\n${rows(60, (k) => `the cat,the dog,${k === 7 ? "high" : k}`)}`),
    'a.csv: line 9: the score "high" is not a number',
  ],
  [
    "tabs in a .csv file",
    pairs(
      "a.csv",
      rows(60, (k) => `the cat\tthe dog\t${k}`),
    ),
    "write a .tsv file for tabs",
  ],
  [
    "a column that is not there",
    pairs("a.csv", `a,b,c\n${rows(60, (k) => `x,y,${k}`)}`, "--columns", "left=a,right=b,score=d"),
    'a.csv: line 1: the score column "d" is not among "a", "b", "c"',
  ],
  [
    "one column for two roles",
    pairs("a.csv", `a,b\n${rows(60, (k) => `x,${k}`)}`, "--columns", "left=a,right=a,score=b"),
    "a.csv: line 1: one column cannot be two of left, right, score",
  ],
  [
    "a role of another task",
    pairs("a.csv", `a,b\n${rows(60, (k) => `x,${k}`)}`, "--columns", "label=a"),
    "--columns names label, which this task does not read",
  ],
  ["no role", pairs("a.csv", "a\n", "--columns", "a"), "--columns takes ROLE=NAME"],
  [
    "a record that lacks a text",
    pairs(
      "a.jsonl",
      rows(60, (k) => JSON.stringify({ sentence1: "x", ...(k !== 4 && { sentence2: "y" }), score: k })),
    ),
    "a.jsonl: line 5: the left column is not among",
  ],
  [
    "records of other keys",
    pairs(
      "a.jsonl",
      rows(60, (k) => JSON.stringify({ one: "x", two: "y", three: k })),
    ),
    'a.jsonl: line 1: the keys "one", "two", "three" do not name left, right, score',
  ],
  ["a record that is not JSON", pairs("a.jsonl", '{"sentence1":\n'), "a.jsonl: line 1 is not JSON"],
  ["a header alone", pairs("a.csv", "sentence1,sentence2,score\n"), "a.csv: there is no pair"],
  ["an unclosed quote", pairs("a.csv", 'sentence1,sentence2,score\n"the cat,the dog,1\n'), "a.csv: line 2: "],
];

const LABELS: readonly Case[] = [
  [
    "a table without labels",
    labels("a.csv", `id,text\n${rows(60, (k) => `${k},the cat`)}`),
    'a.csv: line 1: the label column is not among "id", "text"; name the columns with --columns label=NAME',
  ],
  [
    "a table without a header",
    labels(
      "a.csv",
      rows(60, (k) => `the cat,${k % 2}`),
    ),
    'a.csv: line 1: "the cat", "0" does not name the columns text, label; write a header',
  ],
  [
    "a label that is missing",
    labels("a.tsv", `text\tlabel\n${rows(60, (k) => `the cat\t${k === 3 ? "" : k % 2}`)}`),
    "a.tsv: line 5: the label is missing",
  ],
  [
    "a line of more columns",
    labels("a.csv", `text,label\n${rows(60, (k) => (k === 2 ? "the cat,sat,1" : `the cat,${k % 2}`))}`),
    "a.csv: line 4: 3 columns, but line 1 has 2",
  ],
];

refusesAll(() => command, { pairs: PAIRS, labels: LABELS });

describe("the same data under other names, orders and forms", () => {
  const data = Array.from({ length: 60 }, (_, k) => ({
    left: `the cat ${k % 7}`,
    right: `the dog ${k % 3}`,
    score: (k * 7) % 11,
  }));
  const forms: Record<string, readonly [name: string, content: string, ...more: string[]]> = {
    "a table without a header": ["a.csv", data.map((d) => `${d.left},${d.right},${d.score}\n`).join("")],
    "STS-B's header": ["a.csv", `sentence1,sentence2,score\n${data.map((d) => `${d.left},${d.right},${d.score}\n`).join("")}`],
    "QQP's": [
      "a.tsv",
      `id\tquestion1\tquestion2\tis_duplicate\n${data.map((d, k) => `${k}\t${d.left}\t${d.right}\t${d.score}\n`).join("")}`,
    ],
    "MRPC's": [
      "a.tsv",
      `Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n${data.map((d, k) => `${d.score}\t${k}\t${k}\t${d.left}\t${d.right}\n`).join("")}`,
    ],
    JSONL: [
      "a.jsonl",
      data.map((d) => `${JSON.stringify({ score: d.score, sentence2: d.right, sentence1: d.left })}\n`).join(""),
    ],
    "names of one's own": [
      ...(["a.csv", `b,n,a\n${data.map((d) => `${d.right},${d.score},${d.left}\n`).join("")}`] as const),
      ...["--columns", "left=a,right=b,score=n"],
    ],
  };

  it("give the same importance", async () => {
    const model = makeModel(join(command.folder, "model"));
    const found: Record<string, string> = {};
    for (const [form, [name, content, ...more]] of Object.entries(forms)) {
      writeFileSync(join(command.folder, name), content);
      const args = [
        "importance",
        model,
        "--task",
        "similarity",
        "--data",
        name,
        "--methods",
        "michel",
        "--json",
        "out.json",
        ...more,
      ];
      const { code, stderr } = await command.run(args, { cwd: command.folder });
      expect({ form, code, stderr: code === 0 ? "" : stderr }).toEqual({ form, code: 0, stderr: "" });
      const { heads, quality } = JSON.parse(readFileSync(join(command.folder, "out.json"), "utf8")) as Record<string, unknown>;
      found[form] = JSON.stringify({ heads, quality });
    }
    expect(new Set(Object.values(found)).size).toBe(1);
  });
});
