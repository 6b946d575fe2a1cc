/** Training in the background, with all its measurements, for the page to draw. */
import type { Advanced, Begun, Moment, TrainingPlan } from "../../engine/training/training-plan.ts";
import { sentenceOf } from "../../lab.ts";

/** The worker that trains the models. */
export interface Trainee {
  begin(plan: TrainingPlan): Promise<Begun>;
  advance(): Promise<Advanced>;
  close(): void;
}

type Phase = "new" | "opening" | "running" | "paused" | "done" | "failed";

/** Dispatches `change` after every step. The training is kept until `reset`. */
export class LiveTraining extends EventTarget {
  phase: Phase = "new";
  failure = "";
  /** The plan of the current training. */
  plan: TrainingPlan | undefined;
  begun: Begun | undefined;
  /** The losses of both models at every step. */
  losses: readonly [number[], number[]] = [[], []];
  moments: Moment[] = [];
  /** The recent number of steps of both models per second, without measurements. */
  rate = 0;
  readonly #open: () => Trainee;
  #trainee: Trainee | undefined;
  /** True if another step follows the current one. */
  #going = false;
  #busy: Promise<void> | undefined;

  constructor(open: () => Trainee) {
    super();
    this.#open = open;
  }

  /** The number of finished steps. */
  get step(): number {
    return this.losses[0].length;
  }

  /** Trains until the end or `pause`. */
  start(plan: TrainingPlan): Promise<void> {
    this.#going = true;
    return (this.#busy ??= this.#work(plan));
  }

  /** Runs a single step. */
  async once(plan: TrainingPlan): Promise<void> {
    if (this.#busy) return;
    this.#going = false;
    await (this.#busy = this.#work(plan));
  }

  /** Stops after the current step. */
  pause(): void {
    this.#going = false;
  }

  /** Discards everything, and ends the worker. */
  reset(): void {
    this.#going = false;
    this.#trainee?.close();
    this.#trainee = undefined;
    this.#busy = undefined;
    [this.begun, this.plan, this.losses, this.moments, this.rate] = [undefined, undefined, [[], []], [], 0];
    this.#say("new");
  }

  async #work(plan: TrainingPlan): Promise<void> {
    const trainee = (this.#trainee ??= this.#open());
    // ignores results that arrive after a reset
    const gone = () => this.#trainee !== trainee;
    try {
      if (!this.begun) await this.#begin(trainee, plan, gone);
      if (gone()) return;
      this.#say("running");
      do await this.#advance(trainee, gone);
      while (!gone() && this.#going && !this.#finished());
      if (!gone()) this.#end(this.#finished() ? "done" : "paused");
    } catch (error) {
      if (gone()) return;
      this.failure = sentenceOf(error);
      this.#trainee?.close();
      this.#trainee = undefined;
      this.#end("failed");
    }
  }

  #end(phase: Phase): void {
    this.#busy = undefined;
    this.#say(phase);
  }

  #finished(): boolean {
    return this.plan !== undefined && this.step >= this.plan.steps;
  }

  async #begin(trainee: Trainee, plan: TrainingPlan, gone: () => boolean): Promise<void> {
    this.#say("opening");
    const begun = await trainee.begin(plan);
    if (gone()) return;
    this.plan = plan;
    this.begun = begun;
    this.moments = [begun.moment];
  }

  async #advance(trainee: Trainee, gone: () => boolean): Promise<void> {
    if (this.#finished()) return;
    const asked = performance.now();
    const { losses, moment } = await trainee.advance();
    if (gone()) return;
    for (const [k, loss] of losses.entries()) this.losses[k as 0 | 1].push(loss);
    if (moment) this.moments = [...this.moments, moment];
    else this.rate = lately(this.rate, 1000 / (performance.now() - asked));
    this.#say(this.phase);
  }

  #say(phase: Phase): void {
    this.phase = phase;
    this.dispatchEvent(new Event("change"));
  }
}

const MEMORY = 0.95;
const lately = (before: number, now: number): number => (before === 0 ? now : MEMORY * before + (1 - MEMORY) * now);
