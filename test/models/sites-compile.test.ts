/** Every site of every family can be an output, whatever the weights beside it are called. */
import { afterAll, describe, expect, it } from "vitest";
import type { Value } from "../../src/graph/value.ts";
import { anyForward } from "../../src/models/any.ts";
import { keep } from "../../src/nn/probe.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { feedsFor } from "../../src/run/runtime.ts";
import { int64 } from "../../src/run/tensor.ts";
import { DECODER, smallModel } from "../laws/small.ts";
import { seen as counted, MODELS } from "../prune/small-models.ts";
import { largestDifference } from "./golden.ts";

const fed = await nodeRuntime({ threads: 1 });
const owning = await nodeRuntime({ threads: 1, ownWeights: true });
afterAll(() => Promise.all([fed.release(), owning.release()]));

const untied = smallModel({ ...DECODER, tied: false }, 5);
const ids = int64([3, 1, 4, 1, 5], [1, 5]);
const all = [
  ...MODELS,
  ["an untied decoder", async () => untied, { ids, mask: int64([1, 1, 1, 1, 1], [1, 5]) }] as const,
] satisfies typeof MODELS;

describe.each(all)("%s", (_, load, feeds) => {
  it.each([
    ["fed", fed],
    ["owned", owning],
  ])("keeps all of its sites and its states, with weights that are %s", async (_, runtime) => {
    const { config, weights } = await load();
    const seen = new Map<string, Value>();
    const made = anyForward(config, keep(seen));
    const outputs = { ...Object.fromEntries(seen), last: made.states.at(-1)! };
    const program = await runtime.compile<string>(outputs, { weights: byPath(weights) });
    const got = await program.run(feedsFor(program, feeds));
    expect(Object.keys(got)).toEqual(Object.keys(outputs));
    const alone = await runtime.compile({ last: made.states.at(-1)! }, { weights: byPath(weights) });
    const { last } = await alone.run(feedsFor(alone, feeds));
    const size = Math.max(1, ...(last!.data as Float32Array).map(Math.abs));
    expect(largestDifference(got.last!, last!, counted(feeds, last!)) / size).toBeLessThan(1e-5);
    if (seen.has("output")) expect(got.output).toEqual(got.last);
  });
});
