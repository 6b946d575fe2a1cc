/** The progress of many jobs: on a terminal a line for each running job and one for all, otherwise a line for each event. */
import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { Job } from "../../sweep/job.ts";
import type { JobState } from "../../sweep/pool.ts";
import { plural } from "../../view/page/numbers.ts";
import { printable } from "../../view/page/printable.ts";
import { tell } from "../terminal/output.ts";

export interface FleetView {
  update(job: Job, state: JobState): void;
  stop(): void;
}

/** Shows jobs of which `before` are finished already. */
export function createFleetView(jobs: readonly Job[], before: number): FleetView {
  const all = jobs.length + before;
  if (before > 0) tell(`${before} of ${plural(all, "model")} ${before === 1 ? "is" : "are"} finished already\n`);
  return process.stderr.isTTY ? bars(all, before) : lines(all, before);
}

const lossOf = (loss: number | undefined): string => (loss === undefined ? "" : `loss ${loss.toFixed(3)}`);

function bars(all: number, before: number): FleetView {
  const made = new MultiBar(
    {
      format: "{name} {bar} {stage} {value}/{total}  {loss}  {eta_formatted} left",
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    },
    Presets.shades_grey,
  );
  const whole = made.create(all, before, { name: "all models".padEnd(24), stage: "", loss: "" });
  const running = new Map<string, SingleBar>();
  return {
    update(job, state) {
      const bar = running.get(job.id);
      if (state.kind === "running") {
        const { step = 0, steps = 1, stage = "starting", loss } = state.progress ?? {};
        const payload = { name: printable(job.name).slice(0, 24).padEnd(24), stage, loss: lossOf(loss) };
        if (bar) bar.update(step, payload);
        else running.set(job.id, made.create(steps, step, payload));
        bar?.setTotal(steps);
        return;
      }
      if (bar) made.remove(bar);
      running.delete(job.id);
      if (state.kind === "done" || state.kind === "failed") whole.increment();
    },
    stop: () => made.stop(),
  };
}

/** Milliseconds between two lines of one job. */
const PACE = 30_000;

function lines(all: number, before: number): FleetView {
  let finished = before;
  const told = new Map<string, number>();
  return {
    update(job, state) {
      const name = printable(job.name);
      if (state.kind === "running" && state.progress) {
        const { stage, step, steps, loss } = state.progress;
        if (performance.now() - (told.get(job.id) ?? Number.NEGATIVE_INFINITY) < PACE) return;
        told.set(job.id, performance.now());
        tell(`${name}: ${stage}, step ${step}/${steps}${loss === undefined ? "" : `, ${lossOf(loss)}`}\n`);
      } else if (state.kind === "running" && state.attempt > 1) tell(`${name}: attempt ${state.attempt}\n`);
      else if (state.kind === "done") tell(`${name}: done (${++finished} of ${all})\n`);
      else if (state.kind === "failed") tell(`${name}: failed (${++finished} of ${all}): ${printable(state.message)}\n`);
    },
    stop() {},
  };
}
