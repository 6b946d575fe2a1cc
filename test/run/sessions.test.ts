/** Sessions: which programs share one, and when it is freed, counted with an ONNX Runtime that only counts. */
import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-common";
import { describe, expect, it } from "vitest";
import { input, type Value } from "../../src/graph/value.ts";
import { add, mul, neg } from "../../src/ops/arithmetic.ts";
import { checkCut } from "../../src/prune/check.ts";
import { cutCurves } from "../../src/prune/curve.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { measureSavings } from "../../src/prune/measure.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { releasing } from "../../src/run/releasing.ts";
import { createRuntime, type Ort, type Runtime } from "../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { evaluate } from "../../src/tasks/task.ts";
import { nextTokenTask } from "../../src/tasks/token-tasks.ts";
import { DECODER, smallModel } from "../laws/small.ts";

const floats = (...numbers: number[]): Tensor => tensor(Float32Array.from(numbers), [numbers.length]);
const feeds = { x: floats(1, 2), w: floats(3, 5) };
const x = input("x", [2]);
const w = input("w", [2]);

interface Counting {
  readonly runtime: Runtime;
  readonly made: InferenceSession.SessionOptions[];
  readonly open: () => number;
  /** Ends the runs that wait. */
  readonly finish: () => void;
}

/** A runtime whose sessions put out zeros; `fail` is asked before each is made. */
function counting({ ownsWeights = false, fail = (): boolean => false, waiting = false } = {}): Counting {
  const made: InferenceSession.SessionOptions[] = [];
  const waits: (() => void)[] = [];
  let open = 0;
  const create = async (_: Uint8Array, options: InferenceSession.SessionOptions) => {
    if (fail()) throw new Error("no memory");
    made.push(options);
    open++;
    const run = async (_: object, wanted: object) => {
      if (waiting) await new Promise<void>((resolve) => waits.push(resolve));
      const zeros = { type: "float32", dims: [2], data: new Float32Array(2), location: "cpu" };
      return Object.fromEntries(Object.keys(wanted).map((name) => [name, zeros]));
    };
    return { run, release: async () => void open-- } as unknown as InferenceSession;
  };
  const fake = { InferenceSession: { create }, Tensor: class {} as unknown as new () => OrtTensor } as Ort;
  const backend = { ort: fake, device: "cpu", threads: 1, session: { intraOpNumThreads: 1 }, fillsOutputs: true } as const;
  return {
    runtime: createRuntime({ ...backend, ownsWeights }),
    made,
    open: () => open,
    finish: () => waits.splice(0).map((end) => end()),
  };
}

const outputs = (): Record<string, Value> => ({ y: mul(x, w) });
const weights = (...numbers: number[]): ReadonlyMap<string, Tensor> => new Map([["w", floats(...numbers)]]);

describe("a session is shared", () => {
  const same = outputs();
  const one = weights(1, 10);
  it.each([
    ["by the same outputs with other weights that are fed", false, [{ weights: one }, { weights: weights(2, 20) }], 1],
    ["by the same outputs with the same weights that it owns", true, [{ weights: one }, { weights: new Map(one) }], 1],
    ["not with other weights that it owns", true, [{ weights: one }, { weights: weights(2, 20) }], 2],
    ["not with and without weights that it owns", true, [{ weights: one }, {}], 2],
    ["not by a frugal program and another", false, [{ frugal: true }, { frugal: false }, {}], 2],
    ["by two frugal programs", false, [{ frugal: true }, { frugal: true }], 1],
  ])("%s", async (_, ownsWeights, compiled, sessions) => {
    const { runtime, made } = counting({ ownsWeights });
    for (const options of compiled) await runtime.compile(same, options);
    expect(made).toHaveLength(sessions);
    await runtime.release();
  });

  it("with the memory arena only where no program is frugal", async () => {
    const { runtime, made } = counting();
    await runtime.compile(same, { frugal: true });
    await runtime.compile(same);
    expect(made).toEqual([{ intraOpNumThreads: 1, enableCpuMemArena: false }, { intraOpNumThreads: 1 }]);
  });

  it("not by outputs that were changed since", async () => {
    const { runtime, made } = counting();
    const changing = outputs();
    await runtime.compile(changing);
    changing.z = neg(x);
    expect(Object.keys(await (await runtime.compile(changing)).run(feeds))).toEqual(["y", "z"]);
    expect(made).toHaveLength(2);
  });

  it("not by weights that were changed since and that it owns", async () => {
    const { runtime, made } = counting({ ownsWeights: true });
    const changing = new Map(weights(1, 10));
    await runtime.compile(same, { weights: changing });
    changing.set("w", floats(2, 20));
    await runtime.compile(same, { weights: changing });
    expect(made).toHaveLength(2);
  });

  it("by programs that are compiled at once", async () => {
    const { runtime, made } = counting();
    await Promise.all([runtime.compile(same), runtime.compile(same)]);
    expect(made).toHaveLength(1);
  });
});

describe("a compile that fails", () => {
  it("is tried again, and is not counted as a user", async () => {
    let failing = true;
    const { runtime, open } = counting({ fail: () => failing });
    const same = outputs();
    const both = await Promise.allSettled([runtime.compile(same), runtime.compile(same)]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    failing = false;
    const program = await runtime.compile(same);
    expect(open()).toBe(1);
    await program.release();
    expect(open()).toBe(0);
  });

  it("for weights that do not fit names the weight and leaves nothing open", async () => {
    const { runtime, open } = counting();
    const short = { weights: weights(1, 2, 3) };
    await expect(runtime.compile(outputs(), short)).rejects.toThrow('compile: the input "w" is [3]; feed [2]');
    expect(open()).toBe(0);
    const owning = counting({ ownsWeights: true });
    await expect(owning.runtime.compile(outputs(), short)).rejects.toThrow(
      'encode: the initializer "w" is float32 [3], but the graph has float32 [2]; pass one of that type and shape',
    );
  });
});

describe("a released program", () => {
  const released = new Error("run: the program was released; compile it again");

  it("frees its session with the last program that shares it, once", async () => {
    const { runtime, made, open } = counting();
    const same = outputs();
    const [first, second] = [await runtime.compile(same), await runtime.compile(same)];
    await first.release();
    await first.release();
    expect(open()).toBe(1);
    await second.run(feeds);
    await expect(first.run(feeds)).rejects.toThrow(released);
    await second.release();
    expect(open()).toBe(0);
    await expect(second.run(feeds)).rejects.toThrow(released);
    await (await runtime.compile(same)).run(feeds);
    expect(made).toHaveLength(2);
  });

  it("is one whose runtime was released", async () => {
    const { runtime, open } = counting();
    const program = await runtime.compile(outputs());
    await Promise.all([runtime.release(), runtime.release()]);
    expect(open()).toBe(0);
    await expect(program.run(feeds)).rejects.toThrow(released);
    await program.release();
    expect(open()).toBe(0);
  });

  it("finishes the run that it is in", async () => {
    const { runtime, open, finish } = counting({ waiting: true });
    const program = await runtime.compile(outputs());
    const running = program.run(feeds);
    await Promise.resolve();
    const releasing = program.release();
    await Promise.resolve();
    expect(open()).toBe(1);
    finish();
    expect([...(await running).y!.data]).toEqual([0, 0]);
    await releasing;
    expect(open()).toBe(0);
  });

  it("is every one of a piece of work that ended or failed", async () => {
    const { runtime, open } = counting();
    const kept = await runtime.compile({ z: add(x, 1) });
    const work = async (own: Runtime, fails: boolean) => {
      await own.compile(outputs());
      await own.compile(outputs());
      expect(open()).toBe(3);
      if (fails) throw new Error("on the way");
      return "done";
    };
    expect(await releasing(runtime, (own) => work(own, false))).toBe("done");
    await expect(releasing(runtime, (own) => work(own, true))).rejects.toThrow("on the way");
    expect(open()).toBe(1);
    await kept.run({ x: floats(1, 2) });
  });
});

describe("no program stays behind", () => {
  const model = smallModel(DECODER, 3);
  const texts = [3, 4, 5, 6, 7, 8].map((n) => Int32Array.from({ length: n }, (_, k) => (5 * k + n) % 23));
  const task = nextTokenTask(texts.flatMap((text) => [text, text, text, text]).map((text) => [...text]));
  const kept = new Map([["0", [0, 2]]]);
  it.each<[string, (runtime: Runtime) => Promise<unknown>]>([
    ["a task's evaluation", (runtime) => evaluate(runtime, model, task)],
    [
      "the check of a cut",
      (runtime) =>
        checkCut(
          runtime,
          model,
          kept,
          cutHeads(model, kept),
          texts.map((ids) => ({ ids })),
        ),
    ],
    ["the measuring of a cut", (runtime) => measureSavings(runtime, model, cutHeads(model, kept), { rounds: 1, batches: [1] })],
    [
      "the curves of cuts",
      (runtime) =>
        cutCurves(runtime, model, { choose: task, measure: task } as never, {
          methods: ["michel", "greedy"],
          points: 2,
          seed: 1,
        }),
    ],
  ])("after %s", async (_, work) => {
    const inner = await nodeRuntime({ threads: 1 });
    const open = new Set<object>();
    const runtime: Runtime = {
      ...inner,
      async compile(...args) {
        const program = await inner.compile(...args);
        open.add(program);
        const release = () => {
          open.delete(program);
          return program.release();
        };
        return { ...program, release };
      },
    };
    await work(runtime);
    expect(open.size).toBe(0);
    await inner.release();
  });
});
