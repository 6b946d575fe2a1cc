import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input } from "../../src/graph/value.ts";
import type { TransformerConfig } from "../../src/models/config.ts";
import { gateHeads } from "../../src/models/gates.ts";
import { forward, type Transformer } from "../../src/models/transformer.ts";
import { crossEntropy } from "../../src/nn/loss.ts";
import { constant } from "../../src/ops/constant.ts";
import { byPath } from "../../src/params/tree.ts";
import { int64, type Tensor, tensor } from "../../src/run/tensor.ts";
import { evaluate } from "../run/evaluate.ts";
import {
  DECODER,
  ENCODER,
  GROUPED,
  largestDifference,
  pick,
  pickHeads,
  runModel,
  smallModel,
  textsOf,
  withAttention,
} from "./small.ts";

const TEXTS = textsOf([2, 7, 5, 19, 3, 11, 13], [17, 4, 4, 21, 6]);
const MODELS: readonly (readonly [string, TransformerConfig])[] = [
  ["encoder", ENCODER],
  ["decoder", DECODER],
  ["grouped", GROUPED],
];

const gatesOf = (config: TransformerConfig, open: (layer: number, head: number) => number) =>
  gateHeads(config, ({ name, heads }) => constant(Float32Array.from({ length: heads }, (_, k) => open(Number(name), k))));

/** Everything that comes after the layers. */
const results = (got: Record<string, Tensor>) => Object.entries(got).filter(([site]) => !site.endsWith("pattern"));

describe.each(MODELS)("heads of a model: %s", (_, config) => {
  const model = smallModel(config, 1);
  const [h, g] = [config.heads[1]!, config.keyValueHeads[1]!];

  it("come in no order", async () => {
    // groups in reverse, and the heads within each too
    const order = Array.from({ length: h }, (_, k) => h - 1 - k);
    const groups = Array.from({ length: g }, (_, k) => g - 1 - k);
    const other = withAttention(model, 1, (p) => pickHeads(p, order, groups));
    const [before, after] = [await runModel(model, TEXTS), await runModel(other, TEXTS)];
    for (const [site, t] of results(before)) expect(largestDifference(t, after[site]!), site).toBeLessThan(1e-4);
    const site = "layers.1.attention.pattern";
    expect(largestDifference(pick(before[site]!, 1, order), after[site]!)).toBeLessThan(1e-5);
    expect(largestDifference(before[site]!, after[site]!)).toBeGreaterThan(0.05);
  });

  it("gates of ones change nothing", async () => {
    const [before, after] = [await runModel(model, TEXTS), await runModel(model, TEXTS, { probe: gatesOf(config, () => 1) })];
    for (const [site, t] of Object.entries(before)) expect(largestDifference(t, after[site]!), site).toBeLessThan(1e-6);
  });

  it("masking equals pruning: gates of zero are heads cut away, down to none", async () => {
    const group = h / g;
    // layer 0 loses all of its heads, layer 1 all but its last group
    const kept = Array.from({ length: group }, (_, k) => h - group + k);
    const masked = await runModel(model, TEXTS, { probe: gatesOf(config, (l, k) => Number(l === 1 && kept.includes(k))) });
    const empty = withAttention(model, 0, (p) => pickHeads(p, [], []));
    const cut = withAttention(empty, 1, (p) => pickHeads(p, kept, [g - 1]));
    const pruned = { ...cut, config: { ...config, heads: [0, group], keyValueHeads: [0, 1] } };
    const after = await runModel(pruned, TEXTS);
    for (const [site, t] of results(masked)) expect(largestDifference(t, after[site]!), site).toBeLessThan(1e-4);
    expect(after["layers.0.attention.pattern"]).toBeUndefined();
    const whole = await runModel(model, TEXTS);
    expect(largestDifference(whole["states.2"]!, after["states.2"]!)).toBeGreaterThan(0.05);
  });
});

/** The loss and the gradients of every parameter. */
async function lossAndGradients({ config, weights }: Transformer): Promise<Record<string, Tensor>> {
  const texts = textsOf([2, 7, 5, 19, 3], [17, 4, 4, 21, 6]);
  const { parameters, logits } = forward(config, { batch: 2, sequence: 5 });
  const values = byPath(parameters as object);
  const loss = crossEntropy(logits!, input("labels", [2, 5], "int64"));
  const wrt = [...values.values()] as unknown as Parameters<typeof grads>[1];
  const derivatives = grads(loss, wrt);
  const outputs = { loss, ...Object.fromEntries([...values.keys()].map((name, k) => [`d ${name}`, derivatives[k]!])) };
  const labels = int64([3, -1, 8, 20, 11, 1, 2, 22, -1, 5], [2, 5]);
  return evaluate(outputs, { ...Object.fromEntries(byPath(weights)), ...texts, labels });
}

const HEAD_AXES = { wq: 1, wk: 1, wv: 1, wo: 0, bq: 0, bk: 0, bv: 0 } as const;

describe("the symmetry of heads", () => {
  const model = smallModel(ENCODER, 2);
  const twins = withAttention(model, 0, (p) => pickHeads(p, [0, 1, 1]));

  it("identical heads get identical gradients, others do not", async () => {
    const got = await lossAndGradients(twins);
    for (const [name, axis] of Object.entries(HEAD_AXES)) {
      const d = got[`d layers.0.attention.${name}`]!;
      const [zero, one, two] = [0, 1, 2].map((head) => pick(d, axis, [head])) as [Tensor, Tensor, Tensor];
      expect(largestDifference(one, two), name).toBeLessThan(1e-6);
      // a shift of all scores changes nothing, so that bk has no gradient at all
      if (name !== "bk") expect(largestDifference(one, zero), name).toBeGreaterThan(1e-4);
    }
  });

  it("identical heads equal one head whose output counts as often", async () => {
    const single = withAttention(twins, 0, (p) => {
      const { wo, ...rest } = pickHeads(p, [0, 1]);
      const half = wo.data.length / 2;
      return {
        ...rest,
        wo: tensor(
          Float32Array.from(wo.data as Float32Array, (w, i) => (i < half ? w : 2 * w)),
          wo.shape,
        ),
      };
    });
    const fewer = { ...single, config: { ...ENCODER, heads: [2, 2], keyValueHeads: [2, 2] } };
    const [two, one] = [await runModel(twins, TEXTS), await runModel(fewer, TEXTS)];
    for (const [site, t] of results(two)) expect(largestDifference(t, one[site]!), site).toBeLessThan(1e-4);
  });

  it("gradients move with their heads", async () => {
    const order = [2, 0, 1];
    const [before, after] = [
      await lossAndGradients(model),
      await lossAndGradients(withAttention(model, 0, (p) => pickHeads(p, order))),
    ];
    expect(largestDifference(before.loss!, after.loss!)).toBeLessThan(1e-5);
    for (const [name, d] of Object.entries(before)) {
      const axis = /^d layers\.0\.attention\.(\w+)$/.exec(name)?.[1] as keyof typeof HEAD_AXES | undefined;
      const moved = axis && axis in HEAD_AXES ? pick(d, HEAD_AXES[axis], order) : d;
      expect(largestDifference(moved, after[name]!), name).toBeLessThan(1e-4);
    }
  });
});
