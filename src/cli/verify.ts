/** `headwise verify`: checks the labels on models with known heads. */
import { nodeRuntime } from "../run/ort.node.ts";
import { broken, confusion, summarize } from "../study/truth/confusion.ts";
import { brokenText, truthText } from "../view/study/truth-text.ts";
import type { CommonOptions } from "./read/options.ts";
import { type JsonOption, prepareJson } from "./terminal/json.ts";
import { terminal } from "./terminal/output.ts";
import { createProgress } from "./terminal/progress.ts";

export interface VerifyOptions extends JsonOption {
  readonly sentences: number;
  readonly models: number;
}

/** Standard deviations of the weights of untrained models. */
const SCALES = [0.02, 0.1, 0.3];

/** Prints the confusion table; the exit code is 1 if a guarantee fails. */
export async function verify(options: CommonOptions & VerifyOptions): Promise<void> {
  const { seed, sentences, models } = options;
  const write = await prepareJson(options);
  const progress = createProgress();
  const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
  try {
    const truth = await confusion(runtime, {
      ...{ seed, sentences, untrained: models, scales: SCALES },
      progress: (stage, share) => progress.update(stage, share),
    });
    progress.stop();
    const failed = broken(summarize(truth));
    const { columns } = terminal();
    await write({ data: truth, text: () => `${truthText(truth, columns)}\n\n${brokenText(failed, columns)}` });
    if (failed.length > 0) process.exitCode = 1;
  } finally {
    progress.stop();
    await runtime.release();
  }
}
