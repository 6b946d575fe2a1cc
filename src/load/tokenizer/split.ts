/** The pre-tokenizers of tokenizer.json: they split a text into words for the subword model. */

import { z } from "zod";
import { type Aligned, map, prepend, replace } from "./aligned.ts";
import { byteCharacters } from "./byte-characters.ts";
import { gpt2Words } from "./byte-level.ts";
import { compilePattern, cut, pattern, searchOf, splitBehavior } from "./pattern/pattern.ts";
import { build, type Component, read } from "./tokenizer-json.ts";

/** Splits one span of text into pieces. */
export type Splitter = (piece: Aligned) => readonly Aligned[];

/** Builds the pre-tokenizer of tokenizer.json. */
export function createSplitter(config: Component | null | undefined): Splitter {
  const split: Splitter = config ? build(rules, config, "pre_tokenizer") : (piece) => [piece];
  return (piece) => split(piece).filter(({ text }) => text !== "");
}

const punctuation = searchOf(/[\p{P}!-/:-@[-`{-~]/gu);
const whiteSpace = searchOf(/\p{White_Space}/gu);
const gpt2 = searchOf(gpt2Words);
const digits = searchOf(/\p{N}/gu);
const spaces = searchOf(/ /gu);
const word = searchOf(
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu,
);

const rules: Readonly<Record<string, (config: Component) => Splitter>> = {
  BertPreTokenizer: () => (piece) => cut(piece, whiteSpace, "Removed").flatMap((part) => cut(part, punctuation, "Isolated")),
  ByteLevel: byteLevel,
  Digits(config) {
    const { individual_digits } = read(z.object({ individual_digits: z.boolean().default(false) }), config, "pre_tokenizer");
    return (piece) => cut(piece, digits, individual_digits ? "Isolated" : "Contiguous");
  },
  Metaspace: metaspace,
  Punctuation(config) {
    const settings = read(z.object({ behavior: splitBehavior.default("Isolated") }), config, "pre_tokenizer");
    return (piece) => cut(piece, punctuation, settings.behavior);
  },
  Sequence(config) {
    const { pretokenizers } = read(z.object({ pretokenizers: z.array(z.unknown()) }), config, "pre_tokenizer");
    const steps = pretokenizers.map((part) => build(rules, part, "pre_tokenizer"));
    return (piece) => steps.reduce<readonly Aligned[]>((pieces, step) => pieces.flatMap(step), [piece]);
  },
  Split(config) {
    const settings = z.object({ pattern, behavior: splitBehavior, invert: z.boolean().default(false) });
    const { pattern: source, behavior, invert } = read(settings, config, "pre_tokenizer");
    const compiled = compilePattern(source, "pre_tokenizer");
    return (piece) => cut(piece, compiled, behavior, invert);
  },
  Whitespace: () => (piece) => cut(piece, word, "Removed", true),
  WhitespaceSplit: () => (piece) => cut(piece, whiteSpace, "Removed"),
};

function byteLevel(config: Component): Splitter {
  const settings = z.object({ add_prefix_space: z.boolean().default(true), use_regex: z.boolean().default(true) });
  const { add_prefix_space, use_regex } = read(settings, config, "pre_tokenizer");
  return (piece) => {
    const whole = add_prefix_space && !piece.text.startsWith(" ") ? prepend(piece, " ") : piece;
    return (use_regex ? cut(whole, gpt2, "Isolated") : [whole]).map((part) => map(part, byteCharacters));
  };
}

const metaspaceSettings = z.object({
  replacement: z.string().default("▁"),
  prepend_scheme: z.enum(["always", "first", "never"]).optional(),
  add_prefix_space: z.boolean().default(true),
  split: z.boolean().default(true),
});

function metaspace(config: Component): Splitter {
  const { replacement, prepend_scheme, add_prefix_space, split } = read(metaspaceSettings, config, "pre_tokenizer");
  const scheme = prepend_scheme ?? (add_prefix_space ? "always" : "never");
  const mark = compilePattern({ String: replacement }, "pre_tokenizer");
  return (piece) => {
    const marked = replace(piece, spaces, replacement);
    const wanted = scheme === "always" || (scheme === "first" && piece.starts[0] === 0);
    const whole = wanted && !marked.text.startsWith(replacement) ? prepend(marked, replacement) : marked;
    return split ? cut(whole, mark, "MergedWithNext") : [whole];
  };
}
