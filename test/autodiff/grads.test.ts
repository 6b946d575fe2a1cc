import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { print } from "../../src/graph/print.ts";
import { input, scoped, type Value } from "../../src/graph/value.ts";
import { inputsOf } from "../../src/graph/walk.ts";
import { type AttentionParameters, attention, attentionParameters } from "../../src/nn/attention.ts";
import { keep, type Probe } from "../../src/nn/probe.ts";
import { add, mul } from "../../src/ops/arithmetic.ts";
import { constant } from "../../src/ops/constant.ts";
import { reshape } from "../../src/ops/layout.ts";
import { cast } from "../../src/ops/logic.ts";
import { argmax, sum } from "../../src/ops/reduce.ts";
import { softmax } from "../../src/ops/softmax.ts";
import { initialize } from "../../src/params/initialize.ts";
import { normals, random } from "../../src/params/random.ts";
import { byPath, declare } from "../../src/params/tree.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { evaluate, numbersOf } from "../run/evaluate.ts";

const x = input("x", [3]);
const three = { x: tensor(Float32Array.of(1, 2, 3), [3]) };

describe("grads", () => {
  it("adds up over every way from a value to the loss", async () => {
    const [dx] = grads(sum(add(mul(x, x), mul(x, 5))), [x]);
    expect(await numbersOf(dx!, three)).toEqual([7, 9, 11]);
  });

  it("is zero, of the right shape, for what the loss does not depend on", async () => {
    const other = input("other", [2, 5]);
    const [d] = grads(sum(x), [other]);
    expect(d!.shape).toEqual([2, 5]);
    expect(await numbersOf(d!, three)).toEqual(new Array(10).fill(0));
    const named = input("named", ["batch", 2]);
    const [e] = grads(sum(x), [named]);
    expect(await numbersOf(e!, { named: tensor(new Float32Array(6), [3, 2]) })).toEqual(new Array(6).fill(0));
  });

  it("reaches values on the way as well as inputs, and the loss itself", async () => {
    const y = mul(x, x);
    const loss = sum(mul(y, 3));
    const [dy, dx, dloss] = grads(loss, [y, x, loss]);
    expect(await numbersOf(dy!, three)).toEqual([3, 3, 3]);
    expect(await numbersOf(dx!, three)).toEqual([6, 12, 18]);
    expect(await numbersOf(dloss!)).toEqual([1]);
  });

  it("reaches a reshaped value that is reshaped again", async () => {
    const flat = reshape(input("square", [2, 2]), [4]);
    const [d] = grads(sum(mul(reshape(flat, [2, 2]), 2)), [flat]);
    expect(await numbersOf(d!)).toEqual([2, 2, 2, 2]);
  });

  it("starts from a cotangent where the loss is no scalar", async () => {
    const [dx] = grads(mul(x, x), [x], constant(Float32Array.of(1, 0, 10)));
    expect(await numbersOf(dx!, three)).toEqual([2, 0, 60]);
  });

  it("asks for a cotangent where the loss is no scalar", () => {
    expect(() => grads(x, [x])).toThrow("grads: the loss has the shape [3]; pass a scalar, or a cotangent of this shape");
  });

  it("names the op without a derivative and its scope", () => {
    const lost = scoped("layers.1", () => argmax(x, 0));
    expect(() => grads(cast(lost, "float32"), [x])).not.toThrow();
    expect(() => grads(lost, [x])).toThrow(
      "grads: ArgMax in layers.1 has no derivative, but the loss depends on one of wrt through it; use a differentiable op",
    );
  });

  it("builds nothing for what nobody asked for", () => {
    const [a, b] = [input("a", [2]), input("b", [2])];
    const loss = sum(mul(softmax(a), b));
    const text = print({ db: grads(loss, [b])[0]! });
    expect(text).not.toContain("ReduceSum(");
    expect([...inputsOf(grads(loss, [b])).keys()]).toEqual(["a"]);
  });

  it("puts what it builds into a scope of its own", () => {
    expect(grads(sum(mul(x, x)), [x])[0]!.scope).toBe("gradient");
  });
});

describe.each([
  ["every head with its own keys", 6],
  ["grouped keys", 2],
])("gradients at every site of attention: %s", (_, keyValueHeads) => {
  it("equal what moving the site does to the loss", async () => {
    const specs = attentionParameters({ width: 5, heads: 6, keyValueHeads, headWidth: 3 });
    const p = declare<AttentionParameters>(specs);
    const [x, c] = [input("x", [2, 7, 5]), input("c", [2, 7, 5])];
    const feeds = {
      ...Object.fromEntries([...byPath(initialize(specs, 1))].map(([name, t]) => [name, grown(t)])),
      x: tensor(normals(random("x"), 2 * 7 * 5), [2, 7, 5]),
      c: tensor(normals(random("c"), 2 * 7 * 5), [2, 7, 5]),
    };
    const SITES = ["q", "k", "v", "scores", "masked", "pattern", "z", "out"];
    const kept = new Map<string, Value>();
    const lossOf = (probe: Probe): Value => sum(mul(attention(p, x, { probe }), c));
    const loss = lossOf(keep(kept));
    expect([...kept.keys()]).toEqual(SITES);
    const outputs: Record<string, Value> = {};
    for (const site of SITES) {
      const value = kept.get(site)!;
      const direction = constant(
        normals(
          random(site),
          (value.shape as number[]).reduce((a, b) => a * b, 1),
        ),
        value.shape as number[],
      );
      const [d] = grads(loss, [value]);
      outputs[`${site}.slope`] = sum(mul(d!, direction));
      for (const step of [1, -1]) {
        outputs[`${site}.${step}`] = lossOf((s, v) => (s === site ? add(v, mul(direction, step * 1e-2)) : v));
      }
    }
    const got = await evaluate(outputs, feeds);
    const number = (name: string) => Number(got[name]!.data[0]);
    for (const site of SITES) {
      const wanted = (number(`${site}.1`) - number(`${site}.-1`)) / 2e-2;
      expect(Math.abs(wanted), site).toBeGreaterThan(0.05);
      expect(Math.abs(number(`${site}.slope`) - wanted), site).toBeLessThan(1e-2 * Math.abs(wanted) + 5e-3);
    }
  });
});

/** Larger numbers, and biases that are not zero. */
const grown = ({ data, shape }: Tensor) =>
  tensor(
    Float32Array.from(data as Float32Array, (w, i) => 20 * w + 0.1 * Math.sin(i)),
    shape,
  );
