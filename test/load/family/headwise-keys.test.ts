/** Cut models as files: `config.json` says which heads are left, and the smaller tensors are read back. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../../src/load/family/config.ts";
import { headwiseJson } from "../../../src/load/family/reading/headwise-keys.ts";
import { readTranslationConfig } from "../../../src/load/family/translation-config.ts";
import { readTranslationWeights, translationTensors } from "../../../src/load/family/translation-weights.ts";
import { readWeights } from "../../../src/load/family/weights.ts";
import { openSafetensors } from "../../../src/load/format/safetensors.ts";
import { writeSafetensors } from "../../../src/load/format/safetensors-write.ts";
import { bytesSource } from "../../../src/load/format/source.ts";
import { hubTensors } from "../../../src/load/save.ts";
import { byPath } from "../../../src/params/tree.ts";
import { cutHeads } from "../../../src/prune/cut.ts";
import type { Tensor } from "../../../src/run/tensor.ts";
import { FAMILIES, loadFixture } from "../../models/golden.ts";
import { TRANSLATORS, translatorFixture } from "../../models/translation-golden.ts";

const jsonOf = (family: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${family}/config.json`, import.meta.url), "utf8"));
const stored = (tensors: ReadonlyMap<string, Tensor>) => openSafetensors(bytesSource("cut", writeSafetensors(tensors)));

it.each(FAMILIES)("%s, cut, is read back with uneven layers and an empty one", async (family) => {
  const whole = await loadFixture(family);
  const [heads, shared] = [whole.config.heads[0]!, whole.config.keyValueHeads[0]!];
  const left = shared === heads || shared === 1 ? [heads - 1] : Array.from({ length: heads / shared }, (_, k) => k);
  const cut = cutHeads(
    whole,
    new Map([
      ["0", left],
      ["1", []],
    ]),
  );
  const json = { ...jsonOf(family), ...headwiseJson(cut.config) };
  const config = readConfig(JSON.parse(JSON.stringify(json)), "config.json");
  expect(config).toEqual(cut.config);
  expect(config.heads.slice(0, 2)).toEqual([left.length, 0]);
  const weights = await readWeights(config, await stored(hubTensors(config, cut.weights)));
  expect([...byPath(weights)]).toEqual([...byPath(cut.weights)]);
});

it.each(TRANSLATORS)("%s, cut, is read back", async (name) => {
  const whole = await translatorFixture(name);
  const cut = cutHeads(whole, new Map(Object.entries({ "encoder.0": [1, 3], "decoder.1": [], "cross.0": [0] })));
  const json = { ...jsonOf(name), ...headwiseJson(cut.config) };
  const config = readTranslationConfig(JSON.parse(JSON.stringify(json)), "config.json");
  expect(config).toEqual(cut.config);
  const weights = await readTranslationWeights(config, await stored(translationTensors(cut.config, cut.weights)));
  expect([...byPath(weights)]).toEqual([...byPath(cut.weights)]);
});

describe("a configuration that says wrong heads", () => {
  it.each([
    [{ heads: { "0": [5] } }, 'config.json: "headwise.heads": there is no head 0.5; use 0.0 to 0.4'],
    [{ heads: { "7": [0] } }, 'config.json: "headwise.heads": there is no layer 7'],
    [{ heads: [0] }, 'config.json: "headwise.heads" is malformed; give a list of heads for each layer'],
  ])("%j", (headwise, message) => {
    expect(() => readConfig({ ...jsonOf("gpt2"), headwise }, "config.json")).toThrow(message);
  });
});
