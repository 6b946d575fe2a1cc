/** One forward pass that gives every hidden state and every pattern: run in Node and in the browser, and compared. */
import type { Value } from "../../src/graph/value.ts";
import { readConfig } from "../../src/load/family/config.ts";
import { readWeights } from "../../src/load/family/weights.ts";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import { forward } from "../../src/models/transformer.ts";
import { keep } from "../../src/nn/probe.ts";
import { byPath } from "../../src/params/tree.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { int64, type Tensor } from "../../src/run/tensor.ts";

/** Two texts, the second one with padding after its fourth token. */
const IDS = int64([3, 7, 11, 5, 13, 2, 17, 3, 19, 23, 5, 0, 0, 0], [2, 7]);
const MASK = int64([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0], [2, 7]);

/** `hidden.L` [b, i, m] and `pattern.L` [b, h, i, j] of a model whose files `open` gives. */
export async function pass(runtime: Runtime, open: (file: string) => Promise<Uint8Array>): Promise<Record<string, Tensor>> {
  const config = readConfig(JSON.parse(new TextDecoder().decode(await open("config.json"))), "config.json");
  const file = await openSafetensors(bytesSource("model.safetensors", await open("model.safetensors")));
  const weights = await readWeights(config, file);
  const kept = new Map<string, Value>();
  const { states } = forward(config, { probe: keep(kept, (site) => site.endsWith(".pattern")) });
  const outputs = {
    ...Object.fromEntries(states.map((state, l) => [`hidden.${l}`, state])),
    ...Object.fromEntries([...kept.values()].map((pattern, l) => [`pattern.${l}`, pattern])),
  };
  const program = await runtime.compile(outputs, { weights: byPath(weights) });
  return program.run({ ids: IDS, mask: MASK });
}
