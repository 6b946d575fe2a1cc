/** The exercises: a number is typed, checked and answered. */
import { html, nothing, type TemplateResult } from "lit";
import { LabPage } from "../../page.ts";
import { deeper } from "../deeper.ts";
import { EXERCISES, type Exercise } from "./answers.ts";
import { section } from "./section.ts";

class WhyExercises extends LabPage {
  static override properties = { ...LabPage.properties, answers: { state: true } };
  declare answers: ReadonlyMap<string, { readonly right: boolean; readonly feedback: string }>;

  constructor() {
    super();
    this.answers = new Map();
  }

  protected override render(): TemplateResult {
    return section({
      id: "exercises",
      title: "Exercises",
      claim: html`<p>Type a number to get an explanation.</p>`,
      live: html`<ol class="exercises">${EXERCISES.map((exercise) => this.#exercise(exercise))}</ol>`,
      further: [
        deeper(this.lab, { page: "train" }, "one head against many, with another seed"),
        deeper(this.lab, { page: "off" }, "functions assigned by hand: previous, next, first …"),
      ],
    });
  }

  #exercise(exercise: Exercise): TemplateResult {
    const { id, question, unit } = exercise;
    const answer = this.answers.get(id);
    return html`<li><form @submit=${(event: SubmitEvent) => this.#check(event, exercise)}>
      <label for="exercise-${id}">${question}</label>
      <div class="row start"><input id="exercise-${id}" name="given" type="text" inputmode="decimal" autocomplete="off" size="8" aria-describedby="answer-${id}" /> <span class="dim">${unit}</span> <button type="submit">Check</button></div>
      <p id="answer-${id}" role="status" class=${answer?.right ? "right" : "wrong"}>${answer?.feedback ?? nothing}</p>
    </form></li>`;
  }

  #check(event: SubmitEvent, exercise: Exercise): void {
    event.preventDefault();
    const typed = String(new FormData(event.target as HTMLFormElement).get("given"));
    this.answers = new Map([...this.answers, [exercise.id, answered(exercise, typed)]]);
  }
}

/** Returns the feedback on the typed text; a comma may serve as the decimal point. */
function answered(exercise: Exercise, typed: string): { readonly right: boolean; readonly feedback: string } {
  const given = Number(typed.trim().replace(",", ".").replace("−", "-").replace(/%$/, ""));
  if (typed.trim() === "" || !Number.isFinite(given)) return { right: false, feedback: "Type a number." };
  return exercise.check(given);
}

customElements.define("why-exercises", WhyExercises);
