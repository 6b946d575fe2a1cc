/** The post-processors of tokenizer.json: they add special tokens and trim spaces from the offsets. */

import { z } from "zod";
import { InputError } from "../../run/errors.ts";
import { widthAt } from "./aligned.ts";
import { build, type Component, read } from "./tokenizer-json.ts";

/** One token before it becomes part of an encoding. */
export interface Token {
  readonly id: number;
  /** The token string of the vocabulary, or the text of an added token. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly word: number | null;
  readonly special: boolean;
}

/** Finishes the tokens of one text, with or without special tokens. */
export type Finisher = (tokens: readonly Token[], text: string, addSpecialTokens: boolean) => readonly Token[];

/** Builds the post-processor of tokenizer.json. */
export function createFinisher(config: Component | null | undefined): Finisher {
  return config ? build(rules, config, "post_processor") : (tokens) => tokens;
}

const id = z.int().nonnegative();
const named = z.tuple([z.string(), id]);
const edges = { cls: named, sep: named };
const offsets = { trim_offsets: z.boolean().default(true), add_prefix_space: z.boolean().default(true) };

const rules: Readonly<Record<string, (config: Component) => Finisher>> = {
  BertProcessing(config) {
    const { cls, sep } = read(z.object(edges), config, "post_processor");
    return (tokens, _, add) => (add ? [special(...cls), ...tokens, special(...sep)] : tokens);
  },
  ByteLevel(config) {
    const settings = read(z.object(offsets), config, "post_processor");
    return (tokens, text) => (settings.trim_offsets ? trim(tokens, text, settings.add_prefix_space) : tokens);
  },
  RobertaProcessing(config) {
    const { cls, sep, trim_offsets, add_prefix_space } = read(z.object({ ...edges, ...offsets }), config, "post_processor");
    return (tokens, text, add) => {
      const trimmed = trim_offsets ? trim(tokens, text, add_prefix_space) : tokens;
      return add ? [special(...cls), ...trimmed, special(...sep)] : trimmed;
    };
  },
  Sequence(config) {
    const { processors } = read(z.object({ processors: z.array(z.unknown()) }), config, "post_processor");
    const steps = processors.map((part) => build(rules, part, "post_processor"));
    return (tokens, text, add) => steps.reduce((done, step) => step(done, text, add), tokens);
  },
  TemplateProcessing: template,
};

const templateSettings = z.object({
  single: z.array(
    z.union([z.object({ SpecialToken: z.object({ id: z.string() }) }), z.object({ Sequence: z.object({ id: z.string() }) })]),
  ),
  special_tokens: z.record(z.string(), z.object({ ids: z.array(id), tokens: z.array(z.string()) })),
});

function template(config: Component): Finisher {
  const { single, special_tokens } = read(templateSettings, config, "post_processor");
  const parts = single.map((part) => {
    if ("Sequence" in part) return undefined;
    const token = special_tokens[part.SpecialToken.id];
    if (token && token.ids.length === token.tokens.length)
      return token.ids.flatMap((id, i) => token.tokens.slice(i, i + 1).map((text) => special(text, id)));
    if (token) {
      throw new InputError(
        `tokenizer.json: post_processor.special_tokens.${part.SpecialToken.id} has ${token.ids.length} ids for ${token.tokens.length} tokens; give one id per token`,
      );
    }
    throw new InputError(
      `tokenizer.json: post_processor.special_tokens has no "${part.SpecialToken.id}", which its template uses; save the tokenizer again`,
    );
  });
  return (tokens, _, add) => parts.flatMap((added) => (added ? (add ? added : []) : tokens));
}

function special(text: string, id: number): Token {
  return { id, text, start: 0, end: 0, word: null, special: true };
}

// As in the native library: a space added by add_prefix_space is not part of the text, so it is not trimmed.
function trim(tokens: readonly Token[], text: string, addedSpace: boolean): Token[] {
  return tokens.map((token, index) => {
    const leading = token.text.search(/[^Ġ\p{White_Space}]|$/u);
    const trailing = token.text.length - token.text.search(/[Ġ\p{White_Space}]*$/u);
    const first = index === 0 || token.start === 0;
    const start = first && addedSpace && leading === 1 ? token.start : forward(text, token.start, leading);
    const from = Math.min(start, token.end);
    return { ...token, start: from, end: Math.max(back(text, token.end, trailing), from) };
  });
}

function forward(text: string, from: number, characters: number): number {
  let at = from;
  for (let passed = 0; passed < characters && at < text.length; passed++) at += widthAt(text, at);
  return at;
}

function back(text: string, from: number, characters: number): number {
  let at = from;
  for (let passed = 0; passed < characters && at > 0; passed++) at -= at > 1 && widthAt(text, at - 2) === 2 ? 2 : 1;
  return at;
}
