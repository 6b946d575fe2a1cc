/** SVG and HTML text: elements with escaped attributes. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Escapes text for element content and attributes; characters that XML forbids become U+FFFD. */
export function escaped(text: string): string {
  return text
    .replace(FORBIDDEN, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 does not allow.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Returns an element; undefined and false attributes are omitted, numbers are rounded to two decimals, children are markup. */
export function element(name: string, attributes: Attributes = {}, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(
      ([key, value]) => ` ${key}="${value === true ? key : escaped(typeof value === "number" ? short(value) : String(value))}"`,
    )
    .join("");
  const open = `<${name}${written}`;
  return children.length === 0 && !PAIRED.has(name) ? `${open}/>` : `${open}>${children.join("")}</${name}>`;
}

/** Elements that cannot be self-closing in HTML. */
const PAIRED = new Set(["a", "canvas", "div", "output", "p", "script", "section", "span", "td", "th"]);

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
