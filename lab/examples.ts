/** Example texts: the first is used if the address has none, all are offered as buttons. */
import type { OpenedModel } from "./engine/protocol.ts";

/** The part of a pattern that an example is about; the page finds the head that has most of it. */
export type Sought =
  /** Attention of repeated tokens to the token after their earlier occurrence. */
  | { readonly kind: "after-earlier" }
  /** Attention of repeated tokens to their earlier occurrence. */
  | { readonly kind: "earlier" }
  /** Attention from one word to another. */
  | { readonly kind: "pair"; readonly from: string; readonly to: string }
  /** Whichever of the known kinds stands out. */
  | { readonly kind: "any" };

export interface Example {
  /** The text of its button. */
  readonly name: string;
  readonly text: string;
  /** The second text, for models that compare two; else empty. */
  readonly other: string;
  readonly sought: Sought;
}

const ANY: Sought = { kind: "any" };
const EARLIER: Sought = { kind: "earlier" };
const AFTER: Sought = { kind: "after-earlier" };
const pair = (from: string, to: string): Sought => ({ kind: "pair", from, to });
const example = (name: string, text: string, sought: Sought, other = ""): Example => ({ name, text, other, sought });

const WORLD: readonly Example[] = [
  example(
    "Agreement",
    "previously some drummer that often shakes nobody was examining the drifting violins and our sonorous",
    pair("was", "drummer"),
  ),
  example(
    "Pronoun",
    "some notary with the sterile ambulances opposite my teacher Nevlin leans . originally she was fleeing away",
    pair("she", "notary"),
  ),
  example(
    "Repetition",
    "some farmers beside the mermaid Fenova request the large haystacks . meanwhile they lift nobody around our mermaid",
    AFTER,
  ),
];

const NEXT_TOKEN: readonly Example[] = [
  example(
    "Repetition",
    "The President of the United States gave a speech to the Congress, and the Congress of the United",
    AFTER,
  ),
  example("Pronoun", "The old king was tired, and the queen said that he must", pair("he", "king")),
  example("Code", "for (x = 0; x < 10; x = x + 1) { print(x); }", EARLIER),
];

const masked = (mask: string): readonly Example[] => [
  example("Fact", `The capital of France is ${mask}.`, ANY),
  example("Pronoun", `The animal did not cross the street because it was too ${mask}.`, pair("it", "animal")),
  example("Repetition", `The king of France met the king of Spain, and the king of ${mask} was angry.`, EARLIER),
  example("Code", `for (x = 0; x < 10; x = x + 1) { print(${mask}); }`, EARLIER),
];

const SIMILARITY: readonly Example[] = [
  example("Paraphrase", "A man is playing a guitar.", ANY, "Someone plays an instrument."),
  example(
    "Pronoun",
    "The girl dropped the glass because she was tired.",
    pair("she", "girl"),
    "A tired child let her glass fall.",
  ),
  example("Repetition", "A dog chases a cat, and the cat chases a mouse.", EARLIER, "A mouse runs from a cat."),
  example("Code", "def add(a, b): return a + b", EARLIER, "A function that returns the sum of two numbers."),
];

const TRANSLATION: readonly Example[] = [
  example("Sentence", "Two dogs run along the beach.", ANY),
  example("Pronoun", "The children are tired because they played in the park.", pair("they", "children")),
  example("Repetition", "The dog sees the cat, and the cat sees the dog.", EARLIER),
];

/** Returns examples that suit the model. */
export function examplesFor({ reads, world, maskToken = "[MASK]" }: OpenedModel): readonly Example[] {
  if (world) return WORLD;
  if (reads === "translation") return TRANSLATION;
  if (reads === "masked-token") return masked(maskToken);
  return reads === "similarity" ? SIMILARITY : NEXT_TOKEN;
}

/** Returns the text that is shown if the address has none, and a second one to compare with. */
export const exampleFor = (model: OpenedModel): Example => examplesFor(model)[0]!;
