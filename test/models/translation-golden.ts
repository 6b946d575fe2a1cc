/** The tiny translation models and what transformers made with them, by test/fixtures/make_marian.py. */
import { readFileSync } from "node:fs";
import { readTranslationConfig } from "../../src/load/family/translation-config.ts";
import { readTranslationWeights } from "../../src/load/family/translation-weights.ts";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import type { TensorFile } from "../../src/load/format/tensors.ts";
import type { EncoderDecoder } from "../../src/load/translator.ts";

export const TRANSLATORS = ["marian", "m2m"] as const;

/** What `generate` gave for some options: an output is without the start and the padding. */
export interface Run {
  readonly options: {
    readonly num_beams: number;
    readonly max_length: number;
    readonly length_penalty?: number;
    readonly renormalize_logits?: boolean;
  };
  readonly sources: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  readonly scores: readonly number[] | null;
}

const path = (name: string, file: string) => new URL(`../fixtures/${name}/${file}`, import.meta.url);

export const readFixtureJson = (name: string, file: string) => JSON.parse(readFileSync(path(name, file), "utf8"));

export const fixtureFile = (name: string, file: string): Promise<TensorFile> =>
  openSafetensors(bytesSource(file, new Uint8Array(readFileSync(path(name, file)))));

export async function translatorFixture(name: string): Promise<EncoderDecoder & { golden: TensorFile; runs: readonly Run[] }> {
  const config = readTranslationConfig(readFixtureJson(name, "config.json"), `${name}/config.json`);
  const weights = await readTranslationWeights(config, await fixtureFile(name, "model.safetensors"));
  return {
    config,
    weights,
    golden: await fixtureFile(name, "golden.safetensors"),
    runs: readFixtureJson(name, "outputs.json"),
  };
}
