/** The room that text takes in a terminal: two columns for East Asian characters and emoji, one for others. */

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;

/** Returns the characters of a text, as people count them. */
export const charactersOf = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment);

/** Returns the number of columns that a text takes. */
export const columnsOf = (text: string): number =>
  charactersOf(text).reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);

/** Fills a text up with spaces to some columns, at its end or at its start. */
export const filledEnd = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - columnsOf(text)));
export const filledStart = (text: string, columns: number): string => " ".repeat(Math.max(0, columns - columnsOf(text))) + text;
