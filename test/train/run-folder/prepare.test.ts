/** Which documents are held out. */
import { expect, it } from "vitest";
import { holdOut } from "../../../src/train/run-folder/prepare.node.ts";

const all = Array.from({ length: 1007 }, (_, k) => k);

it("one of every k neighbors is held out, in order, and nothing is lost", () => {
  const { train, heldOut } = holdOut(all, 20, 1);
  expect(heldOut.map((k) => Math.floor(k / 20))).toEqual(Array.from({ length: 50 }, (_, block) => block));
  expect([...train, ...heldOut].sort((a, b) => a - b)).toEqual(all);
  expect(train).toEqual([...train].sort((a, b) => a - b));
});

it("texts whose kind has a period are held out of every kind", () => {
  for (const period of [2, 4, 5, 10, 20]) {
    const counts = new Array<number>(period).fill(0);
    for (let seed = 0; seed < 40; seed++) for (const k of holdOut(all, 20, seed).heldOut) counts[k % period]!++;
    const mean = 2000 / period;
    for (const count of counts) expect(Math.abs(count - mean)).toBeLessThan(5 * Math.sqrt(mean));
  }
});

it("one seed gives one part, another seed another", () => {
  expect(holdOut(all, 10, 3)).toEqual(holdOut(all, 10, 3));
  expect(holdOut(all, 10, 3).heldOut).not.toEqual(holdOut(all, 10, 4).heldOut);
});

it("fewer than k hold nothing out", () => {
  expect(holdOut(all.slice(0, 19), 20, 1)).toEqual({ train: all.slice(0, 19), heldOut: [] });
});
