/** Small models of every family to cut, what they are fed, and heads to keep. */

import type { Value } from "../../src/graph/value.ts";
import type { AnyModel } from "../../src/models/any.ts";
import { encoderDecoderForward } from "../../src/models/encoder-decoder.ts";
import type { Kept, Site } from "../../src/models/sites.ts";
import { forward } from "../../src/models/transformer.ts";
import type { Probe } from "../../src/nn/probe.ts";
import { random } from "../../src/params/random.ts";
import { byPath } from "../../src/params/tree.ts";
import type { Feeds, Runtime } from "../../src/run/runtime.ts";
import type { Tensor } from "../../src/run/tensor.ts";
import { FEATURES, familiesWith, featuredModel } from "../features/featured-models.ts";
import { FAMILIES, loadFixture, readInts } from "../models/golden.ts";
import { TRANSLATORS, translatorFixture } from "../models/translation-golden.ts";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** Some heads of every site, whole groups where keys are shared; one site may lose all of its heads. */
export function someHeads(sites: readonly Site[], seed: number, empties = true): Kept {
  const uniform = random(`cut ${seed}`);
  const emptied = empties ? Math.floor(uniform() * sites.length) : -1;
  return new Map(
    sites.map(({ name, heads, keyValueHeads }, k) => {
      const free = keyValueHeads === heads || keyValueHeads === 1;
      const groups = upTo(free ? heads : keyValueHeads).filter((group) => k !== emptied && (group === 0 || uniform() < 0.6));
      const size = free ? 1 : heads / keyValueHeads;
      return [name, groups.flatMap((group) => upTo(size).map((r) => group * size + r))];
    }),
  );
}

const feedsOf = (name: string, keys: Readonly<Record<string, string>>): Feeds =>
  Object.fromEntries(Object.entries(keys).map(([key, stored]) => [key, readInts(name, "golden.safetensors", stored)]));

const TEXTS = { ids: "input_ids", mask: "attention_mask" };
const PAIRS = { ...TEXTS, decoderIds: "decoder_input_ids" };

type Small = readonly [string, () => Promise<AnyModel>, Feeds];

export const MODELS: readonly Small[] = [
  ...FAMILIES.map((name): Small => [name, () => loadFixture(name), feedsOf(name, TEXTS)]),
  ...TRANSLATORS.map((name): Small => [name, () => translatorFixture(name), feedsOf(name, PAIRS)]),
  ...Object.entries(FEATURES).flatMap(([feature, features]) =>
    familiesWith(features).map((name): Small => {
      const feeds = feedsOf(name, name === "marian" ? PAIRS : TEXTS);
      return [`${name} with ${feature}`, () => featuredModel(name, features), feeds];
    }),
  ),
];

/** Tokens of a state that are no padding: a query that is padding may see nothing at all, and what it makes is arbitrary. */
export function seen({ mask }: Feeds, { shape: [, length, width] }: Tensor): (at: number) => boolean {
  const { data, shape } = mask!;
  const n = shape[1]!;
  return (at) => length !== n || data[Math.floor(at / (width! * n)) * n + (Math.floor(at / width!) % n)] === 1n;
}

/** Every state, an encoder's before a decoder's, and then the logits where there are some. */
export async function statesOf(
  runtime: Runtime,
  { config, weights }: AnyModel,
  feeds: Feeds,
  probe?: Probe,
): Promise<Tensor[]> {
  const values: Value[] = [];
  if (config.family === "encoder-decoder") {
    const made = encoderDecoderForward(config, probe && { probe });
    values.push(...made.encoderStates, ...made.states, made.logits);
  } else {
    const made = forward(config, { probe });
    values.push(...made.states, ...(made.logits ? [made.logits] : []));
  }
  const program = await runtime.compile(Object.fromEntries(values.map((value, k) => [`${k}`, value])), {
    weights: byPath(weights),
  });
  const made = await program.run(feeds);
  return values.map((_, k) => made[`${k}`]!);
}
