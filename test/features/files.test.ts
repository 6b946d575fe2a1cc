/** Models with features as files: `config.json` says which features, and stock loaders cannot mistake the model for a plain one. */
import { describe, expect, it } from "vitest";
import { headwiseJson } from "../../src/load/family/reading/headwise-keys.ts";
import { readTranslationWeights, translationTensors } from "../../src/load/family/translation-weights.ts";
import { readWeights } from "../../src/load/family/weights.ts";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { writeSafetensors } from "../../src/load/format/safetensors-write.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import { hubTensors } from "../../src/load/save.ts";
import type { EncoderDecoder } from "../../src/load/translator.ts";
import type { AnyModel } from "../../src/models/any.ts";
import { sitesOf } from "../../src/models/sites.ts";
import type { Transformer } from "../../src/models/transformer.ts";
import { byPath } from "../../src/params/tree.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { someHeads } from "../prune/small-models.ts";
import { FEATURES, familiesWith, featuredJson, featuredModel, readAnyConfig } from "./featured-models.ts";

async function readAgain(model: AnyModel): Promise<object> {
  if (model.config.family === "encoder-decoder") {
    const { config, weights } = model as EncoderDecoder;
    return readTranslationWeights(config, await stored(translationTensors(config, weights)));
  }
  const { config, weights } = model as Transformer;
  return readWeights(config, await stored(hubTensors(config, weights)));
}

const stored = (tensors: Parameters<typeof writeSafetensors>[0]) =>
  openSafetensors(bytesSource("model", writeSafetensors(tensors)));

describe.each(Object.entries(FEATURES))("%s", (_, features) => {
  it.each(familiesWith(features))("%s, whole and cut, is read back", async (family) => {
    const model = await featuredModel(family, features);
    const json = await featuredJson(family, features);
    const cut = cutHeads(model, someHeads(sitesOf(model.config), 3));
    for (const one of [model, cut]) {
      const own = { ...json, ...headwiseJson(one.config) };
      expect(own.model_type).toBe(`headwise-${one.config.architecture}`);
      expect(readAnyConfig(family, own)).toEqual(one.config);
      expect([...byPath(await readAgain(one))]).toEqual([...byPath(one.weights)]);
    }
  });
});

describe("a config.json with wrong features is refused", () => {
  const FIX = "use the config.json that came with the weights, or a newer Headwise";
  it.each([
    [
      { attention: { "0": { gate: 1 } } },
      `"headwise.attention.0.gate" is malformed (Invalid input: expected boolean, received number); ${FIX}`,
    ],
    [
      { attention: { "0": { normalizer: "entmax", alpha: 1 } } },
      `"headwise.attention.0.alpha" is malformed (Too small: expected number to be >=1.01); ${FIX}`,
    ],
    [
      { attention: { "0": { normalizer: "sparsemax", alpha: 1.5 } } },
      `"headwise.attention.0.alpha" is malformed (only with "normalizer": "entmax"); ${FIX}`,
    ],
    [
      { attention: { "1": { span: { longest: 1000 } } } },
      `"headwise.attention.1.span.longest" is 1000, longer than the model's 31 positions; set it to 31 or less`,
    ],
    [
      { attention: { "0": { span: { longest: 5, ramp: 0 } } } },
      `"headwise.attention.0.span.ramp" is malformed (Too small: expected number to be >0); ${FIX}`,
    ],
    [
      { attention: { "0": { span: { longest: 5, penalty: -1 } } } },
      `"headwise.attention.0.span.penalty" is malformed (Too small: expected number to be >=0); ${FIX}`,
    ],
    [{ attention: { "0": { talking: 7 } } }, '"headwise.attention.0.talking" is 7, but there are'],
    [{ attention: { "0": { sigmoid: true } } }, `"headwise.attention.0.sigmoid" is not known; ${FIX}`],
    [{ attention: { "9": {} } }, `"headwise.attention": there is no layer 9; use 0 to`],
    [{ gates: {} }, `"headwise.gates" is not known; ${FIX}`],
    [
      undefined,
      '"model_type" is "headwise-gpt2", but "headwise.attention" is missing; use the config.json that came with the weights',
    ],
  ])("%j", async (headwise, message) => {
    const json = { ...(await featuredJson("gpt2", {})), headwise };
    expect(() => readAnyConfig("gpt2", json)).toThrow(message);
  });

  it("heads that share keys cannot talk", async () => {
    const json = { ...(await featuredJson("llama", {})), headwise: { attention: { "0": { talking: true } } } };
    expect(() => readAnyConfig("llama", json)).toThrow(
      /"headwise\.attention\.0\.talking" is set, but \d+ heads share \d+ key\/value heads; use \d+ of them, or remove it$/,
    );
  });

  it("cross-attention has no span", async () => {
    const attention = { "cross.0": { span: { longest: 5 } } };
    const json = { ...(await featuredJson("marian", {})), headwise: { attention } };
    expect(() => readAnyConfig("marian", json)).toThrow(
      '"headwise.attention.cross.0.span" is set for cross-attention, whose keys have no distance to queries; remove it',
    );
  });
});
