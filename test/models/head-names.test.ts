/** Heads are named and read in one way. */
import { expect, it } from "vitest";
import { headName, parseHeads, tryHead, unitName } from "../../src/models/head-names.ts";

it("names of heads read back", () => {
  expect(parseHeads(headName(3, 7))).toEqual({ site: "3", layer: 3, heads: [7] });
  expect(parseHeads(headName("cross.12", 0))).toEqual({ site: "cross.12", kind: "cross", layer: 12, heads: [0] });
  expect(parseHeads(unitName("3", 6, 8))).toEqual({ site: "3", layer: 3, heads: [6, 7, 8] });
  expect(unitName("3", 6, 6)).toBe("3.6");
  expect(tryHead("encoder.2.11")).toEqual({ site: "encoder.2", head: 11 });
});

it.each(["", "3", "3.", ".7", "a.b", "3.7.", "3.-1", "3.7.1.2", " 3.7", "3,7"])("%j is no head", (name) => {
  expect(tryHead(name)).toBeUndefined();
  expect(() => parseHeads(name)).toThrow(RangeError);
});

it("heads that can only go together are no single head", () => {
  expect(tryHead("3.4-7")).toBeUndefined();
});
