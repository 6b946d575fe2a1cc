/** Mixtures of heads: what routing picks, what balances it, and that skipping what is not picked changes nothing. */
import { describe, expect, it } from "vitest";
import { input, type Value } from "../../src/graph/value.ts";
import {
  type AttentionOptions,
  type AttentionParameters,
  type AttentionSizes,
  attention,
  attentionParameters,
} from "../../src/nn/attention.ts";
import { routedGates } from "../../src/nn/features/routing/gates.ts";
import { activeHeads, type Routing, routingFault } from "../../src/nn/features/routing/routing.ts";
import { bias, causal, unpadded } from "../../src/nn/mask.ts";
import { rotaryAt } from "../../src/nn/position.ts";
import { chain, keep, type Probe } from "../../src/nn/probe.ts";
import { mul } from "../../src/ops/arithmetic.ts";
import { constant } from "../../src/ops/constant.ts";
import { range } from "../../src/ops/index-by.ts";
import { expand } from "../../src/ops/layout.ts";
import { normals, random } from "../../src/params/random.ts";
import { byPath, declare } from "../../src/params/tree.ts";
import { int64, sizeOf, type Tensor, tensor } from "../../src/run/tensor.ts";
import { largestDifference, largeWeights, pickHeads } from "../laws/small.ts";
import { evaluate } from "../run/evaluate.ts";

const made = (shape: readonly number[], name: string) => tensor(normals(random(name), sizeOf(shape)), shape);
const x = made([2, 11, 7], "x");
const MOH: Routing = { kind: "moh", shared: 2, top: 1, balance: 0.01 };
const ALONE: Routing = { kind: "moh", shared: 0, top: 2, balance: 0.01 };
const MOA: Routing = { kind: "moa", top: 2, balance: 0.01, z: 0.001 };
const SIZES: AttentionSizes = { width: 7, heads: 5, headWidth: 4 };
const sizesOf = (routing: Routing): AttentionSizes => ({
  ...SIZES,
  keyValueHeads: routing.kind === "moa" ? 1 : 5,
  features: { routing },
});
type Weights = AttentionParameters<Tensor>;
const weightsOf = (routing: Routing): Weights => largeWeights(attentionParameters(sizesOf(routing)), 1);
const zeroRouters = (weights: Weights): Weights =>
  Object.fromEntries(
    Object.entries(weights).map(([name, own]) => [
      name,
      own && /router/i.test(name) ? tensor(new Float32Array(own.data.length), own.shape) : own,
    ]),
  ) as unknown as Weights;

interface Settings extends Omit<AttentionOptions, "features" | "mask"> {
  readonly mask?: (x: Value) => Value;
  /** With the mask of padding, instead. */
  readonly padded?: boolean;
  /** With rotary positions. */
  readonly rotated?: boolean;
  readonly seen?: readonly string[];
  /** The first tokens of x that are given. */
  readonly length?: number;
}

/** The output and some sites, over named axes. */
async function attend(routing: Routing | undefined, weights: Weights, settings: Settings = {}) {
  const { mask, padded = false, rotated = false, probe = (_, v) => v, seen = [], length = 11, ...options } = settings;
  const kept = new Map<string, Value>();
  const from = input("x", ["batch", "sequence", 7]);
  const y = attention(declare<AttentionParameters>(weights), from, {
    ...options,
    mask: padded ? bias(unpadded(input("padding", ["batch", "sequence"], "int64"))) : mask?.(from),
    ...(rotated && { rotate: rotaryAt(4, range("sequence", from), { base: 100, scaling: { kind: "none" } }) }),
    features: { routing },
    probe: chain(
      probe,
      keep(kept, (site) => seen.includes(site)),
    ),
  });
  const data = [0, 1].flatMap((b) => Array.from(x.data.subarray(b * 77, b * 77 + 7 * length), Number));
  const feeds = {
    ...Object.fromEntries(byPath(weights)),
    x: tensor(Float32Array.from(data), [2, length, 7]),
    ...(padded && { padding }),
  };
  return (await evaluate({ ...Object.fromEntries(kept), y }, feeds)) as Record<string, Tensor> & { y: Tensor };
}

const CAUSAL = (from: Value) => bias(causal("sequence", undefined, from));
const padding = int64(
  [...Array(22).keys()].map((k) => Number(k % 11 < 7 + 2 * Math.floor(k / 11))),
  [2, 11],
);

describe.each([
  ["MoH", MOH],
  ["MoH without shared heads", ALONE],
  ["MoA", MOA],
] as const)("%s", (_, routing) => {
  const sparse: Routing = { ...routing, sparse: true };

  it.each<[string, Settings]>([
    ["plain", {}],
    ["causal", { mask: CAUSAL }],
    ["padded", { padded: true }],
    ["a mask for each text", { mask: (from) => expand(CAUSAL(from), ["batch", 1, "sequence", "sequence"], from) }],
    ["rotated", { mask: CAUSAL, rotated: true }],
    ["a single token", { length: 1 }],
  ])("computing only picked pairs changes nothing: %s", async (_case, settings) => {
    const weights = weightsOf(routing);
    const [all, some] = [await attend(routing, weights, settings), await attend(sparse, weights, settings)];
    expect(largestDifference(some.y, all.y)).toBeLessThan(1e-5);
  });

  it("has the sites of the dense form except for those of all pairs", async () => {
    const sites: string[] = [];
    const noting: Probe = (site, value) => {
      sites.push(site);
      return value;
    };
    await attend(sparse, weightsOf(routing), { probe: noting });
    expect(sites).toEqual(["penalty", "gate", "k", "v", "z", "out"]);
  });

  it("with all heads routed and gates of one is plain attention", async () => {
    const every: Routing = { ...routing, top: routing.kind === "moh" ? 5 - routing.shared : 5 };
    const weights = weightsOf(every);
    const ones: Probe = (site, v) => (site === "gate" ? expand(constant(1), v.shape, v) : v);
    const plain = await attend(undefined, weights);
    expect(largestDifference((await attend(every, weights, { probe: ones })).y, plain.y)).toBeLessThan(1e-5);
    expect(largestDifference((await attend({ ...every, sparse: true }, weights, { probe: ones })).y, plain.y)).toBeLessThan(
      1e-5,
    );
    if (routing.kind === "moh")
      expect(largestDifference((await attend(every, zeroRouters(weights))).y, plain.y)).toBeLessThan(1e-5);
  });

  it("picks the lowest heads on a tie", async () => {
    const { gate } = await attend(routing, zeroRouters(weightsOf(routing)), { seen: ["gate"] });
    const used = (routing.kind === "moh" ? routing.shared : 0) + routing.top;
    const value = routing.kind === "moh" ? 1 : 1 / 5;
    const row = Array.from({ length: 5 }, (_n, h) => (h < used ? value : 0));
    for (let k = 0; k < gate!.data.length; k++) expect(Number(gate!.data[k])).toBeCloseTo(row[k % 5]!, 6);
  });

  it("does not let a token see later ones", async () => {
    const weights = weightsOf(routing);
    const whole = await attend(sparse, weights, { mask: CAUSAL });
    const part = await attend(sparse, weights, { mask: CAUSAL, length: 6 });
    const first = [0, 1].flatMap((b) => Array.from(whole.y.data.subarray(b * 77, b * 77 + 42), Number));
    expect(largestDifference(part.y, tensor(Float32Array.from(first), [2, 6, 7]))).toBeLessThan(1e-5);
  });

  it.each([[[0, 3]], [[1]], [[3, 4]], [[0, 1]]])("keeps heads %j as masking the others does", async (kept) => {
    const weights = weightsOf(routing);
    const cut = { ...weights, ...pickHeads(weights, kept, routing.kind === "moa" ? [0] : kept) };
    const open = Float32Array.from({ length: 5 }, (_n, head) => Number(kept.includes(head)));
    const mask: Probe = (site, v) => (site === "z" ? mul(v, constant(open, [5, 1])) : v);
    const left: Routing = { ...routing, heads: 5, kept };
    const masked = await attend(routing, weights, { probe: mask });
    expect(largestDifference((await attend(left, cut)).y, masked.y)).toBeLessThan(1e-5);
    expect(largestDifference((await attend({ ...left, sparse: true }, cut)).y, masked.y)).toBeLessThan(1e-5);
  });
});

/** The penalty of router scores, one row a token: x is the scores, the router the identity. */
async function penaltyOf(routing: Routing, scores: readonly (readonly number[])[]): Promise<number> {
  const count = scores[0]!.length;
  const identity = Float32Array.from({ length: count * count }, (_, k) => Number(k % (count + 1) === 0));
  const tokens = input("tokens", [1, scores.length, count]);
  const { penalty } = routedGates({ router: constant(identity, [count, count]) }, tokens, routing);
  const feeds = { tokens: tensor(Float32Array.from(scores.flat()), [1, scores.length, count]) };
  return Number((await evaluate({ y: penalty() }, feeds)).y!.data[0]);
}

describe("balance losses", () => {
  const ROWS = [
    [0.4, 0.3, 0.2, 0.1],
    [0.1, 0.2, 0.3, 0.4],
    [0.25, 0.25, 0.25, 0.25],
    [0.7, 0.1, 0.1, 0.1],
  ];
  const logs = ROWS.map((row) => row.map(Math.log));

  it("have the values of their definitions, the first head on a tie", async () => {
    expect(await penaltyOf({ kind: "moh", shared: 0, top: 2, balance: 1 }, logs)).toBeCloseTo(2.15, 5);
    expect(await penaltyOf({ kind: "moa", top: 2, balance: 1, z: 0 }, logs)).toBeCloseTo(1.075, 5);
  });

  it("are K and 1 if heads are used equally", async () => {
    const even = [0, 1, 2, 3].map((token) => [0, 1, 2, 3].map((head) => Math.log((head + token) % 4 < 2 ? 0.4 : 0.1)));
    expect(await penaltyOf({ kind: "moh", shared: 0, top: 2, balance: 1 }, even)).toBeCloseTo(2, 5);
    expect(await penaltyOf({ kind: "moa", top: 2, balance: 1, z: 0 }, even)).toBeCloseTo(1, 5);
  });

  it("of MoA have a z-loss: the mean square of log Σ exp", async () => {
    const shifted = logs.map((row, k) => row.map((score) => score + k));
    expect(await penaltyOf({ kind: "moa", top: 2, balance: 0, z: 0.5 }, shifted)).toBeCloseTo((0.5 * (0 + 1 + 4 + 9)) / 4, 5);
  });
});

it("counts the heads that a token uses", () => {
  expect(activeHeads(undefined, 8)).toBe(8);
  expect(activeHeads({ ...MOH, shared: 2, top: 2 }, 8)).toBe(4);
  expect(activeHeads({ ...MOH, shared: 2, top: 2, heads: 8, kept: [1, 2, 3, 7] }, 4)).toBe(2);
  expect(activeHeads({ ...MOA, top: 2 }, 8)).toBe(2);
});

it.each<[Routing, number, string]>([
  [{ ...MOH, top: 4 }, 5, 'a token cannot use 4 of 3 routed heads; use 1 to 3 ("routing.top")'],
  [{ ...MOH, top: 0 }, 5, 'a token cannot use 0 of 3 routed heads; use 1 to 3 ("routing.top")'],
  [{ ...MOA, top: 6 }, 5, 'a token cannot use 6 of 5 routed heads; use 1 to 5 ("routing.top")'],
  [{ ...MOH, shared: 5 }, 5, '5 shared heads leave none of 5 to route; use 0 to 4 shared heads ("routing.shared")'],
  [{ ...MOA, top: 1 }, 1, "routing needs at least 2 heads, but there is 1; use more heads, or no routing"],
  [{ ...MOA, heads: 4 }, 5, 'the router scores 4 heads, but there are 5; remove "routing.heads"'],
])("refuses %j of %i heads", (routing, heads, message) => {
  expect(routingFault(routing, heads)).toBe(message);
});

it("throws for a routing that does not fit its heads, and experts with keys of their own", () => {
  const sizes = sizesOf({ ...MOH, top: 4 });
  expect(() => attentionParameters(sizes)).toThrow(RangeError);
  expect(() => attentionParameters({ ...SIZES, features: { routing: MOA } })).toThrow("share one key/value head");
});
