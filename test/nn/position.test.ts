import { afterAll, beforeAll, expect, it } from "vitest";
import { input } from "../../src/graph/value.ts";
import { frequencies, rotary } from "../../src/nn/position.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { tensor } from "../../src/run/tensor.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

it.each([
  ["plainly", 1],
  ["with angles up to 200,000", 1 / 50],
] as const)("rotary turns the unit vector by position × frequency, %s", async (_, divisor) => {
  const [positions, headWidth] = [4001, 14];
  const scaling = { kind: "divisors", divisors: Array.from({ length: headWidth / 2 }, () => divisor) } as const;
  const options = { base: 10_000, scaling };
  const x = input("x", [1, positions, 1, headWidth]);
  const program = await runtime.compile({ y: rotary(headWidth, positions, options)(x) });
  const unit = Float32Array.from({ length: positions * headWidth }, (_, k) => (k % headWidth < headWidth / 2 ? 1 : 0));
  const { y } = await program.run({ x: tensor(unit, [1, positions, 1, headWidth]) });
  const turned = frequencies(headWidth, options);
  let worst = 0;
  for (let i = 0; i < positions; i++) {
    for (const [k, f] of turned.entries()) {
      const angle = Math.fround(i * f);
      const [c, s] = [y!.data[i * headWidth + k], y!.data[i * headWidth + headWidth / 2 + k]];
      worst = Math.max(worst, Math.abs(Number(c) - Math.cos(angle)), Math.abs(Number(s) - Math.sin(angle)));
    }
  }
  expect(worst).toBeLessThan(4e-7);
});
