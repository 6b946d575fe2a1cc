/** The ONNX Runtime of this installation: the native package, or WebAssembly if that package cannot be loaded. */
import type { Ort } from "./runtime.ts";

export interface Engine {
  readonly ort: Ort;
  /** The reason why the native package cannot be loaded, in one line; undefined if it is loaded. */
  readonly missing?: string;
}

export const REPAIR = "run npm install onnxruntime-node@1.30.0 --ignore-scripts";

let engine: Promise<Engine> | undefined;

/** Loads the engine once. WebAssembly computes the same on the processor, more slowly, and warns once that it is used. */
export function loadEngine(): Promise<Engine> {
  engine ??= native().catch(webAssembly);
  return engine;
}

async function native(): Promise<Engine> {
  const ort = await import("onnxruntime-node");
  ort.env.logLevel = "fatal"; // errors are thrown, so logging would only repeat them
  return { ort: ort as unknown as Ort };
}

async function webAssembly(error: unknown): Promise<Engine> {
  const [missing = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  const ort = await import("onnxruntime-web");
  ort.env.logLevel = "fatal";
  process.emitWarning(`onnxruntime-node cannot be loaded (${missing}), so models run on WebAssembly, slower; ${REPAIR}`, {
    type: "Headwise",
  });
  return { ort: ort as unknown as Ort, missing };
}
