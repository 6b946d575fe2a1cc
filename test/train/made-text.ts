/** A text of made words that a small model can learn a little of, the same for the same seed. */
import { random } from "../../src/params/random.ts";

const SYLLABLES = ["ba", "di", "ku", "lo", "me", "ni", "pa", "ro", "su", "ti"];

/** Paragraphs with a blank line between them. */
export function madeText(seed: number, paragraphs: number): string {
  const uniform = random(seed);
  const word = () => SYLLABLES[Math.floor(10 * uniform() ** 2)]! + SYLLABLES[Math.floor(10 * uniform() ** 2)]!;
  const paragraph = () => Array.from({ length: 8 + Math.floor(9 * uniform()) }, word).join(" ");
  return `${Array.from({ length: paragraphs }, paragraph).join("\n\n")}\n`;
}
