import { describe, expect, it } from "vitest";
import type { TransformerConfig } from "../../src/models/config.ts";
import type { Tensor } from "../../src/run/tensor.ts";
import { DECODER, ENCODER, GROUPED, largestDifference, runModel, smallModel, textsOf } from "./small.ts";

const WINDOWED: TransformerConfig = { ...GROUPED, architecture: "mistral", heads: [6], keyValueHeads: [3], windows: [3] };
const ROBERTA: TransformerConfig = {
  ...ENCODER,
  architecture: "roberta",
  positions: { kind: "learned", offset: 1, paddingId: 0 },
  tokenTypes: 0,
};

const LONG = [2, 7, 5, 19, 3, 11, 13];
const SHORT = [17, 4, 4, 21, 6];

/** The largest change of what `n` tokens of text 0 give, and of what token `n` and later ones give. */
function changes(before: Record<string, Tensor>, after: Record<string, Tensor>, n: number): { first: number; rest: number } {
  const within = (site: string, counted: (token: number) => boolean) => {
    const [, length, width] = before[site]!.shape as [number, number, number];
    return largestDifference(before[site]!, after[site]!, (k) => k < length * width && counted(Math.floor(k / width)));
  };
  const sites = Object.keys(before).filter((site) => /^states|^logits/.test(site));
  const worst = (counted: (token: number) => boolean) => Math.max(...sites.map((site) => within(site, counted)));
  return { first: worst((t) => t < n), rest: worst((t) => t >= n) };
}

describe.each([
  ["decoder", DECODER],
  ["grouped decoder", GROUPED],
  ["decoder with a window", WINDOWED],
])("%s", (_, config) => {
  const model = smallModel(config, 3);

  it("a token changes nothing before it", async () => {
    const before = await runModel(model, textsOf(LONG, SHORT));
    for (const n of [1, 4, 6]) {
      const after = await runModel(model, textsOf(LONG.with(n, 22), SHORT));
      const { first, rest } = changes(before, after, n);
      expect(first, `token ${n}`).toBeLessThan(1e-6);
      expect(rest, `token ${n}`).toBeGreaterThan(0.05);
    }
  });

  it("what a text begins with does not depend on how it goes on", async () => {
    const [whole, start] = [await runModel(model, textsOf(LONG)), await runModel(model, textsOf(LONG.slice(0, 4)))];
    for (const site of ["states.0", "states.1", "logits"]) {
      const [w, s] = [whole[site]!, start[site]!];
      expect(largestDifference({ ...w, shape: s.shape, data: w.data.slice(0, s.data.length) }, s), site).toBeLessThan(1e-5);
    }
  });
});

it("a window of three tokens sees two tokens back and no further", async () => {
  const model = smallModel(WINDOWED, 3);
  const [before, after] = [await runModel(model, textsOf(LONG)), await runModel(model, textsOf(LONG.with(1, 22)))];
  const width = before.logits!.shape[2]!;
  const change = (token: number) => largestDifference(before.logits!, after.logits!, (k) => Math.floor(k / width) === token);
  for (const token of [1, 2, 3]) expect(change(token), `token ${token}`).toBeGreaterThan(1e-3);
  for (const token of [0, 4, 5, 6]) expect(change(token), `token ${token}`).toBeLessThan(1e-6);
});

it("in an encoder every token changes every other", async () => {
  const model = smallModel(ENCODER, 3);
  const [before, after] = [await runModel(model, textsOf(LONG)), await runModel(model, textsOf(LONG.with(6, 22)))];
  const width = ENCODER.width;
  for (let token = 0; token < 6; token++) {
    expect(largestDifference(before["states.1"]!, after["states.1"]!, (k) => Math.floor(k / width) === token)).toBeGreaterThan(
      1e-4,
    );
  }
});

describe.each([
  ["encoder", ENCODER],
  ["encoder that counts positions", ROBERTA],
  ["decoder", DECODER],
  ["grouped decoder", GROUPED],
])("padding, %s", (_, config) => {
  const model = smallModel(config, 4);

  it("changes nothing for the tokens of a text, nor do the other texts of its batch", async () => {
    const [alone, padded] = [await runModel(model, textsOf(SHORT)), await runModel(model, textsOf(SHORT, LONG))];
    for (const site of ["states.0", "states.1", "states.2", "logits"]) {
      const [a, p] = [alone[site]!, padded[site]!];
      expect(p.shape[1]).toBe(7);
      const own = { ...p, shape: a.shape, data: p.data.slice(0, a.data.length) };
      expect(largestDifference(own, a), site).toBeLessThan(1e-5);
    }
  });

  it("gets no attention", async () => {
    const got = await runModel(model, textsOf(SHORT, LONG));
    for (const l of [0, 1]) {
      const { data, shape } = got[`layers.${l}.attention.pattern`]!;
      const [, h] = shape as [number, number];
      const toPadding = Array.from(data.subarray(0, h * 49), Number).filter((_, k) => k % 7 >= 5 && Math.floor(k / 7) % 7 < 5);
      expect(toPadding).toHaveLength(h * 5 * 2);
      expect(Math.max(...toPadding)).toBe(0);
    }
  });
});
