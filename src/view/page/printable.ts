/** Text from models and files as a terminal may show it: whatever would control or deceive it becomes visible. */

// Controls but line ends and tabs; lone surrogates; line and paragraph separators; marks of direction; what has no width.
// Emoji need their variation selectors.
const UNSEEN =
  /(?!\n|\t|\ufe0e|\ufe0f)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** The text with escapes as in JSON, `\u001b`, for what cannot be seen; JSON stays the same data. */
export const printable = (text: string): string => text.replace(UNSEEN, escaped);

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, k) => `\\u${character.charCodeAt(k).toString(16).padStart(4, "0")}`).join("");

/** A record with all of its texts printable, to be shown in colors: afterwards only our own are left. */
export function printableAll<T>(data: T): T {
  if (typeof data === "string") return printable(data) as T;
  if (Array.isArray(data)) return data.map(printableAll) as T;
  if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [printable(key), printableAll(value)])) as T;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colors are written with the escape character
const COLOR = /(\u001b\[[\d;]*m)/;

/** Text that was painted here: its colors stay, all else is printable. */
export const printableInColor = (text: string): string =>
  text
    .split(COLOR)
    .map((part, k) => (k % 2 === 1 ? part : printable(part)))
    .join("");
