/** Progress of long work on stderr: a bar on a terminal, otherwise a plain line for each stage. */
import { type Bar, Presets, SingleBar } from "cli-progress";
import { printable } from "../../view/page/printable.ts";
import { tell } from "./output.ts";

export interface Progress {
  /** Updates the current stage and its progress, from 0 to 1. */
  update(stage: string, share: number): void;
  stop(): void;
}

export const createProgress = (): Progress => (process.stderr.isTTY ? bar() : lines());

function bar(): Progress {
  const made: Bar = new SingleBar(
    { format: "{stage} {bar} {percentage}%", hideCursor: true, clearOnComplete: true, stream: process.stderr },
    Presets.shades_grey,
  );
  made.start(100, 0, { stage: "" });
  return {
    update: (stage, share) => made.update(Math.round(100 * share), { stage: printable(stage).padEnd(10) }),
    stop: () => made.stop(),
  };
}

function lines(): Progress {
  let last = "";
  return {
    update(stage) {
      if (stage !== last) tell(`${stage} …\n`);
      last = stage;
    },
    stop() {},
  };
}

/** Shows the download progress of a hub model, and what it waits for. */
export const fetching =
  (progress: Pick<Progress, "update">) =>
  (done: number, total: number, file: string, waiting?: string): void =>
    progress.update(`downloading ${file}${waiting ? ` (${waiting})` : ""}`, total ? done / total : 0);
