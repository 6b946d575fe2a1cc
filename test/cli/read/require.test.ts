/** What a cut can be required to fulfil, read from a few characters. */
import { describe, expect, it } from "vitest";
import { checkRequirements, readRequirement } from "../../../src/cli/read/require.ts";

const NAMES = ["loss", "loss.low", "heads"];

describe("a requirement", () => {
  it.each([
    ["loss<=0.5", [0.5, 0.4, -1], [0.6]],
    ["loss < 0.5", [0.4], [0.5, 0.6]],
    ["  heads>=12 ", [12, 13], [11]],
    ["heads>12", [13], [12]],
    ["loss.low<=-.25", [-0.25, -1], [-0.2]],
    ["loss<=1e-3", [1e-3], [2e-3]],
    ["loss<=2e3", [2000], [2001]],
  ])("%s", (text, fine, not) => {
    const { holds, text: said, name } = readRequirement(text, NAMES);
    expect(said).toBe(text);
    expect(NAMES).toContain(name);
    expect(fine.map(holds)).toEqual(fine.map(() => true));
    expect([...not, Number.NaN].map(holds)).toEqual([...not, Number.NaN].map(() => false));
  });

  it.each([
    "",
    "loss",
    "loss<=",
    "<=0.5",
    "loss=0.5",
    "loss==0.5",
    "loss=<0.5",
    "loss<=x",
    "loss<=1.2.3",
    "loss<=.",
    "Loss<=1",
    "bits<=1",
    "loss<=1,heads>2",
    "toString<=1",
  ])("%j is none", (text) => {
    expect(() => readRequirement(text, NAMES)).toThrow(
      `--require "${text}" is not a rule; write NAME<=NUMBER (or >=, <, >), where NAME is one of loss, loss.low, heads`,
    );
  });
});

describe("a cut", () => {
  const required = ["loss<=0.5", "heads<=12"].map((text) => readRequirement(text, NAMES));

  it.each([
    ["fulfils both", { loss: 0.5, heads: 12 }, undefined],
    ["fails the first", { loss: 0.56789, heads: 12 }, "required loss<=0.5, but loss is 0.5679; nothing was written"],
    ["fails the second", { loss: 0.1, heads: 13 }, "required heads<=12, but heads is 13; nothing was written"],
    [
      "was judged by no task",
      { heads: 12 },
      "required loss<=0.5, but loss was not measured (a task is missing); nothing was written",
    ],
    ["is beyond numbers", { loss: Number.NaN, heads: 1 }, "required loss<=0.5, but loss is NaN; nothing was written"],
  ])("%s", (_, found, message) => {
    const check = () => checkRequirements(required, found as unknown as Record<string, number>);
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(message);
  });
});
