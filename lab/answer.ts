/** The engine's answer to a page's newest request: missing, on its way, here, or refused. No old one passes for it. */
import type { Lab, Status } from "./lab.ts";
import { type Latest, latest } from "./latest.ts";

/** The page that asks. */
interface Asker {
  readonly lab: Lab;
  readonly isConnected: boolean;
  requestUpdate(): void;
}

/** Keeps the previous answer, to be shown grayed, until the next one is here; a refusal clears it. */
export class Answer<I, O> {
  value: O | undefined;
  /** The reason of a refusal. */
  error: unknown;
  /** True from a request to its result. */
  pending = false;
  /** What the page needs before it can ask. */
  missing = "";
  #key = "";
  #opening = 0;
  readonly #page: Asker;
  readonly #latest: Latest<I>;
  readonly #heard: (value: O | undefined) => void;

  /** `heard` is called with each answer, and with undefined when there is none any more. */
  constructor(page: Asker, work: (input: I) => Promise<O>, heard: (value: O | undefined) => void = () => {}) {
    this.#page = page;
    this.#heard = heard;
    this.#latest = latest(work, ({ value, error }) => {
      [this.value, this.error, this.pending] = [value, error, false];
      heard(value);
      this.tell();
    });
  }

  /** Requests the answer for `input`; the same key again for the same opened model requests nothing. */
  ask(opening: number, key: string, input: I): void {
    const whole = `${opening}\n${key}`;
    if (whole === this.#key) return;
    // what another model answered is not even grayed
    if (opening !== this.#opening) this.#drop();
    [this.#key, this.#opening, this.pending, this.error, this.missing] = [whole, opening, true, undefined, ""];
    this.#latest.ask(whole, input);
    this.tell();
  }

  /** Removes the answer, and withdraws the request; `missing` tells what the page waits for. */
  clear(missing = ""): void {
    if (this.#key === "" && this.missing === missing) return;
    this.#latest.forget();
    this.#drop();
    [this.#key, this.pending, this.error, this.missing] = ["", false, undefined, missing];
    this.tell();
  }

  /** Tells the status line, while the page is shown. */
  tell(): void {
    this.#page.lab.note(this, this.#page.isConnected ? this.#status() : undefined);
    this.#page.requestUpdate();
  }

  #drop(): void {
    if (this.value === undefined) return;
    this.value = undefined;
    this.#heard(undefined);
  }

  #status(): Status | undefined {
    if (this.pending) return { text: "", busy: true };
    if (this.error !== undefined) return { text: "no result; see the message on the page", failed: true };
    return this.missing === "" ? undefined : { text: this.missing };
  }
}
