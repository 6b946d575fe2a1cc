/** Records and maps that are filled by key. */
import { expect, it } from "vitest";
import {
  asRecord,
  countsOf,
  getOrAdd,
  isRecord,
  itemsAt,
  keyed,
  keysOf,
  mapValues,
  ownValue,
  valueAt,
} from "../../src/params/keyed.ts";

it("a record has a value for each key, whatever its name", () => {
  const made = keyed(["a", "__proto__"], (key, k) => `${k} ${key}`);
  expect(Object.entries(made)).toEqual([
    ["a", "0 a"],
    ["__proto__", "1 __proto__"],
  ]);
  expect(keysOf(made)).toEqual(["a", "__proto__"]);
  expect(Object.values(mapValues(made, (value) => value.length))).toEqual([3, 11]);
});

it("only objects of JSON are records", () => {
  for (const value of [null, undefined, 1, "a", [1]]) expect([isRecord(value), asRecord(value)]).toEqual([false, {}]);
  expect([isRecord({}), asRecord({ a: 1 })]).toEqual([true, { a: 1 }]);
});

it("inherited values are not a record's own", () => {
  expect(ownValue({ a: 1 }, "a")).toBe(1);
  expect(ownValue({ a: 1 }, "toString")).toBeUndefined();
});

it("a value is found by its path through objects and lists", () => {
  const json = { a: [{ b: null }, 5] };
  expect([valueAt(json, ["a", 0, "b"]), valueAt(json, ["a", 1]), valueAt(json, [])]).toEqual([null, 5, json]);
  expect(valueAt(json, ["a", 0, "b", "c"])).toBeUndefined();
});

it("a map makes a value once for each key, and counts items", () => {
  const map = new Map<string, number[]>();
  for (const [k, key] of ["x", "y", "x"].entries()) getOrAdd(map, key, () => []).push(k);
  expect([...map]).toEqual([
    ["x", [0, 2]],
    ["y", [1]],
  ]);
  expect([...countsOf("abca")]).toEqual([
    ["a", 2],
    ["b", 1],
    ["c", 1],
  ]);
});

it("items are taken in the order of their places, which have to be there", () => {
  expect(itemsAt(["a", "b", "c"], [2, 0, 2])).toEqual(["c", "a", "c"]);
  expect(() => itemsAt(["a"], [1])).toThrow("internal: a list of 1 has no item 1");
});
