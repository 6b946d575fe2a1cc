/** GPT-2's expression that splits text into words. */

import { SplitPreTokenizer } from "./library.ts";
import { GPT2 } from "./pattern/known-patterns.ts";

/** GPT-2's splitting rule as a global expression, which the library translates from Oniguruma's syntax. */
export const gpt2Words = new SplitPreTokenizer({ type: "Split", pattern: { Regex: GPT2 }, invert: true }).pattern!;
