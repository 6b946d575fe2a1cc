import * as ort from "onnxruntime-node";
import { afterAll, describe, expect, it } from "vitest";
import { input, scoped } from "../../src/graph/value.ts";
import { add, mul, neg } from "../../src/ops/arithmetic.ts";
import { gather } from "../../src/ops/index-by.ts";
import { not } from "../../src/ops/logic.ts";
import { InputError } from "../../src/run/errors.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { createRuntime, type Feeds, type Ort } from "../../src/run/runtime.ts";
import { int64, type Tensor, tensor } from "../../src/run/tensor.ts";

const runtime = await nodeRuntime({ threads: 1 });
afterAll(() => runtime.release());

const floats = (...numbers: number[]): Tensor => tensor(Float32Array.from(numbers), [numbers.length]);
const x = input("x", [2]);

describe("feeds", () => {
  const a = input("a", ["batch", 2]);
  const b = input("b", ["batch", 1]);
  const k = input("k", [1], "int64");
  const program = runtime.compile({ y: add(mul(a, b), 1), z: neg(k) });
  const right = { a: tensor(new Float32Array(6), [3, 2]), b: tensor(new Float32Array(3), [3, 1]), k: int64([1]) };
  const wrong: readonly (readonly [Feeds, Error])[] = [
    [{ a: right.a, b: right.b }, new TypeError('run: the input "k" (int64 [1]) is missing; feed it')],
    [{ b: right.b, k: right.k }, new TypeError('run: the input "a" (float32 [batch, 2]) is missing; feed it')],
    [{ ...right, k: floats(1) }, new TypeError('run: the input "k" is float32; feed int64')],
    [{ ...right, k: int64([1, 2]) }, new RangeError('run: the input "k" is [2]; feed [1]')],
    [{ ...right, a: tensor(new Float32Array(9), [3, 3]) }, new RangeError('run: the input "a" is [3, 3]; feed [batch, 2]')],
    [{ ...right, a: floats(1, 2) }, new RangeError('run: the input "a" is [2]; feed [batch, 2]')],
    [{ ...right, b: tensor(new Float32Array(5), [5, 1]) }, new RangeError('run: the input "b" is [5, 1]; feed [batch, 1]')],
    [
      { ...right, b: { dtype: "float32", shape: [3, 1], data: new Float32Array(2) } },
      new RangeError('run: the input "b" has 2 elements, but its shape [3, 1] has 3; correct the shape'),
    ],
  ];

  it.each(wrong.map(([feeds, error]) => ({ feeds, error })))("$error.message", async ({ feeds, error }) => {
    await expect((await program).run(feeds)).rejects.toThrow(error);
  });

  it("that fit are taken, and a second run may have another batch", async () => {
    const { run, inputs } = await program;
    expect([...inputs.keys()].sort()).toEqual(["a", "b", "k"]);
    expect((await run(right)).y!.shape).toEqual([3, 2]);
    const five = { ...right, a: tensor(new Float32Array(10), [5, 2]), b: tensor(new Float32Array(5), [5, 1]) };
    const got = await run(five);
    expect(got.y!.shape).toEqual([5, 2]);
    expect(got.z).toEqual(int64([-1]));
  });

  it("of true and false go in and come out", async () => {
    const { run } = await runtime.compile({ y: not(input("t", [2], "bool")) });
    expect(await run({ t: tensor(Uint8Array.of(0, 1), [2]) })).toEqual({ y: tensor(Uint8Array.of(1, 0), [2]) });
  });
});

describe("tensor", () => {
  it("has as many numbers as its shape says, and the type of its numbers", () => {
    expect(() => tensor(new Float32Array(5), [2, 3])).toThrow(
      new RangeError("tensor: 5 elements do not fill the shape [2,3]; pass 6"),
    );
    expect(int64([1, 2]).data).toEqual(BigInt64Array.of(1n, 2n));
    expect(
      [new Float32Array(1), new BigInt64Array(1), new Int32Array(1), new Uint8Array(1)].map((d) => tensor(d, [1]).dtype),
    ).toEqual(["float32", "int64", "int32", "bool"]);
  });
});

describe("into", () => {
  it("fills the buffers it is given and allocates the others", async () => {
    const program = await runtime.compile({ y: neg(x), z: add(x, 1) });
    const buffer = new Float32Array(2);
    const got = await program.run({ x: floats(3, 5) }, { into: { y: tensor(buffer, [2]) } });
    expect(got.y!.data).toBe(buffer);
    expect([...buffer]).toEqual([-3, -5]);
    expect([...got.z!.data]).toEqual([4, 6]);
    await program.run({ x: floats(7, 11) }, { into: { y: tensor(buffer, [2]) } });
    expect([...buffer]).toEqual([-7, -11]);
    expect([...got.z!.data]).toEqual([4, 6]);
    const larger = new Float32Array(6);
    await program.run({ x: floats(7, 11) }, { into: { y: tensor(larger.subarray(2, 4), [2]) } });
    expect([...larger]).toEqual([0, 0, -7, -11, 0, 0]);
  });

  it.each([
    [
      { y: tensor(new Float32Array(3), [3]) },
      'run: the output "y" is float32 [2], but its buffer is float32 [3]; pass a buffer of the output\'s type and shape',
    ],
    [
      { y: int64([1, 2]) },
      'run: the output "y" is float32 [2], but its buffer is int64 [2]; pass a buffer of the output\'s type and shape',
    ],
    [{ u: floats(1, 2) }, 'run: there is no output "u"; use one of y'],
  ])("takes only buffers that fit: %#", async (into, message) => {
    const program = await runtime.compile({ y: neg(x) });
    await expect(program.run({ x: floats(3, 5) }, { into: into as Feeds })).rejects.toThrow(new RangeError(message));
  });
});

/** ONNX Runtime, and how many sessions are open. */
function counting(): { readonly ort: Ort; readonly made: () => number; readonly open: () => number } {
  let [made, open] = [0, 0];
  const create = async (bytes: Uint8Array, options: ort.InferenceSession.SessionOptions) => {
    const session = await ort.InferenceSession.create(bytes, options);
    const release = session.release.bind(session);
    [made, open] = [made + 1, open + 1];
    return Object.assign(session, {
      release: () => {
        open--;
        return release();
      },
    });
  };
  return { ort: { InferenceSession: { create }, Tensor: ort.Tensor as Ort["Tensor"] }, made: () => made, open: () => open };
}

describe.each([
  ["fed at each run", false, 1],
  ["kept by the session", true, 2],
])("weights that are %s", (_, ownsWeights, sessions) => {
  it("belong to their program, whatever sessions are shared", async () => {
    const backend = counting();
    const own = createRuntime({
      ort: backend.ort,
      device: "cpu",
      threads: 1,
      ownsWeights,
      fillsOutputs: true,
      session: { intraOpNumThreads: 1 },
    });
    const outputs = { y: mul(x, input("w", [2])) };
    const [one, two] = [new Map([["w", floats(1, 10)]]), new Map([["w", floats(2, 20)]])];
    const programs = await Promise.all([one, two, one].map((weights) => own.compile(outputs, { weights })));
    const results = await Promise.all(programs.map((p) => p.run({ x: floats(3, 5) })));
    expect(results.map((r) => [...r.y!.data])).toEqual([
      [3, 50],
      [6, 100],
      [3, 50],
    ]);
    expect(programs.map((p) => [...p.inputs.keys()])).toEqual([["x"], ["x"], ["x"]]);
    expect(backend.made()).toBe(sessions);
    await own.release();
    expect(backend.open()).toBe(0);
    await expect(programs[0]!.run({ x: floats(1, 1) })).rejects.toThrow("run: the program was released; compile it again");
    expect([...(await (await own.compile(outputs, { weights: two })).run({ x: floats(1, 1) })).y!.data]).toEqual([2, 20]);
    expect(backend.open()).toBe(1);
    await own.release();
  });
});

describe("an error of ONNX Runtime", () => {
  it("while running names the scope and the op's signature", async () => {
    const rows = scoped("layers.1.embeddings", () => gather(input("table", [3, 2]), input("at", ["n"], "int64")));
    const program = await runtime.compile({ y: rows });
    const run = program.run({ table: tensor(new Float32Array(6), [3, 2]), at: int64([1, 9]) });
    await expect(run).rejects.toThrow(
      /idx=9.*\n {2}in layers\.1\.embeddings: Gather\(float32\[3, 2\], int64\[n\]\) \{axis: 0\} -> float32\[n, 2\]$/s,
    );
  });

  it("while loading names them too, and the original is its cause", async () => {
    const error = await runtime.compile({ y: scoped("layers.3", () => not(x)) }).catch((e: Error) => e);
    expect(String(error)).toContain("\n  in layers.3: Not(float32[2]) -> bool[2]");
    expect((error as Error).cause).toBeInstanceOf(Error);
  });
});

describe("devices", () => {
  it("that are unknown are refused with those that are known", async () => {
    await expect(nodeRuntime({ device: "tpu" })).rejects.toThrow(
      new InputError('unknown device "tpu"; use one of cpu, webgpu, cuda'),
    );
  });

  it.each([0, 1.5, -1])("threads: %s is refused", async (threads) => {
    await expect(nodeRuntime({ threads })).rejects.toThrow(new InputError(`threads is ${threads}; use a whole number from 1`));
  });

  it("say what they are", () => {
    expect([runtime.device, runtime.threads]).toEqual(["cpu", 1]);
  });

  // a machine that has the device gives a runtime on it, any other says so in one line: nothing falls back
  it.each(["cuda", "webgpu"])("%s is there or refused with the way to mend it", async (device) => {
    const made = await nodeRuntime({ device, threads: 1 }).catch((error: Error) => error);
    if (!(made instanceof Error)) {
      expect(made.device).toBe(device);
      return;
    }
    expect(made).toBeInstanceOf(InputError);
    expect(made.message).toMatch(
      new RegExp(`^the device "${device}" is not available \\(.+\\); install .+, or use --device cpu$`),
    );
  });
});
