/** ONNX Runtime in Node: on the CPU, and on WebGPU or CUDA if the machine has them. */
import { availableParallelism } from "node:os";
import { type Engine, loadEngine, REPAIR } from "./engine.node.ts";
import { InputError } from "./errors.ts";
import { createRuntime, type Runtime } from "./runtime.ts";

export interface NodeOptions {
  /** Default `"cpu"`: the native engine, or WebAssembly with a warning if onnxruntime-node cannot be loaded. */
  readonly device?: string;
  /** Threads within one op; default: the number of cores. */
  readonly threads?: number;
  /**
   * Keeps weights inside sessions (faster by up to a seventh, but one copy per program); default: on devices other than the
   * CPU.
   */
  readonly ownWeights?: boolean;
}

const DEVICES = ["cpu", "webgpu", "cuda"] as const;
const REQUIREMENTS: Readonly<Record<string, string>> = {
  webgpu: "install a Vulkan, Metal or Direct3D 12 driver",
  cuda: "install an NVIDIA driver, CUDA 12 and ONNX Runtime's CUDA provider libraries",
};

const isDevice = (name: string): name is (typeof DEVICES)[number] => DEVICES.some((device) => device === name);

/**
 * Creates a runtime on this machine. Throws `InputError` for a device that is unknown or unavailable: there is no silent
 * fallback.
 */
export async function nodeRuntime(options: NodeOptions = {}): Promise<Runtime> {
  const device = options.device ?? "cpu";
  const threads = options.threads ?? availableParallelism();
  if (!isDevice(device)) {
    throw new InputError(`unknown device "${device}"; use one of ${DEVICES.join(", ")}`);
  }
  if (!Number.isInteger(threads) || threads < 1) throw new InputError(`threads is ${threads}; use a whole number from 1`);
  const engine = await loadEngine();
  if (device !== "cpu") await probeDevice(device, engine);
  else if (engine.missing !== undefined) return webAssembly(engine, threads);
  return createRuntime({
    ort: engine.ort,
    device,
    threads,
    fillsOutputs: true,
    ownsWeights: options.ownWeights ?? device !== "cpu",
    session: {
      executionProviders: [device],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // a memory pattern per shape takes one block beside the arena: twice the memory for long texts
      enableMemPattern: false,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      // every session has its own threads, and those that spin after a run take cores from the next session
      extra: { session: { force_spinning_stop: "1" } },
    },
  });
}

/** The processor without the native package. Buffers are filled by copying, as in the browser. */
function webAssembly({ ort }: Engine, threads: number): Runtime {
  if (ort.env) ort.env.wasm.numThreads = threads;
  const session = { executionProviders: ["wasm"], graphOptimizationLevel: "all", logSeverityLevel: 3 } as const;
  return createRuntime({ ort, device: "wasm", threads, fillsOutputs: false, ownsWeights: false, session });
}

/** Checks that a device is available by making a session of one node on it. */
async function probeDevice(device: string, { ort, missing }: Engine): Promise<void> {
  if (missing !== undefined) {
    throw new InputError(`the device "${device}" needs onnxruntime-node, which cannot be loaded (${missing}); ${REPAIR}`);
  }
  const { identityModel } = await import("./probe-model.ts");
  try {
    const session = await ort.InferenceSession.create(identityModel(), { executionProviders: [device], logSeverityLevel: 4 });
    await session.release();
  } catch (error) {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    const why = first.replace(/^\S+\.(cc|h):\d+ .*was false\. /, ""); // drops the source location within ONNX Runtime
    throw new InputError(`the device "${device}" is not available (${why}); ${REQUIREMENTS[device]}, or use --device cpu`);
  }
}
