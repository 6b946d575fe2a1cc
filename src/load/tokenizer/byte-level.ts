/** GPT-2's byte level: its expression that splits text into words, and the visible characters for the 256 bytes. */

import { SplitPreTokenizer } from "./library.ts";
import { GPT2 } from "./pattern/known-patterns.ts";

/** GPT-2's splitting rule as a global expression, which the library translates from Oniguruma's syntax. */
export const gpt2Words = new SplitPreTokenizer({ type: "Split", pattern: { Regex: GPT2 }, invert: true }).pattern!;

// GPT-2 writes every byte as a visible character: itself if it is one, else the next from U+0100 on.
const byteCharacter = Array.from({ length: 256 }, (_, byte) => byte);
let unseen = 0x100;
byteCharacter.forEach((byte) => {
  const visible = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  if (!visible) byteCharacter[byte] = unseen++;
});

/** The 256 characters in order of code point, which is the order of their ids in a trained vocabulary. */
export const byteAlphabet: readonly string[] = Object.freeze(
  [...byteCharacter].sort((a, b) => a - b).map((code) => String.fromCharCode(code)),
);

const encoder = new TextEncoder();

/** Returns the bytes of a text, each as its visible character. */
export function byteCharacters(text: string): string {
  const code = text.charCodeAt(0);
  if (text.length === 1 && code < 0x80) return String.fromCharCode(byteCharacter[code]!);
  let out = "";
  for (const byte of encoder.encode(text)) out += String.fromCharCode(byteCharacter[byte]!);
  return out;
}
