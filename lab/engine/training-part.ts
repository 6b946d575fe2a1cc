/** Training as the worker offers it: in a worker of its own, so that the open model neither waits for it nor is waited for. */
import { InputError } from "../../src/run/errors.ts";
import { webRuntime } from "../../src/run/ort.web.ts";
import { createPair, type Pair } from "./training.ts";
import type { Advanced, Begun, TrainingPlan } from "./training-plan.ts";

/** One pair of models, from `begin` until the worker ends. */
export interface Training {
  /** `site` is the address of the lab's folder, which has ONNX Runtime's files under `ort/`. */
  begin(plan: TrainingPlan, site: string): Promise<Begun>;
  /** One step of both. */
  advance(): Promise<Advanced>;
}

/**
 * On one thread: matrices this small gain little from more, lose much where cores are busy, and the same numbers come out on
 * any machine's count of cores.
 */
export function createTraining(): Training {
  let pair: Pair | undefined;
  return {
    async begin(plan, site) {
      pair = await createPair(await webRuntime({ device: "wasm", wasmPaths: new URL("ort/", site).href, threads: 1 }), plan);
      return pair.begun;
    },
    async advance() {
      if (!pair) throw new InputError("internal: training has not begun");
      return pair.advance();
    },
  };
}
