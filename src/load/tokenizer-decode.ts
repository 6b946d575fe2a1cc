/** Token strings back to text, by the library's decoders. */

import { InputError } from "../run/errors.ts";
import { Tokenizer as Library } from "./tokenizer-library.ts";

/** Turns token strings into text. */
export type Decoder = (tokens: readonly string[]) => string;

/** Builds the decoder that tokenizer.json describes; without one, tokens are joined by spaces. */
export function createDecoder(config: unknown, added_tokens: readonly object[]): Decoder {
  const joins = JSON.stringify(config ?? null).includes('"ByteFallback"');
  const parts = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: config ?? null };
  try {
    // The library's tokenizer with no vocabulary: its decoder works on token strings alone.
    const { decoder } = new Library({ ...parts, added_tokens, model: { type: "WordPiece", vocab: {} } }, {});
    if (decoder === null) return (tokens) => tokens.join(" ");
    return (tokens) => decoder.decode(joins ? joinBytes(tokens) : tokens);
  } catch (error) {
    throw new InputError(`tokenizer.json: decoder: ${(error as Error).message}`);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// Runs of byte tokens such as <0xE2> become text here, because the library would drop a byte order mark. As in the native
// library, bytes that are no text become one U+FFFD each.
function joinBytes(tokens: readonly string[]): string[] {
  const joined: string[] = [];
  let bytes: number[] = [];
  for (const token of [...tokens, ""]) {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token);
    if (byte) bytes.push(Number.parseInt(byte[1]!, 16));
    else {
      if (bytes.length > 0) joined.push(textOf(bytes));
      bytes = [];
      joined.push(token);
    }
  }
  return joined.slice(0, -1);
}

function textOf(bytes: readonly number[]): string {
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return "\uFFFD".repeat(bytes.length);
  }
}
