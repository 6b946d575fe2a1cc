/** Decodes token strings to text with the library's decoders. */

import { asRecord } from "../../params/keyed.ts";
import { InputError, messageOf } from "../../run/errors.ts";
import { Tokenizer as Library } from "./library.ts";
import type { Vocabulary } from "./token-vocabulary.ts";
import { type AddedToken, quote, type TokenizerFile } from "./tokenizer-json.ts";

/** Builds the decoder of ids in tokenizer.json; ids without a token are skipped, as in the native library. */
export function createDecoder(config: unknown, lookedFor: readonly AddedToken[], vocabulary: Vocabulary) {
  const join = createJoin(config, lookedFor);
  const addedText = new Map(lookedFor.map(({ id, content }) => [id, content]));
  return (ids: readonly number[], skipSpecialTokens: boolean): string => {
    // As in the native library, a special token that is matched in another form is not skipped.
    const isSpecial = (id: number) =>
      vocabulary.specialIds.has(id) && (addedText.get(id) ?? vocabulary.tokenOf(id)) === vocabulary.tokenOf(id);
    const kept = skipSpecialTokens ? ids.filter((id) => !isSpecial(id)) : ids;
    const tokens = kept.map((id) => addedText.get(id) ?? vocabulary.tokenOf(id));
    return join(tokens.filter((token) => token !== undefined));
  };
}

/** Returns true if transformers cleans up spaces after decoding: not for BPE, unless a separate setting asks for it. */
export const cleansUp = (file: TokenizerFile, settings: Readonly<Record<string, unknown>>): boolean =>
  settings.clean_up_tokenization_spaces === true &&
  (file.model.type !== "BPE" || settings.clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output === true);

/** Throws `InputError` for a decoder that would misread the tokens of this file, or take unbounded time on them. */
export function checkDecoder({ decoder, normalizer, pre_tokenizer }: TokenizerFile): void {
  const text = JSON.stringify(decoder ?? null);
  if (text.includes('"ByteLevel"') && !JSON.stringify([normalizer, pre_tokenizer]).includes('"ByteLevel"'))
    throw new InputError(
      "tokenizer.json: the decoder is ByteLevel, but the normalizer and pre_tokenizer are not; use the decoder that matches the pre_tokenizer",
    );
  if (text.includes('"Regex"') || (text.match(/"Replace"/g) ?? []).length > MOST_REPLACED)
    throw new InputError(
      `tokenizer.json: the decoder replaces expressions or more than ${MOST_REPLACED} strings; save the tokenizer again`,
    );
}

const MOST_REPLACED = 4;

const CLEAN_UP = [" .", " ?", " !", " ,", " ' ", " n't", " 'm", " 's", " 've", " 're"];

/** Removes spaces before punctuation and English contractions. */
export const cleanedUp = (text: string): string =>
  CLEAN_UP.reduce((cleaned, mark) => cleaned.replaceAll(mark, mark.trim()), text);

type Chain = (tokens: readonly string[]) => readonly string[];

// The library's tokenizer gets no vocabulary, since its decoder works on token strings alone.
function createJoin(config: unknown, added: readonly AddedToken[]): (tokens: readonly string[]) => string {
  if (config === null || config === undefined) return (tokens) => tokens.join(" ");
  const steps = stepsOf(config).map((step) => createStep(step, added));
  return (tokens) => steps.reduce((done, step) => step(done), tokens).join("");
}

const stepsOf = (config: unknown): readonly unknown[] => {
  const { type, decoders } = asRecord(config);
  return type === "Sequence" && Array.isArray(decoders) ? decoders.flatMap((step) => stepsOf(step)) : [config];
};

function createStep(config: unknown, added_tokens: readonly AddedToken[]): Chain {
  if (asRecord(config).type === "ByteFallback") return joinBytes;
  const others = { normalizer: null, pre_tokenizer: null, post_processor: null, model: { type: "WordPiece", vocab: {} } };
  try {
    const { decoder } = new Library({ ...others, added_tokens, decoder: config }, {});
    if (decoder) return (tokens) => decoder.decode_chain(tokens);
  } catch (error) {
    throw new InputError(`tokenizer.json: decoder: ${messageOf(error)}; save the tokenizer again`);
  }
  throw new InputError(`tokenizer.json: decoder: ${quote(config)} is not a decoder; save the tokenizer again`);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// Runs of byte tokens such as <0xE2> become text here, because the library would drop a byte order mark. As in the native
// library, bytes that are not valid UTF-8 become one U+FFFD each.
function joinBytes(tokens: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let bytes: number[] = [];
  for (const token of [...tokens, ""]) {
    const [, byte] = /^<0x([0-9A-Fa-f]{2})>$/.exec(token) ?? [];
    if (byte !== undefined) bytes.push(Number.parseInt(byte, 16));
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
