/** ONNX Runtime in the browser: WebAssembly (with threads if the page is isolated) or WebGPU. */
import * as ort from "onnxruntime-web/webgpu";
import { InputError } from "./errors.ts";
import { createRuntime, type Ort, type Runtime } from "./runtime.ts";

export interface WebOptions {
  /** Default `"wasm"`. */
  readonly device?: "wasm" | "webgpu";
  /** Default: all cores if the page is cross-origin isolated, else 1. */
  readonly threads?: number;
  /** The address of ONNX Runtime's `.wasm` and `.mjs` files; default: beside its script. */
  readonly wasmPaths?: string;
}

/** Creates a runtime in this page or worker. Throws `InputError` if WebGPU is requested but unavailable. */
export async function webRuntime(options: WebOptions = {}): Promise<Runtime> {
  const device = options.device ?? "wasm";
  const threads = options.threads ?? (globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1);
  ort.env.wasm.numThreads = threads;
  if (options.wasmPaths) ort.env.wasm.wasmPaths = options.wasmPaths;
  if (device === "webgpu") await requireAdapter();
  return createRuntime({
    ort: ort as unknown as Ort,
    device,
    threads,
    fillsOutputs: false,
    ownsWeights: device === "webgpu",
    session: { executionProviders: [device], graphOptimizationLevel: "all", logSeverityLevel: 3 },
  });
}

async function requireAdapter(): Promise<void> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu;
  if (!(await gpu?.requestAdapter())) throw new InputError(`this browser has no WebGPU adapter; use the device "wasm"`);
}
