/** The splitting expressions of known models: none of them backtracks beyond the word to be matched. */

const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const marks = " ?[^\\s\\p{L}\\p{N}]+";
const spaces = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const upper = "\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}";
const lower = "\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}";
const before = "[^\\r\\n\\p{L}\\p{N}]?";

/** GPT-2's expression: contractions, words, numbers, marks, white space; every character is in one match. */
export const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const cased = (contraction: string, numbers: string) =>
  `${before}[${upper}]*[${lower}]+${contraction}|${before}[${upper}]+[${lower}]*${contraction}|${numbers}|${marks}[\\r\\n/]*|${spaces}`;

/** Returns the expression of Llama 3 or Qwen 2, which differ in the grouping of digits. */
export const wordsWith = (numbers: string): string => `${contractions}|${before}\\p{L}+|${numbers}|${marks}[\\r\\n]*|${spaces}`;

const KNOWN: ReadonlySet<string> = new Set([
  GPT2,
  ...["\\p{N}", "\\p{N}{1,3}", "\\p{N}+", "\\p{N}{1,2}"].map(wordsWith),
  ...["\\p{N}", "\\p{N}{1,3}"].flatMap((numbers) => [cased("", numbers), cased(`${contractions}?`, numbers)]),
  ...["\\s+", " {2,}", "\\s{2,}", " +", "\\n+", "[\\r\\n]", "\\d", "\\d+", "\\p{N}+", "\\p{L}+", "[0-9]", "[0-9][0-9][0-9]"],
]);

/** True for an expression that is safe to run as JavaScript's own. */
export const isWellKnown = (source: string): boolean => KNOWN.has(source);
