/** A list of heads is read as it is written: the heads to remove, those to keep, and the first error in it. */
import { expect, it } from "vitest";
import { sitesOf } from "../../src/models/sites.ts";
import { listedHeads } from "../../src/prune/heads-list.ts";
import { InputError } from "../../src/run/errors.ts";
import { fixtureConfig } from "../models/golden.ts";
import { smallConfig } from "../models/small-translator.ts";

const bert = fixtureConfig("bert"); // 2 layers of 5 heads
const llama = fixtureConfig("llama"); // 2 layers of 6 heads, 2 for each key/value head

it("the listed heads go, in the order of the list, and all others stay", () => {
  expect(listedHeads(" 1.4, 0.3,1.0", bert)).toEqual({
    kept: new Map([
      ["0", [0, 1, 2, 4]],
      ["1", [1, 2, 3]],
    ]),
    removed: ["1.4", "0.3", "1.0"],
  });
  expect(listedHeads("0.4,0.5", llama).kept).toEqual(
    new Map([
      ["0", [0, 1, 2, 3]],
      ["1", [0, 1, 2, 3, 4, 5]],
    ]),
  );
});

it("heads of an encoder-decoder are named by their attention", () => {
  const config = smallConfig();
  const { kept, removed } = listedHeads("cross.0.1,encoder.0.0", config);
  expect(removed).toEqual(["cross.0.1", "encoder.0.0"]);
  const missing = [...kept].flatMap(([site, heads]) => {
    const { heads: all } = sitesOf(config).find(({ name }) => name === site)!;
    return Array.from({ length: all }, (_, head) => head).flatMap((head) => (heads.includes(head) ? [] : [`${site}.${head}`]));
  });
  expect(missing).toEqual(["encoder.0.0", "cross.0.1"]);
  expect(() => listedHeads("0.1", config)).toThrow(
    /^there is no head "0\.1"; use names such as encoder\.0\.\d+ or cross\.\d+\.\d+$/,
  );
});

it("heads that share keys and values go together", () => {
  expect(() => listedHeads("0.4", llama)).toThrow(InputError);
});

it.each([
  ["", 'the list of heads "" has an empty entry; remove the extra comma'],
  ["0.3, ,0.1", 'the list of heads "0.3, ,0.1" has an empty entry; remove the extra comma'],
  ["0.3,x", 'there is no head "x"; use names such as 0.4 or 1.4'],
  ["2.0", 'there is no head "2.0"; use names such as 0.4 or 1.4'],
  ["0.5", "there is no head 0.5; use 0.0 to 0.4"],
  ["0.4,1.4,0.4", "head 0.4 is listed twice; list it once"],
  ["0.0,0.1,0.2,0.3,0.4,1.0,1.1,1.2,1.3,1.4", "no head would be left; keep at least one"],
])('"%s" is refused', (list, message) => {
  expect(() => listedHeads(list, bert)).toThrow(new InputError(message));
});
