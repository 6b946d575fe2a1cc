/** A recorded training run, replayed at a pace at which it can be watched. */
import type { Advanced, Begun, HeadCost, MeasuredStep, Moment, TrainingPlan } from "../../engine/training/training-plan.ts";
import { LoadError } from "../../loading.ts";
import type { Trainee } from "./live.ts";

/** A run as `scripts/record-training.mjs` writes it: patterns are bytes, 255 √weight, as base64. */
export interface RecordedRun {
  readonly plan: TrainingPlan;
  readonly begun: Begun;
  /** The losses of both models at every step. */
  readonly losses: readonly [readonly number[], readonly number[]];
  readonly moments: readonly {
    readonly step: number;
    readonly models: readonly (Omit<MeasuredStep, "patterns" | "costs"> & {
      /** For each head: [name, [value, low, high] of each relation]. */
      readonly costs: readonly (readonly [name: string, lost: readonly (readonly [number, number, number])[]])[];
      readonly patterns: string;
    })[];
  }[];
}

/** Loads the recorded run that comes with the lab. Throws `LoadError`. */
export async function fetchRecorded(): Promise<RecordedRun> {
  const answer = await fetch("./training.json").catch(() => undefined);
  if (answer?.ok) return (await answer.json()) as RecordedRun;
  const what = answer ? `the server returned status ${answer.status}` : "the server did not answer";
  throw new LoadError(`training.json: ${what}; check that it is still running, then retry`);
}

/** Replays a run: a step each `pause` milliseconds, or as fast as it can be drawn if 0. */
export function replaying(run: RecordedRun, pause: number): Trainee {
  const parts = partsOf(run);
  return {
    begin: async () => run.begun,
    async advance() {
      if (pause > 0) await new Promise((done) => setTimeout(done, pause));
      const { value } = parts.next();
      if (!value) throw new Error("internal: the recorded run has ended");
      return value;
    },
    close: () => {},
  };
}

function* partsOf({ losses: [one, many], moments, begun }: RecordedRun): Generator<Advanced, undefined> {
  const byStep = new Map(moments.map((moment) => [moment.step, moment]));
  const momentAt = (step: number): Moment | undefined => {
    const found = byStep.get(step);
    return (
      found && {
        step,
        models: found.models.map((model) => modelOf(model, begun.tokens.length)) as [MeasuredStep, MeasuredStep],
      }
    );
  };
  yield { step: 0, moment: momentAt(0) };
  for (const [k, loss] of one.entries()) yield { step: k + 1, losses: [loss, many[k]!], moment: momentAt(k + 1) };
  return undefined;
}

function modelOf(
  { costs, patterns, ...model }: RecordedRun["moments"][number]["models"][number],
  tokens: number,
): MeasuredStep {
  const bytes = Uint8Array.from(atob(patterns), (character) => character.charCodeAt(0));
  const size = tokens ** 2;
  return {
    ...model,
    costs: costs.map(([name, lost]): HeadCost => ({ name, lost: lost.map(([value, low, high]) => ({ value, low, high })) })),
    patterns: Array.from({ length: bytes.length / size }, (_, head) =>
      Float32Array.from(bytes.subarray(head * size, (head + 1) * size), (byte) => (byte / 255) ** 2),
    ),
  };
}
