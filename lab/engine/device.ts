/** The device of the model: WebGPU if available, else WebAssembly, with threads if the page may use them. */
import { webRuntime } from "../../src/run/ort.web.ts";
import type { Runtime } from "../../src/run/runtime.ts";

/** `auto` is WebGPU if the browser has real hardware for it, else WebAssembly. */
export type DeviceChoice = "auto" | "webgpu" | "wasm" | "wasm-1";

/** The device, and the address of the lab's folder, which has ONNX Runtime's files under `ort/`. */
export interface DevicePlace {
  readonly device: DeviceChoice;
  readonly site: string;
}

interface Gpu {
  requestAdapter(): Promise<{
    readonly info?: { readonly isFallbackAdapter?: boolean };
    readonly isFallbackAdapter?: boolean;
  } | null>;
}

/** Opens a runtime on the chosen device. */
export async function openRuntime({ device: choice, site }: DevicePlace): Promise<Runtime> {
  const device = choice === "auto" ? ((await hasGpu()) ? "webgpu" : "wasm") : choice === "webgpu" ? "webgpu" : "wasm";
  const wasmPaths = new URL("ort/", site).href;
  return webRuntime({ device, wasmPaths, ...(choice === "wasm-1" ? { threads: 1 } : {}) });
}

/** Returns false for an adapter that computes on the processor: it is slower than WebAssembly. */
async function hasGpu(): Promise<boolean> {
  const gpu = (navigator as { gpu?: Gpu }).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return !!adapter && !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false);
}
