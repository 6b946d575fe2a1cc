/** Rated pairs and labelled texts as people keep them, and the line that is wrong named where one is. */
import { describe, expect, it } from "vitest";
import { parseLabelled, parseRated } from "../../../src/corpus/tables/rated.ts";

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
    [
      "columns in another order, ids first",
      "a.csv",
      'id1,score,Sentence 2,Sentence 1\n7,2.5,a dog,a cat\n8,0,"she said ""no""","one, two"\n',
    ],
    [
      "the columns of QQP",
      "a.tsv",
      'id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\ta cat\ta dog\t2.5\n4\t5\t6\tone, two\tshe said "no"\t0\n',
    ],
    [
      "the columns of MRPC",
      "a.tsv",
      '\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n2.5\t1\t2\ta cat\ta dog\r\n0\t3\t4\tone, two\tshe said "no"\r\n',
    ],
    [
      "the columns of STS-B",
      "a.tsv",
      'index\tgenre\tsentence1\tsentence2\tscore\n0\tmain\ta cat\ta dog\t2.500\n1\tmain\tone, two\tshe said "no"\t0.0\n',
    ],
    [
      "a quoted line end",
      "a.csv",
      'sentence1,sentence2,score,note\na cat,a dog,2.5,"two\nlines"\n"one, two","she said ""no""",0,""\n',
    ],
    ["no last line end", "a.csv", CSV.trimEnd()],
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

  it("are in the columns that the user names", () => {
    const content = 'x,y,first,second\n1,2.5,a cat,a dog\n2,0,"one, two","she said ""no"""\n';
    const columns = { left: "first", right: "second", score: "y" };
    expect(parseRated(content, "a.csv", columns)).toEqual(PAIRS);
    const keyed =
      '{"first":"a cat","score":9,"second":"a dog","y":2.5}\n{"first":"one, two","second":"she said \\"no\\"","y":"0"}\n';
    expect(parseRated(keyed, "a.jsonl", columns)).toEqual(PAIRS);
    expect(() => parseRated(content, "a.csv", { ...columns, score: "z" })).toThrow(
      'a.csv: line 1: the score column "z" is not among "x", "y", "first", "second"; name the columns with --columns score=NAME',
    );
    expect(() => parseRated(content, "a.csv", { ...columns, right: "first" })).toThrow("one column cannot be two of");
    expect(() => parseRated(content, "a.csv", { text: "x" })).toThrow("--columns names text, which this task does not read");
  });

  it.each([
    [
      "a number that is none",
      "a.csv",
      "a,b,1\nc,d,high\n",
      'a.csv: line 2: the score "high" is not a number; write the similarity',
    ],
    ["a first number that is none", "a.csv", "a,b,high\nc,d,1\n", 'a.csv: line 1: "a", "b", "high" does not name the columns'],
    [
      "a heading of unknown names",
      "a.csv",
      "x,y,z\na,b,1\n",
      'line 1: "x", "y", "z" does not name the columns left, right, score',
    ],
    ["ids first, without a heading", "a.csv", "17,18,4.2,a,b\n", '"17", "18", "4.2", "a", "b" does not name'],
    ["three numbers", "a.csv", "1,2,3\n", '"1", "2", "3" does not name'],
    ["tabs in a .csv file", "a.csv", "a\tb\t1\n", "does not name the columns left, right, score; write a .tsv file for tabs"],
    [
      "two scores",
      "a.csv",
      "sentence1,sentence2,score,label\na,b,1,2\n",
      'the score column could be any of "score", "label"; name the columns',
    ],
    [
      "two pairs of texts",
      "a.csv",
      "sentence1,sentence2,s1,s2,score\na,b,c,d,1\n",
      'the left column could be any of "sentence1", "s1"',
    ],
    [
      "a heading without a score",
      "a.csv",
      "sentence1,sentence2\na,b\n",
      'the score column is not among "sentence1", "sentence2"',
    ],
    ["fewer columns", "a.tsv", "a\tb\t1\nc\td\n", "a.tsv: line 2: 2 columns, but line 1 has 3; give every line as many"],
    ["more columns", "a.csv", "a,b,1\nc,d,2,dev\n", "a.csv: line 2: 4 columns, but line 1 has 3"],
    [
      "fewer columns, after a heading and an empty line",
      "a.csv",
      "left,right,score\na,b,1\n\nc,d\n",
      "a.csv: line 4: 2 columns",
    ],
    [
      "fewer columns, after quoted line ends",
      "a.csv",
      'left,right,score\n"a\r\na","b\nb",1\nc,d\n',
      "a.csv: line 5: 2 columns",
    ],
    ["an infinite number", "a.csv", "a,b,1\nc,d,Infinity\n", 'a.csv: line 2: the score "Infinity" is not a number'],
    ["one text", "a.csv", "a,b,1\nc,,2\n", "a.csv: line 2: the right text is missing; give every line one"],
    ["a text of white space", "a.tsv", "a\tb\t1\n \td\t2\n", "a.tsv: line 2: the left text is missing"],
    ["a heading only", "a.csv", "left,right,score\n", "a.csv: there is no pair; give two texts and a number on each line"],
    ["nothing", "a.csv", "", "a.csv: there is no pair"],
    ["a quote that does not close", "a.csv", 'a,b,1\n"c,d,2\n', "a.csv: line 2: a quoted cell does not end; close the quote"],
    [
      "text after a quote",
      "a.csv",
      'a,b,1\n"c"s,d,2\n',
      "a.csv: line 2: text follows a quoted cell; double the quotes inside it",
    ],
    [
      "JSONL without a number",
      "a.jsonl",
      '{"left":"a","right":"b"}',
      'a.jsonl: line 1: the score column is not among "left", "right"',
    ],
    [
      "JSONL of other keys",
      "a.jsonl",
      '{"x":"a","y":1}',
      'a.jsonl: line 1: the keys "x", "y" do not name left, right, score; name',
    ],
    [
      "JSONL with null for a number",
      "a.jsonl",
      '{"left":"a","right":"b","score":null}',
      "a.jsonl: line 1: the score null is not a",
    ],
    [
      "JSONL with true for a number",
      "a.jsonl",
      '{"left":"a","right":"b","score":true}',
      "a.jsonl: line 1: the score true is not a",
    ],
    [
      "JSONL with a number for a text",
      "a.jsonl",
      '{"left":"a","right":3,"score":1}',
      "a.jsonl: line 1: the right text is missing",
    ],
    ["a line that is no JSON", "a.jsonl", '\n{"left":', "a.jsonl: line 2 is not JSON ("],
    ["a line that is a list", "a.json", "[]", "a.json: line 1 is not a JSON object; write one object on each line"],
    ["a line that is null", "a.json", "null", "a.json: line 1 is not a JSON object"],
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
    ["a table", "a.csv", 'id,label,text\n1,x,"a, b"\n2,,c\n'.replace("2,,c", "2,y,c")],
    ["a table in tabs", "a.tsv", "sentence\tidx\tlabel\na, b\t1\tx\nc\t2\ty\n"],
    ["JSONL by other names", "a.jsonl", '\ufeff{"review":"a, b","stars":"x"}\n{"sentence":"c","category":"y"}\n'],
  ])("are read from %s", (_, name, content) => {
    expect(parseLabelled(content, name)).toEqual([
      { text: "a, b", label: "x" },
      { text: "c", label: "y" },
    ]);
  });

  it.each([
    ["none", "a.jsonl", '{"text":"a","label":1}\n{"text":"b"}', 'a.jsonl: line 2: the label column is not among "text"'],
    ["null", "a.jsonl", '{"text":"a","label":null}', "a.jsonl: line 1: the label is missing; give every text one"],
    ["no text", "a.jsonl", '{"label":1}', 'a.jsonl: line 1: the text column is not among "label"'],
    ["an empty text", "a.jsonl", '{"text":" ","label":1}', "a.jsonl: line 1: the text is missing"],
    ["an empty label", "a.csv", "text,label\na,1\nb,\n", "a.csv: line 3: the label is missing"],
    ["no header", "a.csv", "a,1\nb,2\n", 'a.csv: line 1: "a", "1" does not name the columns text, label; write a header and'],
    ["nothing at all", "a.jsonl", "\n \n", "a.jsonl: there is no text; give a text and a label on each line"],
    ["no JSON", "a.jsonl", "text", "a.jsonl: line 1 is not JSON"],
  ])("%s", (_, name, content, message) => {
    expect(() => parseLabelled(content, name)).toThrow(message);
  });
});
