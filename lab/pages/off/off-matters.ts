/** What each head does for the answer to one text: the change of the answer when the head alone is off. */

import { decimal } from "../../../src/view/page/numbers.ts";
import { readableTokens } from "../../../src/view/page/readable-tokens.ts";
import { displayToken } from "../../../src/view/page/tokens.ts";
import type { HeadNote } from "../../elements/types.ts";
import type { Asked, Edits, Outcome } from "../../engine/protocol.ts";

/** The change of the answer without one head: negative if the answer becomes less likely, or two texts less similar. */
export interface Effect {
  readonly name: string;
  readonly change: number;
  /** True if the model answers something else. */
  readonly flips: boolean;
}

/** The effects of all heads on one text. */
export interface Effects {
  /** The measured value, for a legend. */
  readonly measure: string;
  readonly heads: readonly Effect[];
}

const NONE: Edits = { gates: {}, patterns: {} };

/** Returns a token as it is printed in a sentence. */
export const printed = (token: string): string => displayToken(readableTokens([token])[0]!);

/** Returns the value of the original answer in an outcome: its probability, a cosine, or log-probability per token. */
export function answerIn(outcome: Outcome, whole: Outcome): number {
  if (whole.guesses) return outcome.probabilities![whole.guesses[0]!.id]!;
  if (whole.cosine !== undefined) return outcome.cosine!;
  const all = outcome.nats!;
  return -all.reduce((sum, { nats }) => sum + nats, 0) / Math.max(1, all.length);
}

/** Returns true if the model gives another answer. */
export function flips(outcome: Outcome, whole: Outcome): boolean {
  if (whole.guesses) return outcome.guesses![0]!.id !== whole.guesses[0]!.id;
  return whole.translation !== undefined && outcome.translation !== whole.translation;
}

function measureOf(whole: Outcome): string {
  if (whole.guesses) return `the probability of “${printed(whole.guesses[0]!.token)}”`;
  return whole.cosine === undefined ? "the log-probability per token of the translation" : "the cosine of the two texts";
}

/** Switches every head off alone; stops with an error as soon as `stopped` is true. */
export async function effectsOf(
  names: readonly string[],
  outcome: (asked: Asked, edits: Edits) => Promise<Outcome>,
  asked: Asked,
  { report, stopped }: { readonly report: (done: number) => void; readonly stopped: () => boolean },
): Promise<Effects> {
  const whole = await outcome(asked, NONE);
  const heads: Effect[] = [];
  for (const name of names) {
    if (stopped()) throw new Error(STOPPED);
    report(heads.length);
    const made = await outcome(asked, { gates: { [name]: 0 }, patterns: {} });
    heads.push({ name, change: answerIn(made, whole) - answerIn(whole, whole), flips: flips(made, whole) });
  }
  return { measure: measureOf(whole), heads };
}

/** The message of a search that the user left. */
export const STOPPED = "stopped";

/** Returns the head that changes the answer most: among those that flip it, if there are any. */
export function strongest({ heads }: Effects): Effect | undefined {
  const flipping = heads.filter((head) => head.flips);
  return [...(flipping.length > 0 ? flipping : heads)].sort((a, b) => Math.abs(b.change) - Math.abs(a.change))[0];
}

/** Returns the notes of the maps: the changes as numbers, ".07" without a sign only if it rounds to zero. */
export function notesOf({ heads }: Effects): Readonly<Record<string, HeadNote>> {
  return Object.fromEntries(heads.map((head) => [head.name, noteOf(head)]));
}

function noteOf({ change, flips }: Effect): HeadNote {
  const shown = decimal(change).replace(/^(−?)0\./, "$1.");
  const look = Number(change.toFixed(2)) === 0 ? "even" : change < 0 ? "loss" : "gain";
  return {
    text: look === "gain" ? `+${shown}` : look === "even" ? "0" : shown,
    spoken: `changes the answer by ${decimal(change)}${flips ? ", to another one" : ""}`,
    look: flips ? `${look} flip` : look,
  };
}
