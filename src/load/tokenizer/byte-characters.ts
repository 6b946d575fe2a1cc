/** The visible characters that GPT-2 writes for the 256 bytes: each byte's own if it is one, else the next from U+0100 on. */

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

const bytes: ReadonlyMap<string, number> = new Map(
  byteCharacter.map((code, byte) => [String.fromCharCode(code), byte] as const),
);

/** Returns the byte that a character stands for; undefined for one that stands for none. */
export const byteOf = (character: string): number | undefined => bytes.get(character);

const encoder = new TextEncoder();

/** Returns the bytes of a text, each as its visible character. */
export function byteCharacters(text: string): string {
  const code = text.charCodeAt(0);
  if (text.length === 1 && code < 0x80) return String.fromCharCode(byteCharacter[code]!);
  let out = "";
  for (const byte of encoder.encode(text)) out += String.fromCharCode(byteCharacter[byte]!);
  return out;
}
