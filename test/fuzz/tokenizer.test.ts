/** Broken tokenizer files: an `InputError` or an encoding, and nothing else. */
import { expect, test } from "vitest";
import { createTokenizer } from "../../src/load/tokenizer/tokenizer.ts";
import { InputError } from "../../src/run/errors.ts";
import { kinds } from "../load/tokenizer-kinds.ts";
import { dice, FUZZ_CASES, mutateJson, mutateText } from "./mutate.ts";

const TEXTS = ["", "The cat's 12 naïve mats.", "<s> [MASK] <mask>東 😀 e\u0301  x"];
const CONFIGS = [
  ...["BertTokenizer", "GPT2Tokenizer", "RobertaTokenizer", "LlamaTokenizer", "Qwen2Tokenizer", "PreTrainedTokenizerFast"],
].map((tokenizer_class) => ({
  ...{ tokenizer_class, do_lower_case: false, add_prefix_space: true, legacy: true, pad_token: "<pad>", cls_token: "<s>" },
  added_tokens_decoder: { 900: { content: "<new>", lstrip: true, special: false } },
  extra_special_tokens: ["<img>"],
}));

// Only the pipeline is broken most of the time: a vocabulary has so many keys that little else would be hit.
function smaller(json: unknown): object {
  const { model, ...rest } = json as { model: { vocab: Record<string, number>; merges?: unknown[] } };
  const vocab = Object.fromEntries(Object.entries(model.vocab).slice(0, 300));
  const known = (pair: unknown) => (pair as string[]).concat((pair as string[]).join("")).every((token) => token in vocab);
  return { ...rest, model: { ...model, vocab, ...(model.merges && { merges: model.merges.filter(known) }) } };
}

test("a broken tokenizer.json or tokenizer_config.json is refused or read, never a crash", () => {
  const bases = Object.values(kinds).map(smaller);
  const wrong: unknown[] = [];
  for (let k = 0; k < FUZZ_CASES; k++) {
    const d = dice(`tokenizer ${k}`);
    const json = mutateJson(d.pick(bases), d);
    const config = d.roll() < 0.5 ? undefined : mutateJson(d.pick(CONFIGS), d);
    try {
      const tokenizer = createTokenizer(json, config);
      for (const text of [...TEXTS, mutateText(TEXTS[1]!, d)]) tokenizer.decode(tokenizer.encode(text).ids);
    } catch (error) {
      if (!(error instanceof InputError) || error.message.includes("\n"))
        wrong.push([k, (error as Error).stack?.slice(0, 400)]);
    }
  }
  expect(wrong.length, JSON.stringify(wrong.slice(0, 5), null, 1)).toBe(0);
}, 600_000);
