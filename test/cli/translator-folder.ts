/** A translation model that the command can run: the small Marian fixture with a tokenizer for its 61 ids. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FIXTURE = new URL("../fixtures/marian/", import.meta.url);
const special = (content: string, id: number) => ({
  ...{ id, content, special: true },
  ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
});

/** The id of a word of the tiny vocabulary is its number: `w1` … `w59`. */
function wordTokenizer(): Record<string, unknown> {
  const words = Object.fromEntries(Array.from({ length: 59 }, (_, k) => [`w${k + 1}`, k + 1]));
  return {
    version: "1.0",
    added_tokens: [special("</s>", 0), special("<pad>", 60)],
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordPiece",
      unk_token: "w59",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 9,
      vocab: { "</s>": 0, ...words, "<pad>": 60 },
    },
  };
}

/** Write the whole model into `folder`. */
export function makeTranslator(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const file of ["config.json", "generation_config.json", "model.safetensors"])
    copyFileSync(new URL(file, FIXTURE), join(folder, file));
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(wordTokenizer()));
  return folder;
}
