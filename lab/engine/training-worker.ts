/** The worker that models are trained in: one of its own, so that the open model neither waits for it nor is waited for. */
import { expose } from "comlink";
import { InputError } from "../../src/run/errors.ts";
import { webRuntime } from "../../src/run/ort.web.ts";
import { createPair, type Pair } from "./training.ts";
import type { Advanced, Begun, TrainingPlan } from "./training-plan.ts";

let pair: Pair | undefined;

/** One pair of models, from `begin` until the worker ends. */
const served = {
  /**
   * `site` is the address of the lab's folder, which has ONNX Runtime's files under `ort/`. One thread: matrices this small gain
   * little from more, lose much where cores are busy, and the same numbers come out on any machine's count of cores.
   */
  async begin(plan: TrainingPlan, site: string): Promise<Begun> {
    pair = await createPair(await webRuntime({ device: "wasm", wasmPaths: new URL("ort/", site).href, threads: 1 }), plan);
    return pair.begun;
  },
  async advance(): Promise<Advanced> {
    if (!pair) throw new InputError("internal: training has not begun");
    return pair.advance();
  },
};

export type TrainingWorker = typeof served;

expose(served);
