/** What every command that runs a model starts with: the device and the checkpoint. */
import { loadCheckpoint } from "../../load/checkpoint.node.ts";
import type { Check, Checkpoint } from "../../load/checkpoint.ts";
import { nodeRuntime } from "../../run/ort.node.ts";
import type { Runtime } from "../../run/runtime.ts";
import { tell } from "../terminal/output.ts";
import { fetching, type Progress } from "../terminal/progress.ts";
import type { CommonOptions } from "./options.ts";

/** The device is asked for first, so that an unknown one costs no loading; then `check` sees what is known without weights. */
export async function openModel(
  model: string,
  options: CommonOptions,
  progress?: Progress,
  check?: Check<Checkpoint>,
): Promise<{ runtime: Runtime; checkpoint: Checkpoint }> {
  const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
  const checkpoint = await loadCheckpoint(model, {
    progress: progress && fetching(progress),
    check,
  });
  sayNotes(checkpoint);
  return { runtime, checkpoint };
}

/** What a user should know of a model's files, on stderr. */
export function sayNotes({ notes = [] }: Checkpoint): void {
  for (const note of notes) tell(`note: ${note}\n`);
}
