/** The normalizers of tokenizer.json; each keeps the origin of every character in the original text. */

import { z } from "zod";
import { InputError } from "../../run/errors.ts";
import { type Aligned, filter, map, prepend, replace, slice } from "./aligned.ts";
import { compilePattern, pattern } from "./pattern/pattern.ts";
import { build, type Component, read } from "./tokenizer-json.ts";
import { normalForm, onlyAscii, whiteSpace } from "./unicode.ts";

/** Changes a text before it is split. */
export type Normalizer = (piece: Aligned) => Aligned;

/** Builds the normalizer of tokenizer.json. */
export function createNormalizer(config: Component | null | undefined): Normalizer {
  return config ? build(rules, config, "normalizer") : (piece) => piece;
}

const rules: Readonly<Record<string, (config: Component) => Normalizer>> = {
  BertNormalizer: bertNormalizer,
  Lowercase: () => lowercase,
  NFC: () => (piece) => normalForm(piece, "NFC"),
  NFD: () => (piece) => normalForm(piece, "NFD"),
  NFKC: () => (piece) => normalForm(piece, "NFKC"),
  NFKD: () => (piece) => normalForm(piece, "NFKD"),
  Prepend(config) {
    const { prepend: prefix } = read(z.object({ prepend: z.string() }), config, "normalizer");
    return (piece) => prepend(piece, prefix);
  },
  Replace(config) {
    const settings = read(z.object({ pattern, content: z.string() }), config, "normalizer");
    const compiled = compilePattern(settings.pattern, "normalizer");
    return (piece) => replace(piece, compiled, settings.content);
  },
  Sequence(config) {
    const { normalizers } = read(z.object({ normalizers: z.array(z.unknown()) }), config, "normalizer");
    return inOrder(normalizers.map((part) => build(rules, part, "normalizer")));
  },
  Strip(config) {
    const sides = z.object({ strip_left: z.boolean(), strip_right: z.boolean() });
    const { strip_left, strip_right } = read(sides, config, "normalizer");
    return (piece) => strip(piece, strip_left, strip_right);
  },
  StripAccents: () => (piece) => withoutMarks(piece, /\p{M}/u),
};

const bertSettings = z.object({
  clean_text: z.boolean().default(true),
  handle_chinese_chars: z.boolean().default(true),
  strip_accents: z.boolean().nullish(),
  lowercase: z.boolean().default(true),
});

function bertNormalizer(config: Component): Normalizer {
  const settings = read(bertSettings, config, "normalizer");
  const steps: Normalizer[] = [];
  if (settings.clean_text) steps.push(cleanText);
  if (settings.handle_chinese_chars) steps.push(spaceIdeographs);
  if (settings.strip_accents ?? settings.lowercase) {
    steps.push((piece) => withoutMarks(normalForm(piece, "NFD"), /\p{Mn}/u));
  }
  if (settings.lowercase) steps.push(lowercase);
  return inOrder(steps);
}

function inOrder(steps: readonly Normalizer[]): Normalizer {
  return (piece) => steps.reduce((text, step) => withinBounds(step(text), piece), piece);
}

const MOST_GROWTH = 64;

// Repeated replacements that lengthen the text would exhaust the memory.
function withinBounds(now: Aligned, before: Aligned): Aligned {
  if (now.text.length <= MOST_GROWTH * (before.text.length + 1_000)) return now;
  throw new InputError(
    `tokenizer.json: the normalizer makes a text more than ${MOST_GROWTH} times as long; save the tokenizer again`,
  );
}

function cleanText(piece: Aligned): Aligned {
  if (/^[ -~]*$/.test(piece.text)) return piece;
  const kept = filter(piece, (character) => /[\t\n\r]/.test(character) || !/[\uFFFD\p{Cc}\p{Cf}\p{Co}]/u.test(character));
  return map(kept, (character) => (whiteSpace.test(character) ? " " : character));
}

const ideograph =
  /[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/u;

function spaceIdeographs(piece: Aligned): Aligned {
  if (!ideograph.test(piece.text)) return piece;
  return map(piece, (character) => (ideograph.test(character) ? ` ${character} ` : character));
}

function withoutMarks(piece: Aligned, mark: RegExp): Aligned {
  return mark.test(piece.text) ? filter(piece, (character) => !mark.test(character)) : piece;
}

// Character by character, so that a final sigma gets no special treatment.
function lowercase(piece: Aligned): Aligned {
  if (onlyAscii.test(piece.text)) return { ...piece, text: piece.text.toLowerCase() };
  return map(piece, (character) => character.toLowerCase());
}

function strip(piece: Aligned, left: boolean, right: boolean): Aligned {
  let from = 0;
  let to = piece.text.length;
  while (left && from < to && whiteSpace.test(piece.text.charAt(from))) from++;
  while (right && to > from && whiteSpace.test(piece.text.charAt(to - 1))) to--;
  return slice(piece, from, to);
}
