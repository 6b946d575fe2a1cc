/** Training in the background, with all its measurements, for the page to draw. */
import type { Advanced, Begun, Moment, TrainingPlan } from "../../engine/training/training-plan.ts";
import { sentenceOf } from "../../loading.ts";

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
  /** True while the models are measured. */
  measuring = false;
  readonly #open: () => Trainee;
  #trainee: Trainee | undefined;
  /** True if the training goes on after the current part. */
  #going = false;
  /** True if it goes on to the end of one step. */
  #single = false;
  /** The number of steps before that one. */
  #before = 0;
  /** The time of the last step's end; 0 after anything else. */
  #stepped = 0;
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
    return this.#resume(plan);
  }

  /** Runs a single step, with the measurement that belongs to it. */
  async once(plan: TrainingPlan): Promise<void> {
    if (this.#busy && this.phase !== "paused") return;
    [this.#going, this.#single, this.#before] = [false, true, this.step];
    await this.#resume(plan);
  }

  #resume(plan: TrainingPlan): Promise<void> {
    if (this.#busy) this.#say(this.#active());
    return (this.#busy ??= this.#work(plan));
  }

  /** Stops: the part under way, which is short, is still finished in the worker. */
  pause(): void {
    this.#going = this.#single = false;
    if (this.#busy) this.#say("paused");
  }

  /** The phase of a training that goes on. */
  #active(): Phase {
    return this.moments.length === 0 ? "opening" : "running";
  }

  /** Discards everything, and ends the worker. */
  reset(): void {
    this.#going = this.#single = false;
    this.#trainee?.close();
    this.#trainee = undefined;
    this.#busy = undefined;
    this.measuring = false;
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
      if (!this.#going && !this.#single) return this.#end("paused");
      this.#say(this.#active());
      const unfinished = () => this.#single && (this.step === this.#before || this.measuring);
      do await this.#advance(trainee, gone);
      while (!gone() && (this.#going || unfinished()) && !this.#finished());
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
    this.#single = false;
    this.#stepped = 0;
    this.#say(phase);
  }

  #finished(): boolean {
    return this.plan !== undefined && this.moments.at(-1)?.step === this.plan.steps;
  }

  async #begin(trainee: Trainee, plan: TrainingPlan, gone: () => boolean): Promise<void> {
    this.#say("opening");
    const begun = await trainee.begin(plan);
    if (gone()) return;
    this.plan = plan;
    this.begun = begun;
  }

  async #advance(trainee: Trainee, gone: () => boolean): Promise<void> {
    if (this.#finished()) return;
    const { losses, measuring = false, moment } = await trainee.advance();
    if (gone()) return;
    this.measuring = measuring;
    if (moment) {
      this.moments = [...this.moments, moment];
      this.#stepped = 0;
    }
    if (losses) this.#step(losses);
    this.#say(this.#going || this.#single ? this.#active() : this.phase);
  }

  #step(losses: readonly [number, number]): void {
    for (const [k, loss] of losses.entries()) this.losses[k as 0 | 1].push(loss);
    const now = performance.now();
    if (this.#stepped > 0) this.rate = lately(this.rate, 1000 / (now - this.#stepped));
    this.#stepped = now;
  }

  #say(phase: Phase): void {
    this.phase = phase;
    this.dispatchEvent(new Event("change"));
  }
}

const MEMORY = 0.95;
const lately = (before: number, now: number): number => (before === 0 ? now : MEMORY * before + (1 - MEMORY) * now);
