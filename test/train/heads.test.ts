/** The heads of a new model in a training configuration: what `config.json` says of them, and what is refused. */
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/load/family/config.ts";
import { readTranslationConfig } from "../../src/load/family/translation-config.ts";
import { sitesOf } from "../../src/models/sites.ts";
import { readTrainConfig } from "../../src/train/config.ts";
import { hubConfig } from "../../src/train/model.ts";

const DATA = { causal: { text: "a.txt" }, masked: { text: "a.txt" }, translation: { source: "a.txt", target: "b.txt" } };
type Task = keyof typeof DATA;

const read = (task: Task, heads: unknown, more: object = {}) =>
  readTrainConfig({ task, data: DATA[task], model: { layers: 1, width: 24, heads, ...more } }, "run.json");

/** The number of heads and the fixed ones of every attention. */
function planned(task: Task, heads: unknown, more: object = {}) {
  const hub = hubConfig(read(task, heads, more), { vocabulary: 50, start: 1, end: 2, padding: 0 }, "run.json");
  const config = (task === "translation" ? readTranslationConfig : readConfig)(hub, "run.json");
  return Object.fromEntries(sitesOf(config).map((site) => [site.name, [site.heads, site.features.fixed ?? []]]));
}

describe("heads of a new model", () => {
  it("are learned if they are a number", () => {
    expect(planned("causal", 3)).toEqual({ "0": [3, []] });
  });

  it("are fixed first, with one learned head by default", () => {
    expect(planned("masked", { fixed: ["previous", "next"] })).toEqual({ "0": [3, ["previous", "next"]] });
    expect(planned("causal", { fixed: [{ gaussian: -1 }], learned: 0 })).toEqual({ "0": [1, [{ gaussian: -1 }]] });
  });

  it("of a translator are fixed in the encoder, and as many everywhere", () => {
    expect(planned("translation", { fixed: ["self", "next"], learned: 1 })).toEqual({
      "encoder.0": [3, ["self", "next"]],
      "decoder.0": [3, []],
      "cross.0": [3, []],
    });
  });

  it("of a translator may have lists by kind, and each attention learns what is left of the total", () => {
    const fixed = { encoder: ["self", "next"], cross: [{ gaussian: 1, ratio: 1.2 }] };
    expect(planned("translation", { fixed, learned: 2 })).toEqual({
      "encoder.0": [4, ["self", "next"]],
      "decoder.0": [4, []],
      "cross.0": [4, [{ gaussian: 1, ratio: 1.2 }]],
    });
  });

  it("keep the other features", () => {
    const gated = readTrainConfig(
      { data: DATA.causal, model: { layers: 1, width: 24, heads: { fixed: ["self"] }, attention: { gate: true } } },
      "run.json",
    );
    const hub = hubConfig(gated, { vocabulary: 50 }, "run.json");
    expect(hub).toMatchObject({
      model_type: "headwise-gpt2",
      headwise: { attention: { "0": { gate: true, fixed: ["self"] } } },
    });
  });
});

describe("heads that are refused", () => {
  it.each<[Task, unknown, string]>([
    ["causal", { fixed: ["previuos"] }, '"model.heads.fixed.0" is "previuos"; correct it (did you mean "previous"?)'],
    ["causal", { fixd: [] }, 'there is no option "model.heads.fixd"; did you mean "model.heads.fixed"?'],
    ["causal", 0, '"model.heads" is 0; correct it (Too small: expected number to be >0)'],
    ["causal", { fixed: [{ gaussian: "x" }] }, '"model.heads.fixed.0.gaussian" is "x"; correct it (expected number)'],
    ["causal", { fixed: [], learned: 0 }, '"model.heads" has no fixed and no learned head; add at least one'],
    ["masked", { fixed: { encoder: [] } }, '"model.heads.fixed" has lists for translation; give one list'],
    [
      "translation",
      { fixed: { cross: ["selff"] } },
      '"model.heads.fixed.cross.0" is "selff"; correct it (did you mean "self"?)',
    ],
  ])("%s %j", (task, heads, message) => {
    expect(() => read(task, heads)).toThrow(`run.json: ${message}`);
  });

  it("in the place of other features", () => {
    expect(() => read("causal", 8, { attention: { fixed: ["self"] } })).toThrow(
      'run.json: "model.attention.fixed" is ["self"]; correct it (list fixed heads in "model.heads")',
    );
  });

  it("by the model that they make", () => {
    expect(() => planned("causal", { fixed: ["to-end"] })).toThrow(
      'run.json: layer 0 is causal, so its fixed heads cannot be "to-end"; use self, previous, left-context, to-start or {"gaussian": offset}',
    );
    expect(() => planned("causal", { fixed: ["self"] }, { architecture: "llama", keyValueHeads: 1 })).toThrow(
      "layer 0 has fixed heads, but 2 heads share 1 key/value heads; use 2 key/value heads",
    );
  });
});
