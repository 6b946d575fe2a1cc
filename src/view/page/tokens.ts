/** Tokens for display: without a vocabulary's space markers, and with nothing invisible. */
import { printable } from "./printable.ts";

/** Formats a token: "Ġthe" and "▁the" as "the", "Ċ" as "↵", a lone space as "␣"; "##ing" is kept. */
export function displayToken(token: string): string {
  const text = token
    .replace(/<\/w>$/, "")
    .replace(/^[Ġ▁ ]+(?=.)/u, "")
    .replace(/[Ċ\n\r]/g, "↵")
    .replace(/[ĉ\t]/g, "⇥")
    .replace(/[Ġ▁ ]/g, "␣");
  return text === "" ? "␣" : printable(text);
}

/** Formats a token, truncated to `length` characters with a final "…". */
export function shortToken(token: string, length: number): string {
  const characters = [...displayToken(token)];
  return characters.length <= length ? characters.join("") : `${characters.slice(0, length - 1).join("")}…`;
}

/** Returns true if a token stands for no text: [CLS], <s>, <|endoftext|>. */
export function isSpecial(token: string): boolean {
  return /^(\[[A-Z]+\d*\]|<\/?[a-zA-Z_]+>|<\|.*\|>)$/.test(token);
}
