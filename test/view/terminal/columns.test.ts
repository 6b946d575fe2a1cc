import { expect, it } from "vitest";
import { charactersOf, columnsOf, filledEnd, filledStart } from "../../../src/view/terminal/columns.ts";

it.each([
  ["", 0],
  ["the", 3],
  ["é", 1],
  ["e\u0301", 1],
  ["שלום", 4],
  ["日本", 4],
  ["日₁", 3],
  ["한글", 4],
  ["😀", 2],
  ["👩‍🔬", 2],
  ["→ ␣↵", 4],
])("%j takes %d columns", (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
  expect(columnsOf(filledEnd(text, 9))).toBe(9);
  expect(filledStart(text, 9)).toBe(`${" ".repeat(9 - columns)}${text}`);
  expect(filledEnd(text, columns - 1)).toBe(text);
});

it("characters are what people count", () => {
  expect(charactersOf("e\u0301👩‍🔬日a")).toEqual(["e\u0301", "👩‍🔬", "日", "a"]);
});
