/** Checkpoints that are not what was written: set aside, so that a run goes on from the one before. */
import { rename } from "node:fs/promises";
import { removeFolder } from "../../load/files/write-folder.node.ts";
import { checkpointPath, checkpointSteps, type Run } from "./runs.node.ts";
import { damageOf } from "./sums.node.ts";

/**
 * Sets damaged checkpoints aside as `step-….damaged`, so that a run goes on from the newest whole one. Where the run's model is
 * taken from `several` checkpoints, those after the first damaged one go too: their steps are done again. Tells what it found.
 */
export async function setDamagedAside(run: Run, several: boolean, warn: (message: string) => void): Promise<void> {
  const found: [step: number, damage: string][] = [];
  for (const step of await checkpointSteps(run)) {
    const damage = await damageOf(checkpointPath(run, step));
    if (damage !== undefined) found.push([step, damage]);
  }
  for (const [step, damage] of found) {
    const path = checkpointPath(run, step);
    warn(`${path} is damaged (${damage}), and kept as ${path}.damaged`);
    await removeFolder(`${path}.damaged`);
    await rename(path, `${path}.damaged`);
  }
  if (found.length === 0) return;
  const first = found[0]![0];
  if (several) for (const step of await checkpointSteps(run)) if (step > first) await removeFolder(checkpointPath(run, step));
  const last = (await checkpointSteps(run)).at(-1);
  warn(last === undefined ? "no whole checkpoint is left: going on from the beginning" : `going on from step ${last}`);
}
