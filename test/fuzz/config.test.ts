/** Broken config.json files: whatever is in them, they load or an InputError of one short line says why not. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readConfig, TRANSLATION_ARCHITECTURES } from "../../src/load/family/config.ts";
import { readTranslationConfig } from "../../src/load/family/translation-config.ts";
import { parseJson } from "../../src/load/format/json.ts";
import { transformerParameters } from "../../src/models/transformer.ts";
import { InputError } from "../../src/run/errors.ts";
import { FAMILIES } from "../models/golden.ts";
import { dice, FUZZ_CASES, mutateJson, mutateText } from "./mutate.ts";

const CONFIGS = [...FAMILIES, "marian", "m2m"].map((family) =>
  JSON.parse(readFileSync(new URL(`../fixtures/${family}/config.json`, import.meta.url), "utf8")),
);
const CUT = { headwise: { heads: { "0": [1], "1": [] } }, pruned_heads: { "0": [0, 1] } };

/** What a loader does with the text of a config.json before it opens a tensor. */
function load(text: string): void {
  const json = parseJson(text, "c.json");
  const type = (json as { model_type?: unknown } | null)?.model_type;
  if (TRANSLATION_ARCHITECTURES.includes(type as string)) readTranslationConfig(json, "c.json");
  else transformerParameters(readConfig(json, "c.json"));
}

it(`${FUZZ_CASES} mutated config.json files load or are refused in one line`, { timeout: 0 }, () => {
  let [loaded, refused] = [0, 0];
  for (let k = 0; k < FUZZ_CASES; k++) {
    const d = dice(`config ${k}`);
    const json = mutateJson({ ...d.pick(CONFIGS), ...(d.roll() < 0.3 && CUT) }, d);
    const text = d.roll() < 0.2 ? mutateText(JSON.stringify(json), d) : JSON.stringify(json);
    try {
      load(text);
      loaded++;
    } catch (error) {
      if (!(error instanceof InputError)) throw new Error(`case ${k}: ${text.slice(0, 2000)}`, { cause: error });
      expect(error.message).not.toContain("\n");
      expect(error.message.length).toBeLessThan(1000);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(FUZZ_CASES / 4);
  expect(loaded).toBeGreaterThan(FUZZ_CASES / 20);
});
