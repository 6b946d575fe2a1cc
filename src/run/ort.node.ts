/** ONNX Runtime in Node: the processor, and WebGPU or CUDA where the machine has them. */
import { availableParallelism } from "node:os";
import { type Engine, loadEngine, REPAIR } from "./engine.node.ts";
import { InputError } from "./errors.ts";
import { createRuntime, type Device, type Runtime } from "./runtime.ts";

export interface NodeOptions {
  /** Default `"cpu"`: the native engine, or WebAssembly with a warning if onnxruntime-node cannot be loaded. */
  readonly device?: string;
  /** Threads inside one op; default: as many as the machine has cores. */
  readonly threads?: number;
  /** Keep weights inside sessions (faster by up to a seventh, one copy for each program); default: only off the CPU. */
  readonly ownWeights?: boolean;
}

const DEVICES = ["cpu", "webgpu", "cuda"] as const;
const MENDING: Readonly<Record<string, string>> = {
  webgpu: "it needs a Vulkan, Metal or Direct3D 12 driver",
  cuda: "it needs an NVIDIA driver, CUDA 12 and ONNX Runtime's CUDA provider libraries",
};

/** A runtime on this machine. Throws `InputError` for a device that is unknown or not there: nothing falls back silently. */
export async function nodeRuntime(options: NodeOptions = {}): Promise<Runtime> {
  const device = options.device ?? "cpu";
  const threads = options.threads ?? availableParallelism();
  if (!(DEVICES as readonly string[]).includes(device)) {
    throw new InputError(`unknown device "${device}": use one of ${DEVICES.join(", ")}`);
  }
  if (!Number.isInteger(threads) || threads < 1) throw new InputError(`threads must be a whole number from 1, got ${threads}`);
  const engine = await loadEngine();
  if (device !== "cpu") await probeDevice(device, engine);
  else if (engine.missing !== undefined) return webAssembly(engine, threads);
  return createRuntime({
    ort: engine.ort,
    device: device as Device,
    threads,
    fillsOutputs: true,
    ownsWeights: options.ownWeights ?? device !== "cpu",
    session: {
      executionProviders: [device],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // a plan for each shape would be held in one piece beside the arena: twice the memory for long texts
      enableMemPattern: false,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      // every session has threads of its own, and those that spin after a run take the cores from the next session's
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

/** A device is there if a session of one node can be made on it. */
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
    const why = first.replace(/^\S+\.(cc|h):\d+ .*was false\. /, ""); // where in ONNX Runtime it happened helps nobody
    throw new InputError(`the device "${device}" is not available here (${why}): ${MENDING[device]}; or use --device cpu`);
  }
}
