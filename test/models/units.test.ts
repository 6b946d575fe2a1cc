/** What can be cut at once: single heads, or the groups that share keys and values; every head is in one unit. */
import { describe, expect, it } from "vitest";
import { singleHeads, sitesOf, unitsOf, withHeads } from "../../src/models/sites.ts";
import { DECODER, GROUPED } from "../laws/small.ts";
import { FAMILIES, fixtureConfig } from "./golden.ts";
import { TRANSLATORS, translatorFixture } from "./translation-golden.ts";

const configs = [
  ...FAMILIES.map((family) => [family, fixtureConfig(family)] as const),
  ...(await Promise.all(TRANSLATORS.map(async (name) => [name, (await translatorFixture(name)).config] as const))),
];
const named = (units: readonly { readonly name: string }[]) => units.map(({ name }) => name).join(" ");

describe.each(configs)("%s", (_, config) => {
  const all = sitesOf(config).flatMap(({ name, heads }) => Array.from({ length: heads }, (_, head) => `${name}.${head}`));

  it("every head is in one unit, in order", () => {
    for (const units of [unitsOf(config), singleHeads(config)])
      expect(units.flatMap(({ site, heads }) => heads.map((head) => `${site}.${head}`))).toEqual(all);
  });

  it("any unit can be cut alone", () => {
    for (const { site, heads } of unitsOf(config)) {
      const whole = sitesOf(config).find(({ name }) => name === site)!;
      const left = Array.from({ length: whole.heads }, (_, head) => head).filter((head) => !heads.includes(head));
      const cut = sitesOf(withHeads(config, new Map([[site, left]])));
      expect(cut.find(({ name }) => name === site)!.heads).toBe(whole.heads - heads.length);
    }
  });
});

it.each([
  ["heads of their own", { heads: [3, 2], keyValueHeads: [3, 2] }, "0.0 0.1 0.2 1.0 1.1"],
  ["groups of two", { heads: [6, 4], keyValueHeads: [3, 2] }, "0.0-1 0.2-3 0.4-5 1.0-1 1.2-3"],
  ["groups of three, and of one", { heads: [6, 2], keyValueHeads: [2, 2] }, "0.0-2 0.3-5 1.0 1.1"],
  ["one key/value head for all, which stays", { heads: [3, 2], keyValueHeads: [1, 1] }, "0.0 0.1 0.2 1.0 1.1"],
  ["a layer that lost its heads", { heads: [0, 2], keyValueHeads: [0, 1] }, "1.0 1.1"],
])("%s", (_, counts, names) => {
  expect(named(unitsOf({ ...GROUPED, ...counts }))).toBe(names);
  expect(named(singleHeads({ ...DECODER, ...counts })).split(" ")).toHaveLength(counts.heads[0]! + counts.heads[1]!);
});

it("an encoder–decoder's are named by their side", async () => {
  const { config } = await translatorFixture("marian");
  expect(
    named(unitsOf(config))
      .split(" ")
      .filter((name) => name.endsWith(".3")),
  ).toEqual([
    ...["encoder.0.3", "encoder.1.3", "decoder.0.3", "cross.0.3", "decoder.1.3", "cross.1.3", "decoder.2.3", "cross.2.3"],
  ]);
});
