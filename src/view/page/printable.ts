/** Text from models and files made safe for terminals: anything that could control or deceive becomes visible. */

// Control characters except newlines and tabs; lone surrogates; line and paragraph separators; bidi marks; zero-width
// characters.
// Variation selectors stay, since emoji need them.
const UNSEEN =
  /(?!\n|\t|\ufe0e|\ufe0f)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** Escapes invisible characters as in JSON, `\u001b`; JSON text keeps its meaning. */
export const printable = (text: string): string => text.replace(UNSEEN, escaped);

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, k) => `\\u${character.charCodeAt(k).toString(16).padStart(4, "0")}`).join("");

/** Makes all texts of a record printable before they are colored, so that only our own escapes remain. */
export function printableAll<T>(data: T): T {
  if (typeof data === "string") return printable(data) as T;
  if (Array.isArray(data)) return data.map(printableAll) as T;
  if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [printable(key), printableAll(value)])) as T;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colors are written with the escape character
const COLOR = /(\u001b\[[\d;]*m)/;

/** Makes colored text printable but keeps its colors. */
export const printableInColor = (text: string): string =>
  text
    .split(COLOR)
    .map((part, k) => (k % 2 === 1 ? part : printable(part)))
    .join("");
