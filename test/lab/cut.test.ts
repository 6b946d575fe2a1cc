/** The lab's cuts: orders and losses are those of the rooms they come from, and what is downloaded is the model that was cut. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CutAsked, createCutting } from "../../lab/engine/cut/cut.ts";
import { readCutData } from "../../lab/engine/cut/cut-data.ts";
import type { Current } from "../../lab/engine/engine.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import { type AnyModel, anyForward } from "../../src/models/any.ts";
import { sitesOf, unitsOf } from "../../src/models/sites.ts";
import { byPath } from "../../src/params/tree.ts";
import { removalOrder } from "../../src/prune/choose.ts";
import { headNames, keptAfter } from "../../src/prune/choosing.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { halvesOf } from "../../src/prune/halves.ts";
import { readForCutting } from "../../src/prune/write/opened.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { feedsFor, type Runtime } from "../../src/run/runtime.ts";
import { int64, type Tensor } from "../../src/run/tensor.ts";
import { evaluate } from "../../src/tasks/task.ts";
import { editJson, makeModel } from "../cli/model-folder.ts";
import { makeTranslator } from "../cli/translator-folder.ts";
import { largestDifference } from "../models/golden.ts";
import { builtin, openFolder } from "./open.ts";

const folder = mkdtempSync(join(tmpdir(), "headwise-lab-cut-"));
let runtime: Runtime;
let world: Current;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
  world = await openFolder(runtime, builtin("relations-8"));
});
afterAll(async () => {
  await runtime.release();
  rmSync(folder, { recursive: true });
});

const quiet = () => {};
const MICHEL: CutAsked = { method: "michel", seed: 1 };
const bare = ({ opened: { checkpoint } }: Current): AnyModel => ({ config: checkpoint.config, weights: checkpoint.weights });

/** The last states of some tokens. */
async function statesOf(model: AnyModel, ids: readonly number[]): Promise<Tensor> {
  const states = anyForward(model.config).states.at(-1)!;
  const program = await runtime.compile({ states }, { weights: byPath(model.weights) });
  const [given, mask] = [int64([...ids], [1, ids.length]), int64(new Array(ids.length).fill(1), [1, ids.length])];
  return (await program.run(feedsFor(program, { ids: given, mask }))).states!;
}

describe("a curve", () => {
  it("begins with nothing lost, follows the order of removal, and has the losses of models that were really cut", async () => {
    const cutting = createCutting(() => world);
    const found = await cutting.cutCurve(MICHEL, quiet);
    expect(found.points[0]).toMatchObject({ removed: 0, share: 0, loss: { value: 0, low: 0, high: 0 } });

    const halves = await halvesOf(await readCutData(world, undefined, 1, quiet), { seed: 1 });
    const order = await removalOrder(runtime, bare(world), halves.choose, MICHEL);
    expect(found.order.map(({ name }) => name)).toEqual(order.map(({ name }) => name));
    expect(found.task).toMatchObject({ choosing: halves.choose.examples, measuring: halves.measure.examples });

    const { quality, removed, share } = found.points.at(-2)!;
    const cut = cutHeads(bare(world), keptAfter(world.opened.checkpoint.config, order.slice(0, removed)));
    expect(quality.value).toBeCloseTo(halves.measure.quality(await evaluate(runtime, cut, halves.measure)), 4);
    const all = headNames(unitsOf(world.opened.checkpoint.config)).size;
    expect(share).toBe(1 - sitesOf(cut.config).reduce((sum, { heads }) => sum + heads, 0) / all);
    expect(found.shares).toHaveLength(found.order.length + 1);
    expect(found.shares[removed]).toBe(share);
  });

  it("is the same at a point that is asked for alone", async () => {
    const cutting = createCutting(() => world);
    const { points } = await cutting.cutCurve({ method: "random", seed: 3 }, quiet);
    const point = points[4]!;
    expect(await cutting.cutAt({ method: "random", seed: 3 }, point.removed)).toEqual(point);
  });

  it("needs enough examples, and ones that suit the model", async () => {
    const cutting = createCutting(() => world);
    const asked = (name: string, content: string) => cutting.cutCurve({ ...MICHEL, file: { name, content } }, quiet);
    await expect(asked("few.txt", "Some drummer shakes. ".repeat(9))).rejects.toThrow(
      "few.txt: 9 examples are too few to select heads on one half and measure on the other; give at least 40",
    );
    await expect(asked("pairs.csv", "a,b,1")).rejects.toThrow(/^pairs\.csv: rated pairs suit sentence encoders/);
    await expect(asked("empty.txt", " \n ")).rejects.toThrow("empty.txt: contains no text; choose a file with text");
  });
});

describe("a download", () => {
  const asked: CutAsked = { method: "random", seed: 7 };
  const filesOf = (bytes: Uint8Array) =>
    new Map(Object.entries(unzipSync(bytes)).map(([name, content]) => [name.replace(/^relations-8-cut\//, ""), content]));

  it("is the cut model: its folder opens, and gives the cut model's states", async () => {
    const cutting = createCutting(() => world);
    const { record, bytes } = await cutting.measureCut(asked, 5, quiet);
    const { name, bytes: archive } = await cutting.cutFolder(asked, 5, false);
    expect(name).toBe("relations-8-cut.zip");
    const files = filesOf(archive);
    expect([...files.keys()].some((file) => file.startsWith("onnx/"))).toBe(false);

    const again = await readForCutting("again", async (file) => files.get(file) && bytesSource(file, files.get(file)!));
    const order = await removalOrder(
      runtime,
      bare(world),
      (await halvesOf(await readCutData(world, undefined, 7, quiet), { seed: 7 })).choose,
      asked,
    );
    const cut = cutHeads(bare(world), keptAfter(world.opened.checkpoint.config, order.slice(0, 5)));
    const ids = [1, 17, 29, 5, 101, 311, 7];
    const model = { config: again.checkpoint.config, weights: again.checkpoint.weights };
    expect(largestDifference(await statesOf(model, ids), await statesOf(cut, ids))).toBeLessThan(1e-5);
    expect(largestDifference(await statesOf(model, ids), await statesOf(bare(world), ids))).toBeGreaterThan(1e-3);

    expect(again.pruned).toEqual(JSON.parse(JSON.stringify(record)));
    expect(record).toMatchObject({ schema: "headwise.prune/1", method: "random", originalHeads: cut.config.originalHeads });
    expect(record.removed).toHaveLength(5);
    expect(record.check.states).toBeLessThan(1e-5);
    expect(bytes.after).toBe(4 * record.parameters.after);
    expect(files.get("model.safetensors")!.length).toBeGreaterThanOrEqual(bytes.after);
    expect(files.get("model.safetensors")!.length).toBeLessThan(bytes.after + 20_000);
  });

  it("has the ONNX file that is also given alone, where it is asked for", async () => {
    const cutting = createCutting(() => world);
    await cutting.measureCut(asked, 3, quiet);
    const files = filesOf((await cutting.cutFolder(asked, 3, true)).bytes);
    const { name, bytes } = await cutting.cutOnnx(asked, 3);
    expect(name).toBe("relations-8-cut.onnx");
    expect(Buffer.compare(files.get("onnx/model.onnx")!, bytes)).toBe(0);
  });
});

describe("what stands for people's judgement", () => {
  it("of likeness is the whole model's own, which it keeps in full", async () => {
    const bert = makeModel(join(folder, "bert"));
    editJson(join(bert, "config.json"), { architectures: ["BertModel"] });
    const encoder = await openFolder(runtime, bert, "bert");
    const found = await createCutting(() => encoder).cutCurve({ method: "random", seed: 1 }, quiet);
    expect(found.quality).toEqual({ value: expect.closeTo(100, 9), low: expect.closeTo(100, 9), high: expect.closeTo(100, 9) });
    expect(found.points.at(-1)!.loss.value).toBeGreaterThan(0);
    expect(found.description).toMatch(/^The pairs of the built-in English sample have no ratings/);
  });

  it("of translations are the whole model's own, of both parts", async () => {
    const translator = await openFolder(runtime, makeTranslator(join(folder, "marian")), "marian");
    const content = Array.from({ length: 80 }, (_, k) => `w${1 + (k % 53)} w${2 + ((7 * k) % 51)} w${3 + (k % 47)}`).join("\n");
    const file = { name: "words.txt", content };
    const cutting = createCutting(() => translator);
    const asked: CutAsked = { method: "michel", seed: 1, file };
    const found = await cutting.cutCurve(asked, quiet);
    expect(found.description).toMatch(/^There are no translations of words\.txt/);
    expect(new Set(found.order.map(({ site }) => site.split(".")[0]))).toEqual(new Set(["encoder", "decoder", "cross"]));
    await cutting.measureCut(asked, 4, quiet);
    const { name, bytes } = await cutting.cutOnnx(asked, 4);
    expect(name).toBe("marian-cut-onnx.zip");
    expect(
      Object.keys(unzipSync(bytes))
        .map((path) => path.split("/").at(-1))
        .sort(),
    ).toEqual(["decoder_model.onnx", "encoder_model.onnx"]);
  });
});
