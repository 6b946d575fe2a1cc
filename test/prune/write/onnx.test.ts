/** ONNX files of whole and cut models, run by plain ONNX Runtime: the same numbers, free sizes, nothing unused. */
import { fromBinary } from "@bufbuild/protobuf";
import { type GraphProto, ModelProtoSchema } from "onnx-buf";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sitesOf } from "../../../src/models/sites.ts";
import { cutHeads } from "../../../src/prune/cut.ts";
import { onnxFiles } from "../../../src/prune/write/onnx.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../../src/run/tensor.ts";
import { largestDifference } from "../../models/golden.ts";
import { MODELS, seen, someHeads, statesOf } from "../small-models.ts";

type Feeds = Readonly<Record<string, Tensor>>;

async function run(bytes: Uint8Array, feeds: Feeds): Promise<Record<string, Tensor>> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const given = Object.entries(feeds).map(([name, { dtype, data, shape }]) => [name, new ort.Tensor(dtype, data, shape)]);
  const made = await session.run(Object.fromEntries(given));
  await session.release();
  return Object.fromEntries(Object.entries(made).map(([name, { data, dims }]) => [name, tensor(data as Float32Array, dims)]));
}

const graphOf = (bytes: Uint8Array): GraphProto => fromBinary(ModelProtoSchema, bytes).graph!;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

describe.each(MODELS)("%s", (_, load, feeds) => {
  const { ids, mask, decoderIds } = feeds as Record<"ids" | "mask" | "decoderIds", Tensor>;
  const cutModel = async () => {
    const model = await load();
    return cutHeads(model, someHeads(sitesOf(model.config), 7));
  };

  it("has the usual names, free sizes, and nothing that no node uses", async () => {
    for (const [file, bytes] of onnxFiles(await cutModel())) {
      const { input, initializer, node, output } = graphOf(bytes);
      const used = new Set(node.flatMap((one) => one.input));
      expect([...input, ...initializer].filter(({ name }) => !used.has(name)).map(({ name }) => name)).toEqual([]);
      for (const { name, type } of [...input, ...output]) {
        const dims = type!.value.case === "tensorType" ? type!.value.value.shape!.dim.map(({ value }) => value.value) : [];
        expect(dims[0], name).toBe("batch");
        expect(dims[1], name).toMatch(/sequence$/);
      }
      const names = input
        .map(({ name }) => name)
        .sort()
        .join();
      expect(names).toMatch(
        file === "decoder_model.onnx"
          ? /^encoder_attention_mask,encoder_hidden_states,input_ids$/
          : /^attention_mask,input_ids(,token_type_ids)?$/,
      );
    }
  });

  it("gives the model's states and logits", async () => {
    const cut = await cutModel();
    const states = await statesOf(runtime, cut, feeds);
    const files = onnxFiles(cut);
    const same = (got: Tensor | undefined, want: Tensor | undefined) =>
      expect(largestDifference(got!, want!, seen(feeds, want!))).toBeLessThan(
        1e-5 * Math.max(1, ...(want!.data as Float32Array).map(Math.abs)),
      );
    const encoder = files.get("encoder_model.onnx");
    if (encoder) {
      const { last_hidden_state } = await run(encoder, { input_ids: ids, attention_mask: mask });
      same(last_hidden_state, states[cut.config.family === "encoder-decoder" ? cut.config.encoderHeads.length : 0]);
      const rest = { encoder_hidden_states: last_hidden_state!, encoder_attention_mask: mask };
      same((await run(files.get("decoder_model.onnx")!, { input_ids: decoderIds, ...rest })).logits, states.at(-1));
      return;
    }
    const bytes = files.get("model.onnx")!;
    const typed = graphOf(bytes).input.some(({ name }) => name === "token_type_ids");
    const types = { token_type_ids: tensor(new BigInt64Array(ids.data.length), ids.shape) };
    const made = await run(bytes, { input_ids: ids, attention_mask: mask, ...(typed && types) });
    same(made.last_hidden_state, states[sitesOf(cut.config).length]);
    if (made.logits) same(made.logits, states.at(-1));
  });
});

it("is refused where the weights are more than a file holds", async () => {
  const { config, weights } = await MODELS[0]![1]();
  const huge = { ...weights, more: { dtype: "float32", shape: [2 ** 29], data: new Float32Array(0) } };
  expect(() => onnxFiles({ config, weights: huge })).toThrow(
    "take 2.0 GiB, but an ONNX file is limited to 2 GiB; write the model without",
  );
});
