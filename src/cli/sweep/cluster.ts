/** Scripts that run the parts of a plan on a cluster: a Slurm array, or an indexed Kubernetes Job. */
import type { SweepPlan } from "../../sweep/plan.ts";
import { VERSION } from "../../version.ts";

export type ClusterSystem = "slurm" | "kubernetes";

export interface ClusterPlan {
  readonly file: string;
  readonly plan: SweepPlan;
  readonly folder: string;
  /** Default: one part for each model. */
  readonly parts?: number;
  readonly threads: number;
}

/** Returns the script; all parts write to one shared folder. */
export function clusterScript(system: ClusterSystem, given: ClusterPlan): string {
  const parts = Math.min(given.parts ?? given.plan.models.length, given.plan.models.length);
  return system === "slurm" ? slurm(given, parts) : kubernetes(given, parts);
}

const quoted = (word: string): string => (/^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Each part has a folder of its own, since two processes never write to one sweep's folder. */
const partFolder = (folder: string, index: string): string => `${folder}-parts/${index}`;

const slurm = ({ file, plan, folder, threads }: ClusterPlan, parts: number): string => `#!/bin/bash
#SBATCH --job-name=${plan.name}
#SBATCH --array=1-${parts}
#SBATCH --cpus-per-task=${threads}
#SBATCH --output=${plan.name}-%a.log
# a part that is run again goes on from its last checkpoint; afterwards:
#   headwise sweep merge ${quoted(`${folder}-parts`)}/* --out ${quoted(folder)}
set -e
exec headwise sweep ${quoted(file)} --shard "$SLURM_ARRAY_TASK_ID/${parts}" --threads ${threads} --out ${quoted(folder)}-parts/"$SLURM_ARRAY_TASK_ID"
`;

const kubernetes = (
  { file, plan, folder, threads }: ClusterPlan,
  parts: number,
): string => `# an indexed Job: the volume must have the plan and its data in /work; afterwards, in that folder:
#   headwise sweep merge ${quoted(`${folder}-parts`)}/* --out ${quoted(folder)}
apiVersion: batch/v1
kind: Job
metadata:
  name: ${plan.name.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-")}
spec:
  completions: ${parts}
  parallelism: ${parts}
  completionMode: Indexed
  backoffLimit: ${3 * parts}
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: headwise
          image: node:20
          workingDir: /work
          command: ["sh", "-c"]
          args:
            - >-
              part=$((JOB_COMPLETION_INDEX + 1)); exec npx --yes headwise@${VERSION} sweep ${quoted(file)}
              --shard "$part/${parts}" --threads ${threads} --out ${partFolder(quoted(folder), '"$part"')}
          resources:
            requests: {cpu: "${threads}"}
          volumeMounts:
            - {name: work, mountPath: /work}
      volumes:
        - name: work
          persistentVolumeClaim: {claimName: work}
`;
