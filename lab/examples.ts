/** Example texts, used if the address has none. */
import type { OpenedModel } from "./engine/protocol.ts";

interface Example {
  readonly text: string;
  readonly other: string;
}

const WORLD = "previously some drummer that often shakes nobody was examining the drifting violins and our sonorous";

/** Returns a text that suits the model, and a second one to compare with. */
export function exampleFor({ reads, world, maskToken = "[MASK]" }: OpenedModel): Example {
  if (world) return { text: WORLD, other: "" };
  if (reads === "translation") return { text: "Two dogs run along the beach.", other: "" };
  if (reads === "masked-token") return { text: `The capital of France is ${maskToken}.`, other: "" };
  if (reads === "similarity") return { text: "A man is playing a guitar.", other: "Someone plays an instrument." };
  return {
    text: "The President of the United States gave a speech to the Congress, and the Congress of the United",
    other: "",
  };
}
