/** Damaged checkpoints: they are set aside, so that a run continues from the previous one. */
import { rename } from "node:fs/promises";
import { removeFolder } from "../../load/files/write-folder.node.ts";
import { checkpointPath, checkpointSteps, type Run } from "./runs.node.ts";
import { damageOf } from "./sums.node.ts";

/**
 * Renames damaged checkpoints to `step-….damaged`, so that a run continues from the newest intact one. If the run's model uses
 * `several` checkpoints, those after the first damaged one are renamed as well, and their steps run again. Reports what it
 * found.
 */
export async function setDamagedAside(run: Run, several: boolean, warn: (message: string) => void): Promise<void> {
  const found: [step: number, damage: string][] = [];
  for (const step of await checkpointSteps(run)) {
    const damage = await damageOf(checkpointPath(run, step));
    if (damage !== undefined) found.push([step, damage]);
  }
  for (const [step, damage] of found) {
    const path = checkpointPath(run, step);
    warn(`${path} is damaged (${damage}); it was renamed to ${path}.damaged`);
    await removeFolder(`${path}.damaged`);
    await rename(path, `${path}.damaged`);
  }
  const [first] = found;
  if (!first) return;
  if (several)
    for (const step of await checkpointSteps(run)) if (step > first[0]) await removeFolder(checkpointPath(run, step));
  const last = (await checkpointSteps(run)).at(-1);
  warn(last === undefined ? "no intact checkpoint is left; starting from the beginning" : `continuing from step ${last}`);
}
