/** Opening a device and a checkpoint, as every command that runs a model does. */
import { loadAnyCheckpoint } from "../../load/any-checkpoint.node.ts";
import { type AnyCheckpoint, isTranslator } from "../../load/any-checkpoint.ts";
import { loadCheckpoint } from "../../load/checkpoint.node.ts";
import type { Check, Checkpoint } from "../../load/checkpoint.ts";
import { nodeRuntime } from "../../run/ort.node.ts";
import type { Runtime } from "../../run/runtime.ts";
import { tell } from "../terminal/output.ts";
import { fetching, type Progress } from "../terminal/progress.ts";
import type { RunOptions } from "./options.ts";

/** Opens the device first, so that an unknown one fails before loading; `check` sees what is known without weights. */
export async function openModel(
  model: string,
  options: RunOptions,
  progress?: Progress,
  check?: Check<Checkpoint>,
): Promise<{ runtime: Runtime; checkpoint: Checkpoint }> {
  const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
  const checkpoint = await loadCheckpoint(model, {
    progress: progress && fetching(progress),
    check,
  });
  printNotes(checkpoint);
  return { runtime, checkpoint };
}

/** Opens the device and a model of any family, as `openModel` does. */
export async function openAnyModel(
  model: string,
  options: RunOptions,
  check: Check<AnyCheckpoint>,
): Promise<{ runtime: Runtime; checkpoint: AnyCheckpoint }> {
  const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
  const checkpoint = await loadAnyCheckpoint(model, { check });
  if (!isTranslator(checkpoint)) printNotes(checkpoint);
  return { runtime, checkpoint };
}

/** Prints the notes about a model's files on stderr. */
export function printNotes({ notes = [] }: Checkpoint): void {
  for (const note of notes) tell(`note: ${note}\n`);
}
