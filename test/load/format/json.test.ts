/** JSON files as they are found: Python's extra numbers, texts that are nested without end. */
import { describe, expect, it } from "vitest";
import { parseJson } from "../../../src/load/format/json.ts";
import { InputError } from "../../../src/run/errors.ts";

const read = (text: string) => parseJson(text, "c.json");

describe("numbers that Python writes and JSON has not", () => {
  it.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["[NaN, Infinity, -Infinity]", [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['{"a": NaN, "NaN": "NaN", "b": "Infinity, NaN"}', { a: Number.NaN, NaN: "NaN", b: "Infinity, NaN" }],
    ['{"a\\"NaN": "\\\\", "c": [1, NaN]}', { 'a"NaN': "\\", c: [1, Number.NaN] }],
  ])("%s", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each(["nan", "--Infinity", "NaNN", '{"a": Inf}', "NaN: 1", '["NaN'])("but not %s", (text) => {
    expect(() => read(text)).toThrow(/^c\.json: not valid JSON \(.*\); correct the file or download it again$/);
  });
});

it("JSON is read as JSON.parse reads it", () => {
  const text = '{"a": [1, -2.5e3, "\\u00e9\\ud83d\\ude00", null, true], "a b": {"": {}}, "__proto__": 1}';
  expect(JSON.stringify(read(text))).toBe(JSON.stringify(JSON.parse(text)));
});

describe("depth", () => {
  it.each(["[", '{"a":'])("of 200 times %s is read, and of 201 or 200,000 refused", (opening) => {
    const closing = opening === "[" ? "]" : "}";
    const nested = (n: number) => opening.repeat(n) + 1 + closing.repeat(n);
    expect(JSON.stringify(read(nested(200)))).toBe(nested(200));
    for (const n of [201, 200_000]) {
      expect(() => read(nested(n))).toThrow(
        new InputError("c.json: lists and objects are nested more than 200 deep; check that this is the right file"),
      );
    }
  });

  it("counts no brackets within strings", () => {
    expect(read(`["${"[".repeat(1000)}"]`)).toEqual(["[".repeat(1000)]);
  });
});
