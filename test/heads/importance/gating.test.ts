/** Causal gating on models whose heads have known slopes, against closed forms. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { causalGating } from "../../../src/heads/importance/gating.ts";
import { roleOf, roleScores, rolesOf } from "../../../src/heads/importance/gating-roles.ts";
import { div } from "../../../src/ops/arithmetic.ts";
import { constant } from "../../../src/ops/constant.ts";
import { einsum } from "../../../src/ops/einsum.ts";
import { sum } from "../../../src/ops/reduce.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import type { Task } from "../../../src/tasks/task.ts";
import { type Adds, toyModel, toyTask } from "../../prune/toy.ts";
import { KINDS, madeTask } from "../small-tasks.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

/** The loss rises by the slope of a head when its gate opens. */
const SLOPES = [
  [-1, 0, 1],
  [0.3, -0.3],
] as const;
const model = toyModel(SLOPES.map((layer) => layer.map((slope): Adds => [0, slope])));

function slopeTask(): Task {
  const toy = toyTask();
  const judge: Task["judge"] = (made) => {
    const state = made.states.at(-1)!;
    const one = (m: number) => Float32Array.from({ length: Number(state.shape[2]) }, (_, k) => Number(k === m));
    const at = (m: number) => einsum("b i m, m -> b i", state, constant(one(m)));
    return { lost: div(sum(div(at(1), at(2)), 1), 3) };
  };
  return { ...toy, judge, loss: { total: "lost" } };
}

describe("heads of known slope", () => {
  // p = λ / heads = 0.1
  const options = { lambda: 0.5, updates: 150, masks: 2, seed: 3 };
  const found = () => causalGating(runtime, model, slopeTask(), options);

  it("rest where g(1 − g) = p / a, and give way altogether if a < 4p", { timeout: 60_000 }, async () => {
    const { heads, threshold, agreement } = await found();
    expect(threshold).toBeCloseTo(0.4, 9);
    expect(agreement).toBe(1);
    const by = new Map(heads.map((head) => [head.name, head]));
    const open = (name: string) => 1 - by.get(name)!.interfering;
    const shut = (name: string) => by.get(name)!.facilitating;
    const end = 1 / (1 + Math.exp(-4));
    // harmful with a = 1: held shut against pressure
    expect(open("0.2")).toBeCloseTo(0.1127, 2);
    expect(shut("0.2")).toBeCloseTo(1 - end, 3);
    // useful with a = −1: the mirror image
    expect(shut("0.0")).toBeCloseTo(1 - 0.1127, 2);
    expect(open("0.0")).toBeCloseTo(end, 3);
    // too weak to resist, or idle
    for (const name of ["1.0", "1.1", "0.1"]) {
      expect(open(name)).toBeCloseTo(end, 3);
      expect(shut(name)).toBeCloseTo(1 - end, 3);
    }
    expect(heads.map(({ name, role }) => `${name} ${role}`)).toEqual([
      "0.0 facilitating",
      "0.1 irrelevant",
      "0.2 interfering",
      "1.0 irrelevant",
      "1.1 irrelevant",
    ]);
  });

  it("are the same again with the same seed, to the last bit", { timeout: 60_000 }, async () => {
    const few = { ...options, updates: 12 };
    const run = () => causalGating(runtime, model, slopeTask(), few);
    expect(await run()).toEqual(await run());
  });
});

describe("roles", () => {
  it("have the scores of the definition", () => {
    const { facilitating, interfering, irrelevant } = roleScores(0.98, 0.03);
    expect([facilitating, interfering, irrelevant]).toEqual([0.03, 0.02, 0.9506].map((x) => expect.closeTo(x, 9)));
    expect(roleOf(roleScores(1, 1))).toBe("facilitating");
    expect(roleOf(roleScores(0, 0))).toBe("interfering");
    expect(roleOf(roleScores(1, 0))).toBe("irrelevant");
    expect(roleOf(roleScores(0.6, 0.4))).toBe("undecided");
  });

  it("are of the mean gates, and agree with the masks that give them alone", () => {
    const [head] = rolesOf(["0.0"], [[0.9], [0.9], [0.1]], [[0.8], [0.9], [0.1]]);
    expect(head).toMatchObject({ name: "0.0", role: "facilitating" });
    expect(head!.facilitating).toBeCloseTo(0.6, 9);
    expect(head!.agreement).toBeCloseTo(2 / 3, 9);
  });
});

it.each(KINDS)("every head of %s has a role, also with fewer examples in a batch than masks", async (_, load) => {
  const whole = await load();
  const { heads } = await causalGating(runtime, whole, madeTask(whole, 6), { updates: 3, masks: 5, seed: 1 });
  for (const head of heads)
    for (const score of [head.facilitating, head.interfering, head.irrelevant, head.agreement]) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }
});
