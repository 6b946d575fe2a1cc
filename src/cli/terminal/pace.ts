/** Progress of a training run: a bar with loss, speed and time left on a terminal, otherwise a line from time to time. */
import { type Bar, Presets, SingleBar } from "cli-progress";
import type { StepReport } from "../../train/trainer.ts";
import { tell } from "./output.ts";

export interface Pace {
  begin(from: number, title: string): void;
  step(report: StepReport): void;
  /** Prints a line above the bar. */
  say(line: string): void;
  end(): void;
}

const MEMORY = 0.95;
/** Seconds between lines without a terminal. */
const LINE_EVERY = 30;

/** Creates the progress display of a run of `steps` steps, on stderr; with `quiet`, only messages are printed. */
export function createPace(steps: number, quiet: boolean): Pace {
  const bar = process.stderr.isTTY && !quiet ? makeBar() : undefined;
  let [first, began, printed, tokens, mean, done] = [0, 0, 0, 0, Number.NaN, 0];
  const status = () => {
    const seconds = Math.max(1e-3, (performance.now() - began) / 1000);
    const left = done > first ? ((steps - done) * seconds) / (done - first) : Number.NaN;
    return { loss: mean.toFixed(3), speed: Math.round(tokens / seconds).toLocaleString("en"), left: duration(left) };
  };
  return {
    begin(from, title) {
      [first, began, printed, done] = [from, performance.now(), performance.now(), from];
      tell(`${title}\n`);
      bar?.start(steps, from, status());
    },
    step(report) {
      done = report.step;
      tokens += report.tokens;
      mean = Number.isNaN(mean) ? report.loss : MEMORY * mean + (1 - MEMORY) * report.loss;
      if (bar) bar.update(done, status());
      else if (!quiet && performance.now() - printed > 1000 * LINE_EVERY) {
        printed = performance.now();
        const { loss, speed, left } = status();
        tell(`step ${done}/${steps}: loss ${loss}, ${speed} tokens/s, ${left} left\n`);
      }
    },
    say(line) {
      if (!bar?.isActive) tell(`${line}\n`);
      else {
        bar.stop();
        tell(`${line}\n`);
        bar.start(steps, done, status());
      }
    },
    end: () => bar?.stop(),
  };
}

const makeBar = (): Bar & { isActive: boolean } =>
  new SingleBar(
    { format: "{bar} {value}/{total}  loss {loss}  {speed} tokens/s  {left} left", hideCursor: true, clearOnComplete: true },
    Presets.shades_grey,
  ) as Bar & { isActive: boolean };

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${Math.ceil(seconds)} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
