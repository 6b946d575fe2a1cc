/** The small models of several families with every feature, for the laws of reading, writing, cutting and exporting. */

import { readConfig } from "../../src/load/family/config.ts";
import { readTranslationConfig } from "../../src/load/family/translation-config.ts";
import { type AnyModel, anyParameters } from "../../src/models/any.ts";
import { sitesOf } from "../../src/models/sites.ts";
import type { AttentionFeatures } from "../../src/nn/features/features.ts";
import { normals, random } from "../../src/params/random.ts";
import { byPath, mapTree, type Spec } from "../../src/params/tree.ts";
import { sizeOf, type Tensor, tensor } from "../../src/run/tensor.ts";
import { loadFixture } from "../models/golden.ts";
import { readFixtureJson, TRANSLATORS, translatorFixture } from "../models/translation-golden.ts";

const span = { longest: 5, ramp: 2.5, penalty: 2e-6 };

/** Features by a name for tests; each is tried in every family of `familiesWith`. */
export const FEATURES: Readonly<Record<string, AttentionFeatures>> = {
  "output gates": { gate: true },
  "fixed heads": { fixed: ["previous", "left-context", { gaussian: -1 }] },
  sparsemax: { normalizer: "sparsemax" },
  "learned entmax": { normalizer: "entmax", alpha: "learned" },
  spans: { span },
  "talking heads": { talking: true },
  "gated talking heads with spans and entmax": { gate: true, normalizer: "entmax", alpha: 1.3, span, talking: true },
  "mixtures of heads": { routing: { kind: "moh", shared: 1, top: 2, balance: 0.01 } },
  "mixtures of heads, none shared": { routing: { kind: "moh", shared: 0, top: 1, balance: 0.01 } },
  "mixtures of experts": { routing: { kind: "moa", top: 2, balance: 0.01, z: 0.001 } },
};

const FAMILIES = ["bert", "gpt2", "llama", "marian"] as const;
type FeaturedFamily = (typeof FAMILIES)[number] | "mistral";

/** The families whose attentions can have the features: heads that share keys cannot talk. */
export const familiesWith = ({ talking }: AttentionFeatures): readonly FeaturedFamily[] =>
  FAMILIES.filter((family) => !(talking && family === "llama"));

/** The features of one attention: cross-attention has no spans. */
const featuresAt = (name: string, { span: own, ...others }: AttentionFeatures): AttentionFeatures =>
  own && !name.startsWith("cross.") ? { ...others, span: own } : others;

const isTranslator = (family: string): boolean => (TRANSLATORS as readonly string[]).includes(family);

/** The `config.json` of a family's small model, with features in every attention that can have them. */
export async function featuredJson(family: FeaturedFamily, features: AttentionFeatures): Promise<Record<string, unknown>> {
  const plain = await (isTranslator(family) ? translatorFixture(family) : loadFixture(family));
  const attention = Object.fromEntries(sitesOf(plain.config).map(({ name }) => [name, featuresAt(name, features)]));
  const json = readFixtureJson(family, "config.json") as Record<string, unknown>;
  // fixed heads cannot share keys
  const keys = features.fixed && json.num_key_value_heads ? { num_key_value_heads: json.num_attention_heads } : {};
  return { ...json, ...keys, model_type: `headwise-${json.model_type}`, headwise: { attention } };
}

export const readAnyConfig = (family: string, json: unknown) =>
  (isTranslator(family) ? readTranslationConfig : readConfig)(JSON.parse(JSON.stringify(json)), "config.json");

/** The family's small model with features; parameters that features add or reshape are random. */
export async function featuredModel(family: FeaturedFamily, features: AttentionFeatures): Promise<AnyModel> {
  const plain = await (isTranslator(family) ? translatorFixture(family) : loadFixture(family));
  const config = readAnyConfig(family, await featuredJson(family, features));
  const known = byPath(plain.weights);
  const weights = mapTree<object>(anyParameters(config), ({ shape, range }: Spec, path: string): Tensor => {
    const own = known.get(path);
    if (own && `${own.shape}` === `${shape}`) return own;
    return tensor(
      normals(random(path), sizeOf(shape)).map((x) => (range ? Math.min(range[1], Math.abs(x)) : 0.4 * x)),
      shape,
    );
  });
  return { config, weights };
}
