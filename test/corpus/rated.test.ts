/** Rated pairs and labelled texts as people keep them, and the line that is wrong named where one is. */
import { describe, expect, it } from "vitest";
import { parseLabelled, parseRated } from "../../src/corpus/rated.ts";

const PAIRS = [
  { left: "a cat", right: "a dog", gold: 2.5 },
  { left: "one, two", right: 'she said "no"', gold: 0 },
];
const CSV = 'a cat,a dog,2.5\n"one, two","she said ""no""",0\n';

describe("pairs", () => {
  it.each([
    ["a .csv table", "a.csv", CSV],
    ["a heading", "a.csv", `sentence1,sentence2,score\n${CSV}`],
    ["lines that end like those of Windows, and a byte order mark", "a.csv", `\uFEFF${CSV.replaceAll("\n", "\r\n")}`],
    ["empty lines", "a.csv", `\n${CSV.replace("\n", "\n\n")}\n`],
    ["no last line end", "a.csv", CSV.trimEnd()],
    ["more columns", "a.csv", 'a cat,a dog,2.5,dev\n"one, two","she said ""no""",0,dev,x\n'],
    ["a .tsv table, in which quotes are quotes", "a.TSV", 'a cat\ta dog\t2.5\none, two\tshe said "no"\t0\n'],
    [
      "JSONL",
      "a.jsonl",
      '{"left":"a cat","right":"a dog","score":2.5}\n\n{"left":"one, two","right":"she said \\"no\\"","score":"0"}\r\n',
    ],
    [
      "JSONL by other names",
      "a.jsonl",
      '{"sentence1":"a cat","sentence2":"a dog","label":2.5}\n{"sentence1":"one, two","sentence2":"she said \\"no\\"","score":0}',
    ],
  ])("%s", (_, name, content) => {
    expect(parseRated(content, name)).toEqual(PAIRS);
  });

  it.each([
    ["a number that is none", "a.csv", "a,b,1\nc,d,high\n", "a.csv: line 2: has no number that says how alike"],
    ["no number", "a.tsv", "a\tb\t1\nc\td\n", "a.tsv: line 2: has no number"],
    ["no number, after a heading and an empty line", "a.csv", "x,y,score\na,b,1\n\nc,d\n", "a.csv: line 4: has no number"],
    ["an infinite number", "a.csv", "a,b,1\nc,d,Infinity\n", "a.csv: line 2: has no number"],
    ["one text", "a.csv", "a,b,1\nc,,2\n", "a.csv: line 2: has no two texts: write text, text, number"],
    ["a text of white space", "a.tsv", "a\tb\t1\n \td\t2\n", "a.tsv: line 2: has no two texts"],
    ["a heading only", "a.csv", "x,y,score\n", "a.csv: holds no pair: give two texts and a number on each line"],
    ["nothing", "a.csv", "", "a.csv: holds no pair"],
    ["a quote that does not close", "a.csv", 'a,b,1\n"c,d,2\n', "a.csv: line 2: has no two texts"],
    ["JSONL without a number", "a.jsonl", '{"left":"a","right":"b"}', "a.jsonl: line 1: has no number"],
    ["JSONL with null for a number", "a.jsonl", '{"left":"a","right":"b","score":null}', "a.jsonl: line 1: has no number"],
    ["JSONL with true for a number", "a.jsonl", '{"left":"a","right":"b","score":true}', "a.jsonl: line 1: has no number"],
    ["JSONL without a text", "a.jsonl", '{"left":"a","score":1}', "a.jsonl: line 1: has no two texts"],
    ["JSONL with a number for a text", "a.jsonl", '{"left":"a","right":3,"score":1}', "a.jsonl: line 1: has no two texts"],
    ["a line that is no JSON", "a.jsonl", '\n{"left":', "a.jsonl: line 2 is not a JSON object"],
    ["a line that is a list", "a.json", "null", "a.json: line 1 is not a JSON object (it is no object)"],
  ])("%s", (_, name, content, message) => {
    expect(() => parseRated(content, name)).toThrow(message);
  });
});

describe("labels", () => {
  it("are words, numbers or truths", () => {
    const content = '{"text":"a","label":"x"}\n{"text":"b","label":3}\n\n{"text":"c","label":false}\n';
    expect(parseLabelled(content, "a.jsonl")).toEqual([
      { text: "a", label: "x" },
      { text: "b", label: "3" },
      { text: "c", label: "false" },
    ]);
  });

  it.each([
    ["none", '{"text":"a","label":1}\n{"text":"b"}', 'a.jsonl: line 2 has no "label": every text needs one'],
    ["null", '{"text":"a","label":null}', 'a.jsonl: line 1 has no "label"'],
    ["no text", '{"label":1}', 'a.jsonl: line 1 has no "text"'],
    ["an empty text", '{"text":" ","label":1}', 'a.jsonl: line 1 has no "text"'],
    ["nothing at all", "\n \n", 'a.jsonl: holds no text: write {"text": …, "label": …} on each line'],
    ["no JSON", "text", "a.jsonl: line 1 is not a JSON object"],
  ])("%s", (_, content, message) => {
    expect(() => parseLabelled(content, "a.jsonl")).toThrow(message);
  });
});
