/** The page Train: one head against many on the synthetic world of relations, live, with a timeline. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { RELATIONS } from "../../../src/corpus/world/target.ts";
import { count, decimal, percent, plural } from "../../../src/view/page/numbers.ts";
import {
  checkPlan,
  LIVE,
  type MeasuredStep,
  type Moment,
  offered,
  type TrainingPlan,
} from "../../engine/training/training-plan.ts";
import type { Lab } from "../../lab.ts";
import { sentenceOf } from "../../loading.ts";
import { LabPage } from "../../page.ts";
import { choice } from "../controls.ts";
import { deeper } from "../deeper.ts";
import { numberField } from "../number-field.ts";
import { costTable } from "./costs.ts";
import { type Chart, type Line, trainingCurve } from "./curve.ts";
import { LiveTraining } from "./live.ts";
import { fetchRecorded, replaying } from "./recorded.ts";
import { RELATION_WORDS } from "./relations.ts";
import { patternGrids } from "./train-patterns.ts";
import { openTrainee } from "./trainee.ts";

/** Milliseconds of a step of the replay: 800 steps take twelve seconds. */
const PAUSE = 15;

/** A training in the page, and the replay that is shown until it starts. */
interface Runs {
  readonly live: LiveTraining;
  replay?: LiveTraining;
  /** The plan of the recorded run. */
  recorded?: TrainingPlan;
}

/** A training run outlives its page: it is paused when the user leaves the page. */
const kept = new WeakMap<Lab, Runs>();

function runsOf(lab: Lab): Runs {
  const made = kept.get(lab) ?? { live: new LiveTraining(openTrainee) };
  kept.set(lab, made);
  return made;
}

class TrainPage extends LabPage {
  static override properties = { ...LabPage.properties, looked: { state: true } };
  /** The index of the selected moment; undefined for the newest. */
  declare looked: number | undefined;
  #runs: Runs | undefined;
  #announced = "";
  readonly #changed = () => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    this.#runs = runsOf(this.lab);
    this.#runs.live.addEventListener("change", this.#changed);
    void this.#replay(this.#runs);
  }

  /** Plays the recorded run; where motion is unwelcome, shows its end. */
  async #replay(runs: Runs): Promise<void> {
    if (!runs.replay) {
      const recorded = await fetchRecorded().catch((error: unknown) =>
        this.lab.note(this, { text: sentenceOf(error), failed: true }),
      );
      if (!recorded || runs.replay) return;
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      runs.replay = new LiveTraining(() => replaying(recorded, still ? 0 : PAUSE));
      runs.recorded = recorded.plan;
    }
    if (!this.isConnected) return;
    runs.replay.addEventListener("change", this.#changed);
    if (runs.live.phase === "new" && runs.replay.phase !== "done") void runs.replay.start(runs.recorded!);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.lab.note(this, undefined);
    for (const run of [this.#runs?.live, this.#runs?.replay]) {
      run?.pause();
      run?.removeEventListener("change", this.#changed);
    }
  }

  /** The run that is shown: the recorded one until training in the page starts. */
  get #shown(): LiveTraining {
    const { live, replay } = this.#runs!;
    return live.phase === "new" && replay ? replay : live;
  }

  protected override render(): TemplateResult {
    const { live } = this.#runs!;
    const training = this.#shown;
    return html`
      <h1>One head against many, in training</h1>
      <p class="intro">
        Two small language models are trained on the same documents of a synthetic world, step by step in this page. They have the same width and
        number of parameters; one has a single head per layer, the other as many as you choose. The dependencies of every word
        are known, so each relation has its own curve.
      </p>
      ${this.#controls(live)}
      ${training === live ? nothing : this.#replayRow(training)}
      ${training.moments.length > 0 ? this.#timeline(training) : nothing}
      ${training.moments.length > 0 ? patternGrids(training.begun!, this.#moment(training)!) : nothing}
      ${this.#panels(training)}
      ${training.moments.length > 0 ? this.#importance(this.#moment(training)!) : nothing}
      <p class="unseen" role="status" aria-live="polite">${this.#milestone(training)}</p>
    `;
  }

  #plan(): TrainingPlan {
    return { ...LIVE, seed: this.lab.state.seed, heads: this.lab.state.trained };
  }

  #controls(training: LiveTraining): TemplateResult {
    const { phase, plan = this.#plan() } = training;
    const wrong = refused(plan);
    const going = phase === "running" || phase === "opening";
    const ended = phase === "done" || phase === "failed" || wrong !== "";
    const set = (change: object) => this.lab.set(change);
    return html`<section class="training" aria-label="Training">
      <fieldset class="row" ?disabled=${phase !== "new"}>
        ${choice("Heads per layer of the second model", "trained", plan.heads, OFFERED, set)}
        ${numberField({ name: "Seed", value: plan.seed, look: "seed", typed: (seed) => set({ seed }) })}
      </fieldset>
      <div class="row buttons">
        <button class="primary" type="button" ?disabled=${ended} title=${ended ? (phase === "done" ? "training has ended; reset it to begin again" : "see the message below") : nothing} @click=${() => (going ? training.pause() : void training.start(this.#plan()))}>${phase === "done" ? "Done" : going ? "Pause" : phase === "new" ? "Start" : "Resume"}</button>
        <button type="button" ?disabled=${ended || going} title=${going ? "pause first" : ended ? "training has ended" : nothing} @click=${() => void training.once(this.#plan())}>Step</button>
        <button type="button" ?disabled=${phase === "new"} title=${phase === "new" ? "nothing is trained yet" : nothing} @click=${() => this.#reset(training)}>Reset</button>
        <p class="dim progress"><progress max=${plan.steps} value=${training.step} aria-label="steps done"></progress> ${stateOf(training, plan)}</p>
      </div>
      ${wrong || training.phase === "failed" ? html`<p class="failed" role="alert">${wrong || training.failure}</p>` : nothing}
      <p class="dim note">${widths(plan)}</p>
    </section>`;
  }

  #replayRow(replay: LiveTraining): TemplateResult {
    const { step, phase } = replay;
    const plan = this.#runs!.recorded!;
    const running = phase === "running" || phase === "opening";
    const play = () => {
      if (running) return replay.pause();
      if (phase === "done") {
        this.looked = undefined;
        replay.reset();
      }
      void replay.start(plan);
    };
    return html`<div class="row buttons replay">
      <button type="button" @click=${play}>${running ? "Pause the replay" : phase === "done" ? "Play again" : "Play"}</button>
      <p class="dim">A recorded run with ${plan.heads} heads and seed ${plan.seed}: step ${step} of ${plan.steps}. “Start” trains a new pair in this page.</p>
    </div>`;
  }

  #reset(training: LiveTraining): void {
    this.looked = undefined;
    this.#announced = "";
    training.reset();
  }

  #moment({ moments }: LiveTraining): Moment | undefined {
    return moments[Math.min(this.looked ?? moments.length, moments.length - 1)];
  }

  #panels(training: LiveTraining): TemplateResult {
    const { begun, moments, losses, plan = this.#plan() } = training;
    const at = this.#moment(training)?.step ?? 0;
    const line = (k: 0 | 1, read: (model: MeasuredStep) => number): Line => ({
      name: k === 0 ? "1 head" : `${plan.heads} heads`,
      kind: k === 0 ? "one" : "many",
      points: moments.map(({ step, models }) => [step, read(models[k])] as const),
    });
    const lines = (read: (model: MeasuredStep) => number) => [line(0, read), line(1, read)];
    const both = lines(({ loss }) => loss).map((one, k) => ({ ...one, faint: losses[k as 0 | 1] }));
    const share: Pick<Chart, "steps" | "at" | "low" | "high" | "shown"> = {
      steps: plan.steps,
      at,
      low: 0,
      high: 1,
      shown: percent,
    };
    return html`<p class="dim note">Accuracy among each word’s candidates on ${LIVE.documents} held-out documents; the dotted line is chance.</p>
      <section class="curves" aria-label="Curves">
      ${trainingCurve({ ...share, title: "loss", about: "nats per word, held-out; faint: training", lines: both, low: 2, high: 5, shown: (value) => decimal(value, value % 1 === 0 ? 0 : value % 0.5 === 0 ? 1 : 2) })}
      ${RELATIONS.map((relation, r) =>
        trainingCurve({
          ...share,
          title: relation,
          about: RELATION_WORDS[relation],
          lines: lines(({ skills }) => skills[r]!),
          chance: begun?.chance[r],
        }),
      )}
    </section>`;
  }

  #timeline(training: LiveTraining): TemplateResult {
    const { moments } = training;
    const last = moments.length - 1;
    const place = Math.min(this.looked ?? last, last);
    const { step } = moments[place]!;
    return html`<label class="field scrub">Step <strong>${step}</strong> of ${moments[last]!.step} so far
      <input type="range" name="moment" min="0" max=${last} step="1" .value=${live(String(place))} ?disabled=${last === 0} aria-valuetext="step ${step}"
        @input=${(event: Event) => this.#look(Number((event.target as HTMLInputElement).value), last)} /></label>`;
  }

  #importance({ step, models: [one, many] }: Moment): TemplateResult {
    return html`<section aria-label="Importance of each head">
      <h2>Importance of each head after ${plural(step, "step")}</h2>
      <p class="dim note">
        Loss of accuracy per relation, in points, when the head’s output is replaced by its mean, on ${LIVE.probed}
        held-out documents; negative numbers are gains. A cell is shaded if the 95% interval over documents is above zero; one cell in 40
        would be by chance. Head 1.0 is the first of the second layer.
      </p>
      <div class="tables">${costTable(one, "one")}${costTable(many, "many")}</div>
      <p class="dim note">
        One seed is one observation: differences may reverse with another seed.
        ${deeper(this.lab, { page: "why" }, "The results of 45 such models")} are on the page “Why many heads?”.
      </p>
    </section>`;
  }

  #look(place: number, last: number): void {
    this.looked = place === last ? undefined : place;
  }

  /** Announces only milestones and the end to screen readers, not every step. */
  #milestone({ moments, phase, plan }: LiveTraining): string {
    const last = moments.at(-1);
    if (!last || !plan) return "";
    if (last.step % SAID_EVERY === 0 || phase === "done")
      this.#announced = `Step ${last.step} of ${plan.steps}: mean accuracy ${percent(mean(last.models[0]))} with one head, ${percent(mean(last.models[1]))} with ${plan.heads}.`;
    return phase === "done" ? `${this.#announced} Training has ended.` : this.#announced;
  }
}

const SAID_EVERY = 200;
const OFFERED = offered(LIVE.width).map((heads) => [heads, String(heads)] as const);
const mean = ({ skills }: MeasuredStep): number => skills.reduce((a, b) => a + b, 0) / skills.length;

function refused(plan: TrainingPlan): string {
  try {
    checkPlan(plan);
    return "";
  } catch (error) {
    return sentenceOf(error);
  }
}

function stateOf({ phase, step, rate, begun, measuring }: LiveTraining, plan: TrainingPlan): string {
  const where = `step ${step} of ${plan.steps}`;
  if (phase === "new") return `${plan.steps} steps, one to three minutes`;
  if (phase === "opening") return "building both models and measuring them before training";
  const speed = rate > 0 ? ` · ${decimal(rate, 1)} steps per second` : "";
  return `${where}${phase === "running" ? (measuring ? " · measuring" : speed) : phase === "done" ? " · done" : " · paused"} · ${count(begun?.parameters ?? 0)} parameters each`;
}

const widths = ({ width, heads }: TrainingPlan): string =>
  `The heads divide the width of ${width}, so each has ${width} / ${heads} = ${decimal(width / heads, width % heads === 0 ? 0 : 2)} dimensions for its queries and keys. The choices divide ${width} and give an even head width, as rotary positions require.`;

customElements.define("lab-train", TrainPage);
