/** Searches under every kind of rule against what transformers generates, and laws of the rules. */

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readGeneration } from "../../src/load/generation/generation-config.ts";
import { InputError } from "../../src/run/errors.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { search } from "../../src/train/decode/beam.ts";
import { createDecoding, type Decoding } from "../../src/train/decode/decode.ts";
import { readFixtureJson, TRANSLATORS, translatorFixture } from "../models/translation-golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

interface Case {
  readonly model: string;
  readonly change: Readonly<Record<string, unknown>>;
  readonly outputs: readonly (readonly number[])[];
}
interface Golden {
  readonly always: Readonly<Record<string, unknown>>;
  readonly sources: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly cases: readonly Case[];
}
const golden: Golden = JSON.parse(readFileSync(new URL("../fixtures/generation.json", import.meta.url), "utf8"));

/** The changed key, which may come with another number of beams, or that there are several. */
function keyOf({ change }: Case): string {
  const keys = Object.keys(change).filter((key, _, all) => all.length === 1 || key !== "num_beams");
  return keys.length === 1 ? keys[0]! : "several keys";
}
const KEYS = [...new Set(golden.cases.map(keyOf))];

describe.each(TRANSLATORS)("%s with generation_config.json", (name) => {
  let model: Awaited<ReturnType<typeof translatorFixture>>;
  let decoding: Decoding;
  beforeAll(async () => {
    model = await translatorFixture(name);
    decoding = createDecoding(runtime, model);
  });
  const file = { ...readFixtureJson(name, "generation_config.json"), ...golden.always };

  it.each(KEYS)("finds what transformers finds, with %s changed", async (key) => {
    for (const { change, outputs } of golden.cases.filter((c) => c.model === name && keyOf(c) === key)) {
      const found = await search(decoding, golden.sources[name]!, readGeneration({ ...file, ...change }, "g.json", 61));
      expect(
        found.map((f) => f.ids),
        JSON.stringify(change),
      ).toEqual(outputs);
    }
  });

  it.each([
    1, 4,
  ])("with %i beams is the same where a rule that changes nothing moves the others out of the program", async (beams) => {
    const { sources } = model.runs[0]!;
    for (const renormalize of [false, true]) {
      const options = { beams, renormalize, suppress: [10, 11], maxLength: 12, forcedFirst: 7 };
      const [inside, outside] = [
        await search(decoding, sources, options),
        await search(decoding, sources, { ...options, finite: true }),
      ];
      expect(outside.map((f) => f.ids)).toEqual(inside.map((f) => f.ids));
      for (const [k, { score }] of inside.entries()) expect(outside[k]!.score).toBeCloseTo(score, 4);
    }
  });
});

it.each([1, 4])("settings that leave no token, with %i beams, are an error", async (beams) => {
  const model = await translatorFixture("marian");
  const suppress = Array.from({ length: 61 }, (_, k) => k);
  const found = search(createDecoding(runtime, model), [[5, 6, 0]], { beams, suppress, minLength: 3 });
  await expect(found).rejects.toThrow(InputError);
  await expect(found).rejects.toThrow("the generation settings leave no token that may come next; allow more of them");
});
