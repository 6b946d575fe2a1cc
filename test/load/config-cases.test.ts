/** One function written with other keys, and config.json files that are hostile or from older tools. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readDirectory } from "../../src/load/checkpoint.ts";
import { readConfig } from "../../src/load/family/config.ts";
import { headwiseJson } from "../../src/load/family/reading/headwise-keys.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import { withHeads } from "../../src/models/sites.ts";
import { InputError } from "../../src/run/errors.ts";
import { tinyTokenizer } from "../cli/model-folder.ts";
import { fixtureConfig } from "../models/golden.ts";

type Json = Record<string, unknown>;
const fixture = (family: string, file: string) => readFileSync(new URL(`../fixtures/${family}/${file}`, import.meta.url));
const json = (family: string): Json => JSON.parse(fixture(family, "config.json").toString());
const config = (family: string, change: Json) => readConfig({ ...json(family), ...change }, "c.json");

describe("rotary positions that are written twice", () => {
  const linear = { type: "linear", factor: 2.5, rope_theta: 100 };

  it("have the scaling of rope_scaling, which wins over all of rope_parameters", () => {
    const other = { rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4, rope_theta: 7 };
    for (const rope_parameters of [other, { rope_type: "default", rope_theta: 10000 }, { odd: 1 }, null]) {
      expect(config("llama-linear", { rope_parameters, rope_scaling: linear })).toEqual(fixtureConfig("llama-linear"));
    }
    const { rope_theta: _, ...bare } = linear;
    const beside = { rope_parameters: { rope_type: "default", rope_theta: 7 }, rope_scaling: bare, rope_theta: 100 };
    expect(config("llama-linear", beside)).toEqual(fixtureConfig("llama-linear"));
  });

  it("have those of rope_parameters where rope_scaling is empty or null, and its base wins over the one beside it", () => {
    for (const rope_scaling of [{}, null]) {
      expect(config("llama-linear", { rope_scaling, rope_theta: 7 })).toEqual(fixtureConfig("llama-linear"));
    }
  });

  it.each<[Json, RegExp]>([
    [
      { rope_scaling: { rope_type: "linear", factor: 2, beta_fast: 32 } },
      /"rope_scaling.beta_fast" is 32, which rope type "linear" does not/,
    ],
    [{ rope_scaling: { rope_type: "linear", factor: null } }, /"rope_scaling.factor" is null \(/],
    [{ rope_parameters: { full_attention: { rope_type: "default" } } }, /"rope_parameters.full_attention" is \{…\}, which/],
    [{ rope_scaling: [1] }, /"rope_scaling" is \[1\], not an object/],
    [{ rope_scaling: { rope_type: null, type: "linear", factor: 2 } }, /unknown rope type, null/],
    [
      { rope_parameters: { rope_type: "default", partial_rotary_factor: 0.5 } },
      /"rope_parameters.partial_rotary_factor" is 0.5/,
    ],
    [{ rope_theta: null }, /^c\.json: "rope_theta": /],
  ])("are refused with %j", (change, message) => {
    expect(() => config("llama", change)).toThrow(message);
  });
});

describe("layer_types", () => {
  const [full, sliding] = ["full_attention", "sliding_attention"];

  it("make a Ministral of a Mistral: the window holds where they say so", () => {
    expect(config("mistral", { layer_types: [full, sliding] }).windows).toEqual([undefined, 5]);
    expect(config("mistral", { layer_types: [full, full] }).windows).toBeUndefined();
    expect(config("mistral", { layer_types: [sliding, sliding] })).toEqual(fixtureConfig("mistral"));
    expect(config("mistral", { layer_types: null })).toEqual(fixtureConfig("mistral"));
  });

  it.each<[string, Json, string]>([
    ["mistral", { layer_types: [sliding] }, '"layer_types" has 1 layers, but "num_hidden_layers" is 2; list each layer once'],
    [
      "mistral",
      { layer_types: [full, sliding], sliding_window: null },
      '"layer_types" has sliding_attention, but no window is enabled',
    ],
    [
      "qwen2",
      { layer_types: [full, full, sliding], sliding_window: 4 },
      '"layer_types" has sliding_attention, but no window is enabled',
    ],
    ["llama", { layer_types: [full, sliding] }, '"layer_types" is ["full_attention", "sliding_attention"]'],
  ])("of %s are refused as %j", (family, change, message) => {
    expect(() => config(family, change)).toThrow(`c.json: ${message}`);
  });
});

describe("pruned_heads, as transformers 4 wrote them", () => {
  it("are the heads that a cut model lacks", () => {
    const kept = withHeads(
      fixtureConfig("bert"),
      new Map([
        ["0", [0, 2, 4]],
        ["1", []],
      ]),
    );
    expect(config("bert", { pruned_heads: { 0: [3, 1], 1: [0, 1, 2, 3, 4] } })).toEqual(kept);
    expect(config("bert", { pruned_heads: { 0: [2], 1: [] }, ...headwiseJson(kept) })).toEqual(kept);
    expect(config("bert", { pruned_heads: { 0: [] } })).toEqual(fixtureConfig("bert"));
  });

  it.each<[string, Json, string]>([
    ["bert", { 0: [5] }, 'c.json: "pruned_heads": there is no head 0.5'],
    ["bert", { 7: [0] }, 'c.json: "pruned_heads": there is no head 7.0'],
    ["bert", { 0: 1 }, 'c.json: "pruned_heads" is malformed; give a list of heads for each layer'],
    ["llama", { 0: [1] }, 'c.json: "pruned_heads" is {…}'],
  ])("of %s are refused as %j", (family, pruned_heads, message) => {
    expect(() => config(family, { pruned_heads })).toThrow(message);
  });
});

describe("a model directory", () => {
  const files = (text: string): Record<string, Uint8Array> => ({
    "config.json": new TextEncoder().encode(text),
    "model.safetensors": fixture("bert", "model.safetensors"),
    "tokenizer.json": new TextEncoder().encode(JSON.stringify(tinyTokenizer())),
  });
  const load = (text: string) =>
    readDirectory("tiny", async (name) => {
      const bytes = files(text)[name];
      return bytes && bytesSource(name, bytes);
    });
  const bert = (change: Json) => JSON.stringify({ ...json("bert"), ...change });

  it("loads with NaN and Infinity in keys that do not matter, and not in those that do", async () => {
    const text = bert({ initializer_range: "@", odd: null })
      .replace('"@"', "NaN")
      .replace("null,", "null,")
      .replace("}", ', "sep_token_id": -Infinity}');
    expect((await load(text)).config).toEqual(fixtureConfig("bert"));
    await expect(load(bert({ layer_norm_eps: "@" }).replace('"@"', "NaN"))).rejects.toThrow(
      /^config\.json: "layer_norm_eps": .*NaN/,
    );
    await expect(load(bert({ hidden_size: "@" }).replace('"@"', "Infinity"))).rejects.toThrow(/^config\.json: "hidden_size": /);
  });

  it.each<[string, string, RegExp]>([
    ["a million layers", bert({ num_hidden_layers: 1_000_000 }), /"num_hidden_layers": .*<=10000 \(it is 1000000\)/],
    ["more layers than tensors", bert({ num_hidden_layers: 5000 }), /asks for 5000 layers, but the file has \d+ tensors/],
    ["a wider table than the file", bert({ vocab_size: 2e9 }), /asks for 2000000000 tokens of width 35, but the file has/],
    ["wider layers than the file", bert({ intermediate_size: 2e9 }), /asks for 2 layers with feed-forward weights/],
    ["200,000 nested lists", `{"x":${"[".repeat(2e5)}${"]".repeat(2e5)}}`, /nested more than 200 deep/],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid", /this is a Git LFS pointer/],
  ])("with %s is refused before anything is made of it", async (_, text, message) => {
    const error = await load(text).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(message);
  });
});
