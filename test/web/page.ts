/** What the test's page runs: a forward pass on one of the browser's devices, or a short training; results are plain arrays. */
import { type WebOptions, webRuntime } from "../../src/run/ort.web.ts";
import { pass } from "./pass.ts";
import { trainOnWorld } from "./train.ts";

export interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

declare global {
  var runPass: (family: string, device: WebOptions["device"]) => Promise<Record<string, Plain>>;
  var runTraining: () => Promise<number[]>;
}

globalThis.runPass = async (family, device) => {
  const runtime = await webRuntime({ device, wasmPaths: `${location.origin}/ort/` });
  const open = async (file: string) => new Uint8Array(await (await fetch(`/fixtures/${family}/${file}`)).arrayBuffer());
  const results = await pass(runtime, open);
  await runtime.release();
  const plain = Object.entries(results).map(([name, { shape, data }]) => [name, { shape, data: Array.from(data, Number) }]);
  return Object.fromEntries(plain) as Record<string, Plain>;
};

globalThis.runTraining = async () => {
  const runtime = await webRuntime({ device: "wasm", wasmPaths: `${location.origin}/ort/` });
  const losses = await trainOnWorld(runtime);
  await runtime.release();
  return losses;
};
