/** The built-in text is whole, in order, clean, and divided as documented. */
import { describe, expect, test } from "vitest";
import { readAddresses, readNovels } from "../../src/corpus/addresses.node.ts";

const { train, heldOut } = await readAddresses();
const all = [...train, ...heldOut].sort((a, b) => a.year - b.year);

describe("the State of the Union addresses", () => {
  test("are 233, from 1790 to 2021, one a year but for 1933, 1953 and 1961", () => {
    const perYear = Array.from({ length: 2021 - 1790 + 1 }, (_, i) => all.filter(({ year }) => year === 1790 + i).length);
    expect([all[0]!.year, all.at(-1)!.year, all.length]).toEqual([1790, 2021, 233]);
    const odd = [...perYear.entries()].filter(([, count]) => count !== 1).map(([i, count]) => [1790 + i, count]);
    expect(odd).toEqual([
      [1933, 0],
      [1953, 2],
      [1961, 2],
    ]);
  });

  test("hold every tenth out", () => {
    expect([train.length, heldOut.length]).toEqual([210, 23]);
    expect(heldOut.slice(0, 3).map(({ year, name }) => `${year} ${name}`)).toEqual([
      "1799 John Adams",
      "1809 James Madison",
      "1819 James Monroe",
    ]);
    expect(heldOut.at(-1)).toMatchObject({ year: 2018, name: "Donald J Trump" });
    const years = train.map(({ year }) => year);
    expect(years).toEqual(years.toSorted((a, b) => a - b));
  });

  test("name the outgoing president first where two spoke", () => {
    const names = (year: number) => all.filter((address) => address.year === year).map(({ name }) => name);
    expect(names(1953)).toEqual(["Harry S Truman", "Dwight D Eisenhower"]);
    expect(names(1961)).toEqual(["Dwight D Eisenhower", "John F Kennedy"]);
  });

  test("are plain text without markup, control characters, or notes of applause", () => {
    const text = all.map((address) => address.text).join("\n");
    expect(new TextEncoder().encode(text).length).toBeGreaterThan(10_000_000);
    expect(text.match(/&\w+;|[<>#]|[[(](applause|laughter)| {2}|[^\n\x20-\x7e—–°ïáó]/i)).toBeNull();
    for (const { text: address } of all) expect(address.trim()).toBe(address);
    expect(Math.min(...all.map((address) => address.text.length))).toBeGreaterThan(5000);
  });
});

test("the novels are whole: chapters by novel, no marks of the source, running text", async () => {
  const chapters = await readNovels();
  const counts = new Map<string, number>();
  for (const { name } of chapters) {
    const [novel] = name.split(",");
    counts.set(novel!, (counts.get(novel!) ?? 0) + 1);
  }
  expect([...counts]).toEqual([
    ["emma", 55],
    ["mansfield park", 48],
    ["northanger abbey", 31],
    ["persuasion", 24],
    ["pride and prejudice", 61],
    ["sense and sensibility", 50],
    ["moby dick", 135],
    ["alice's adventures in wonderland", 12],
  ]);
  const text = chapters.map((chapter) => chapter.text).join(" ");
  expect(text.match(/[^ -~—£]|_|--| {2}/)).toBeNull();
  expect(text).toContain("It is a truth universally acknowledged, that a single man in possession of a good fortune");
  expect(text).toMatch(/Call me Ishmael\. Some years ago—never mind how long precisely—/);
});
