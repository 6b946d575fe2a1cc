/** TensorBoard event files of a run: `tensorboard/events.out.tfevents.SECONDS.headwise`, a new one each time that the run continues. */
import { open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolders, unwritable } from "../../load/files/place.node.ts";
import { writeSynced } from "../../load/files/write-folder.node.ts";
import {
  evaluationEvent,
  type ScalarEvent,
  scalarRecord,
  startRecord,
  stepEvent,
  versionRecord,
  wallTimesIn,
} from "../events/events.ts";
import type { Evaluation } from "../run.ts";
import type { StepReport } from "../trainer.ts";
import type { Run } from "./runs.node.ts";

/** The event file of a run that is training. */
export interface Events {
  addStep(report: StepReport): Promise<void>;
  addEvaluation(evaluation: Evaluation): Promise<void>;
  close(): Promise<void>;
}

/** What a run continues from: the steps and the evaluations up to its checkpoint. */
export interface EventsBefore {
  readonly steps: readonly StepReport[];
  readonly evaluations: readonly Evaluation[];
}

/**
 * Writes an event file with the steps and evaluations before, to which later ones are appended, and removes the earlier files of
 * the run. Events keep the time that those files have. A killed process may leave half a record at the end, where readers stop.
 */
export async function openEvents(run: Run, before: EventsBefore): Promise<Events> {
  const folder = eventsOf(run);
  try {
    await makeFolders(folder);
    const earlier = await eventFiles(folder);
    const path = join(folder, nameAfter(earlier));
    await writeSynced(
      path,
      await contentOf(
        before,
        earlier.map((name) => join(folder, name)),
      ),
    );
    for (const name of earlier) await rm(join(folder, name)); // last, since only they have the times
    return await appending(path);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

const eventsOf = (run: Run): string => join(run.path, "tensorboard");

/** Returns true if a run has a folder of event files. */
export const hasEvents = (run: Run): Promise<boolean> =>
  readdir(eventsOf(run)).then(
    () => true,
    () => false,
  );

const NAME = /^events\.out\.tfevents\.(\d+)\.headwise$/;
const now = (): number => Date.now() / 1000;

const eventFiles = async (folder: string): Promise<string[]> => (await readdir(folder)).filter((name) => NAME.test(name));

/** Returns a name that sorts after others: TensorBoard reads the files of a folder in order, and never opens one again. */
function nameAfter(names: readonly string[]): string {
  const seconds = Math.max(Math.floor(now()), ...names.map((name) => Number(NAME.exec(name)![1]) + 1));
  return `events.out.tfevents.${String(seconds).padStart(10, "0")}.headwise`;
}

async function contentOf({ steps, evaluations }: EventsBefore, earlier: readonly string[]): Promise<Uint8Array> {
  const timeOf = wallTimesIn(await Promise.all(earlier.map((path) => readFile(path))));
  const events = [...steps.map(stepEvent), ...evaluations.map(evaluationEvent)].sort((a, b) => a.step - b.step);
  const time = now();
  return Buffer.concat([
    versionRecord(time),
    startRecord(time),
    ...events.map((event) => scalarRecord(event, timeOf(event) ?? time)),
  ]);
}

async function appending(path: string): Promise<Events> {
  const file = await open(path, "a");
  const add = (event: ScalarEvent) =>
    file.appendFile(scalarRecord(event, now())).catch((error) => {
      throw unwritable(path, error);
    });
  return {
    addStep: (report) => add(stepEvent(report)),
    addEvaluation: (evaluation) => add(evaluationEvent(evaluation)),
    close: () => file.close(),
  };
}
