/** The outputs of a model for a text, with its heads unchanged or edited. */

import { type AnyCheckpoint, isTranslator } from "../../src/load/any-checkpoint.ts";
import { type Pooling, poolingOf, type RefusedPooling } from "../../src/load/pooling.ts";
import { InputError } from "../../src/run/errors.ts";
import { tensorAt } from "../../src/run/runtime.ts";
import { floats } from "../../src/run/tensor.ts";
import { dot, numberAt } from "../../src/stats/sums.ts";
import type { Edited } from "./edited.ts";
import type { Asked, Edits, Outcome } from "./protocol.ts";
import { bestGuesses, readsOf, readText, tokenNames } from "./read.ts";

/** Returns the similarity of two texts for encoders without a language head, else predictions. */
export async function outcomeOf(model: AnyCheckpoint, edited: Edited, asked: Asked, edits: Edits): Promise<Outcome> {
  if (readsOf(model) === "similarity") return similarity(model, edited, asked, edits);
  return isTranslator(model) ? translation(model, edited, asked.text, edits) : guesses(model, edited, asked.text, edits);
}

async function guesses(model: AnyCheckpoint, edited: Edited, text: string, edits: Edits): Promise<Outcome> {
  const read = await readText(model, text, edited);
  const made = await edited(read.feeds, edits);
  const probabilities = floats(tensorAt(made, "guesses"));
  const expected = { guesses: bestGuesses(probabilities, tokenNames(model)), probabilities };
  if (readsOf(model) === "masked-token") return expected;
  const nats = floats(tensorAt(made, "nats"));
  return { ...expected, nats: natsOf(read.tokens.slice(1), nats) };
}

/** The words are those of the edited model, the loss is for the words of the original model. */
async function translation(model: AnyCheckpoint, edited: Edited, text: string, edits: Edits): Promise<Outcome> {
  const whole = await readText(model, text, edited);
  const own = await readText(model, text, edited, edits);
  const nats = floats(tensorAt(await edited(whole.feeds, edits), "nats"));
  const tokens = [...(whole.target ?? []).slice(1), "(end)"];
  return { translation: own.translation, nats: natsOf(tokens, nats) };
}

const natsOf = (tokens: readonly string[], nats: Float32Array) =>
  tokens.map((token, k) => ({ token, nats: numberAt(nats, k) }));

type Poolable = AnyCheckpoint & { readonly pooling?: Pooling | RefusedPooling };

async function similarity(model: Poolable, edited: Edited, { text, other }: Asked, edits: Edits): Promise<Outcome> {
  if (!other?.trim()) throw new InputError("there is no second text to compare with; type one");
  const { prompt = "", lowercase } = poolingOf(model);
  const pooled = async (one: string) => {
    const given = lowercase ? `${prompt}${one}`.toLowerCase() : `${prompt}${one}`;
    return floats(tensorAt(await edited((await readText(model, given, edited)).feeds, edits), "pooled"));
  };
  return { cosine: cosine(await pooled(text), await pooled(other)) };
}

const cosine = (a: Float32Array, b: Float32Array): number => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
