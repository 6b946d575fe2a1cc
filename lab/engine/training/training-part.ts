/** Training in its own worker, so that it neither blocks the open model nor waits for it. */
import { InputError } from "../../../src/run/errors.ts";
import { webRuntime } from "../../../src/run/ort.web.ts";
import { createPair, type ModelPair } from "./training.ts";
import type { Advanced, Begun, TrainingPlan } from "./training-plan.ts";

/** One pair of models, from `begin` until the worker ends. */
export interface Training {
  /** Starts training; `site` is the address of the lab's folder, which has ONNX Runtime's files under `ort/`. */
  begin(plan: TrainingPlan, site: string): Promise<Begun>;
  /** Runs the next part, which takes well under a second. */
  advance(): Promise<Advanced>;
}

/**
 * Runs on one thread: matrices this small gain little from more, lose much if cores are busy, and the results do not depend on
 * the number of cores.
 */
export function createTraining(): Training {
  let pair: ModelPair | undefined;
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
