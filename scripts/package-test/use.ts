// What a TypeScript project sees of each entry. Never run: only its types are checked.
import { forward, keep, type TransformerConfig, type Value } from "headwise";
import { type HeadPick, HeadwisePattern } from "headwise/elements";
import { loadCheckpoint, nodeRuntime } from "headwise/node";
import { webRuntime } from "headwise/web";

export async function patterns(model: string): Promise<ReadonlyMap<string, Value>> {
  const { config }: { config: TransformerConfig } = await loadCheckpoint(model);
  const seen = new Map<string, Value>();
  forward(config, { probe: keep(seen) });
  await (await nodeRuntime({ threads: 1 })).release();
  await (await webRuntime({ device: "wasm" })).release();
  return seen;
}

export function show(tokens: string[], weights: Float32Array): HeadwisePattern {
  const element = new HeadwisePattern();
  Object.assign(element, { tokens, pattern: weights });
  const grid = document.createElement("headwise-head-grid");
  grid.selected = ["0.1"];
  grid.addEventListener("head-pick", (event) => console.log((event as CustomEvent<HeadPick>).detail.name));
  // @ts-expect-error: types of properties are known
  grid.size = "large";
  return element;
}
