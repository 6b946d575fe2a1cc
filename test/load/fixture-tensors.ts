/** The tensors of a fixture's checkpoint under the names of its file. */
import { readFileSync } from "node:fs";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import type { Tensor } from "../../src/run/tensor.ts";

export async function fixtureTensors(family: string): Promise<Map<string, Tensor>> {
  const bytes = readFileSync(new URL(`../fixtures/${family}/model.safetensors`, import.meta.url));
  const file = await openSafetensors(bytesSource(family, new Uint8Array(bytes)));
  return new Map(await Promise.all([...file.tensors.keys()].map(async (name) => [name, await file.read(name)] as const)));
}
