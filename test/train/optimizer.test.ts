/** AdamW and clipping against torch.optim.AdamW and clip_grad_norm_ (test/fixtures/make_training.py), and laws of both. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { input } from "../../src/graph/value.ts";
import { anyParameters } from "../../src/models/any.ts";
import { leaves, type Spec, specsByPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { sizeOf, type Tensor, tensor } from "../../src/run/tensor.ts";
import { type AdamOptions, adamW, hyperInput, hyperTensor, momentNames } from "../../src/train/optimizer.ts";
import { ENCODER } from "../laws/small.ts";

type Numbers = Readonly<Record<string, readonly number[]>>;
interface Golden {
  readonly start: Readonly<Record<string, { shape: number[]; data: number[] }>>;
  readonly gradients: readonly Numbers[];
  readonly runs: readonly {
    readonly options: AdamOptions & { readonly learningRate: number };
    readonly norms: readonly number[];
    readonly after: Readonly<Record<string, Numbers>>;
  }[];
}
const golden = JSON.parse(readFileSync(new URL("../fixtures/training/optimizer.json", import.meta.url), "utf8")) as Golden;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const zeros = (shape: readonly number[]): Tensor => tensor(new Float32Array(sizeOf(shape)), shape);

/** Names of matrices among parameters: those of more than one axis that are no biases of heads. */
const matrices = (start: Readonly<Record<string, { readonly shape: readonly number[] }>>): Set<string> =>
  new Set(Object.keys(start).filter((name) => SPECS.get(name)?.inputs ?? start[name]!.shape.length > 1));

const SPECS = specsByPath(anyParameters(ENCODER));

/** Steps on parameters that start at `start`: each is given gradients, and gives the parameters and the norm. */
async function optimizer(
  start: Readonly<Record<string, { readonly shape: readonly number[]; data: readonly number[] }>>,
  options: AdamOptions,
) {
  const names = Object.keys(start);
  const parameters = new Map(names.map((name) => [name, input(name, start[name]!.shape)]));
  const gradients = names.map((name) => input(`gradient/${name}`, start[name]!.shape));
  const { updates, norm } = adamW(parameters, gradients, hyperInput(), options, matrices(start));
  const outputs = [...updates].flatMap(([name, { parameter, first, second }]) => {
    const [m, v] = momentNames(name);
    return [[`new/${name}`, parameter] as const, [`new/${m}`, first] as const, [`new/${v}`, second] as const];
  });
  const program = await runtime.compile<string>({ norm, ...Object.fromEntries(outputs) });
  let state = Object.fromEntries(
    names.flatMap((name) => {
      const { shape, data } = start[name]!;
      return [[name, tensor(Float32Array.from(data), shape)], ...momentNames(name).map((m) => [m, zeros(shape)])];
    }),
  ) as Record<string, Tensor>;
  let step = 0;
  return async (given: Numbers, learningRate: number, scale = 1) => {
    step++;
    const fed = names.map((name) => [`gradient/${name}`, tensor(Float32Array.from(given[name]!), start[name]!.shape)]);
    const hyper = hyperTensor(step, learningRate, options, scale);
    const made = await program.run({ ...state, ...Object.fromEntries(fed), hyper });
    state = Object.fromEntries(Object.keys(state).map((name) => [name, made[`new/${name}`]!]));
    return { norm: made.norm!.data[0] as number, state };
  };
}

describe.each(
  golden.runs.map(({ options, ...rest }) => [JSON.stringify(options), { options, ...rest }] as const),
)("%s", (_, run) => {
  it("follows torch, gradients of 0, 1e-9 and 1e15 included", async () => {
    const advance = await optimizer(golden.start, run.options);
    const compared: number[] = [];
    for (const [k, given] of golden.gradients.entries()) {
      const { norm, state } = await advance(given, run.options.learningRate);
      const wanted = run.norms[k]!;
      expect(Math.abs(norm - wanted), `norm of step ${k + 1}`).toBeLessThanOrEqual(1e-6 * wanted);
      const after = run.after[k + 1];
      if (!after) continue;
      compared.push(k + 1);
      for (const [name, values] of Object.entries(after))
        for (const [i, x] of values.entries())
          expect(Math.abs((state[name]!.data[i] as number) - x), `${name}[${i}] after ${k + 1}`).toBeLessThan(2e-6);
    }
    expect(compared).toEqual([10, 20, 30]);
  });
});

const PLAIN: AdamOptions = { betas: [0.9, 0.98], epsilon: 1e-9, weightDecay: 0, clip: null };
const one = (name: string, shape: readonly number[], value: number) => ({
  [name]: { shape, data: new Array<number>(sizeOf(shape)).fill(value) },
});

describe("weight decay", () => {
  it("takes the learning rate's share of matrices, and nothing of biases and norms", async () => {
    const specs = leaves<Spec>(anyParameters(ENCODER));
    const start = Object.assign({}, ...specs.map(([path, { shape }]) => one(path, shape, 3))) as ReturnType<typeof one>;
    const none = Object.fromEntries(specs.map(([path, { shape }]) => [path, new Array<number>(sizeOf(shape)).fill(0)]));
    const advance = await optimizer(start, { ...PLAIN, weightDecay: 0.5 });
    const { state } = await advance(none, 0.1);
    const decayed = specs.map(([path]) => path).filter((path) => (state[path]!.data[0] as number) < 3);
    const kept = specs.map(([path]) => path).filter((path) => state[path]!.data[0] === 3);
    expect([...decayed, ...kept].sort()).toEqual(specs.map(([path]) => path).sort());
    for (const path of decayed) expect(state[path]!.data[0]).toBeCloseTo(3 * (1 - 0.1 * 0.5), 6);
    for (const path of decayed) expect(path).toMatch(/^embeddings\.(tokens|positions|types)$|\.(w[qkvo]|up|down|dense)$/);
    for (const path of kept) expect(path).toMatch(/\.(b[qkvo]|upBias|downBias|denseBias|outputBias|scale|bias)$/);
    expect(kept.filter((path) => /\.b[qkv]$/.test(path))).toHaveLength(3 * ENCODER.heads.length);
  });
});

describe("clipping", () => {
  const start = one("w", [3, 2], 0);
  const given = (x: number): Numbers => ({ w: [x, 0, 0, -x, 0, 0] });

  it("does nothing below the limit, and makes what is above as long as the limit", async () => {
    const [plain, clipped] = [await optimizer(start, PLAIN), await optimizer(start, { ...PLAIN, clip: 1 })];
    const [a, b] = [await plain(given(0.1), 0.01), await clipped(given(0.1), 0.01)];
    expect(b).toEqual(a);
    const { state } = await clipped(given(50), 0.01);
    // m₂ = β₁ m₁ + (1−β₁) g, where g is 50 shortened to the limit
    const shortened = ((state["first/w"]!.data[0] as number) - 0.9 * 0.1 * 0.1) / 0.1;
    expect(shortened).toBeCloseTo(1 / Math.SQRT2, 5);
  });

  it("measures gradients after they were scaled", async () => {
    const [whole, shared] = [await optimizer(start, { ...PLAIN, clip: 1 }), await optimizer(start, { ...PLAIN, clip: 1 })];
    const [a, b] = [await whole(given(3), 0.01), await shared(given(3 * 64), 0.01, 1 / 64)];
    expect(b).toEqual(a);
  });
});

it("moves every number by about the learning rate in the first step, whatever its gradient", async () => {
  const advance = await optimizer(one("w", [2, 3], 0), PLAIN);
  const { state } = await advance({ w: [1e-3, -1e-3, 5, -5, 1e6, 0] }, 0.25);
  const moved = Array.from(state.w!.data as Float32Array);
  expect(moved.map((x) => Math.round(x * 1e4) / 1e4)).toEqual([-0.25, 0.25, -0.25, 0.25, -0.25, 0]);
});
