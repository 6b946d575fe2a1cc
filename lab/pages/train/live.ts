/** A training that goes on in the background, with all that was measured: what the page draws. */
import type { Advanced, Begun, Moment, TrainingPlan } from "../../engine/training-plan.ts";
import { sentenceOf } from "../../lab.ts";

/** Where the models are trained. */
export interface Trainee {
  begin(plan: TrainingPlan): Promise<Begun>;
  advance(): Promise<Advanced>;
  close(): void;
}

type Phase = "new" | "opening" | "running" | "paused" | "done" | "failed";

/** Tells its listeners (`change`) after every step. What was begun is kept until `reset`. */
export class LiveTraining extends EventTarget {
  phase: Phase = "new";
  failure = "";
  /** The plan of what was begun. */
  plan: TrainingPlan | undefined;
  begun: Begun | undefined;
  /** Of both models, at every step. */
  losses: readonly [number[], number[]] = [[], []];
  moments: Moment[] = [];
  /** Steps of both models a second, without measuring, lately. */
  rate = 0;
  readonly #open: () => Trainee;
  #trainee: Trainee | undefined;
  /** Whether a step is wanted after the one under way. */
  #going = false;
  #busy: Promise<void> | undefined;

  constructor(open: () => Trainee) {
    super();
    this.#open = open;
  }

  /** Steps that are done. */
  get step(): number {
    return this.losses[0].length;
  }

  /** Goes on until the end or `pause`. */
  start(plan: TrainingPlan): Promise<void> {
    this.#going = true;
    return (this.#busy ??= this.#work(plan));
  }

  /** One step, and no more. */
  async once(plan: TrainingPlan): Promise<void> {
    if (this.#busy) return;
    this.#going = false;
    await (this.#busy = this.#work(plan));
  }

  /** Stops after the step under way. */
  pause(): void {
    this.#going = false;
  }

  /** Forgets everything, and ends the worker. */
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
    // what comes back after a reset belongs to nobody
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
