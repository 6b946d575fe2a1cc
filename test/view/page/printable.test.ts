import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paint } from "../../../src/view/chart/shades.ts";
import { printable, printableAll, printableInColor } from "../../../src/view/page/printable.ts";
import { displayToken, shortToken } from "../../../src/view/page/tokens.ts";

const UNSEEN: readonly (readonly [name: string, character: string, shown: string])[] = [
  ["NUL", "\0", "\\u0000"],
  ["BEL", "\u0007", "\\u0007"],
  ["backspace", "\b", "\\u0008"],
  ["carriage return", "\r", "\\u000d"],
  ["escape", "\u001b", "\\u001b"],
  ["delete", "\u007f", "\\u007f"],
  ["next line", "\u0085", "\\u0085"],
  ["control sequence introducer of C1", "\u009b", "\\u009b"],
  ["soft hyphen", "\u00ad", "\\u00ad"],
  ["Arabic letter mark", "\u061c", "\\u061c"],
  ["zero-width space", "\u200b", "\\u200b"],
  ["zero-width joiner", "\u200d", "\\u200d"],
  ["left-to-right mark", "\u200e", "\\u200e"],
  ["right-to-left mark", "\u200f", "\\u200f"],
  ["line separator", "\u2028", "\\u2028"],
  ["paragraph separator", "\u2029", "\\u2029"],
  ...["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"].map(
    (c) => ["a mark of direction", c, `\\u${c.charCodeAt(0).toString(16)}`] as const,
  ),
  ["word joiner", "\u2060", "\\u2060"],
  ["byte order mark", "\ufeff", "\\ufeff"],
  ["Hangul filler", "\u3164", "\\u3164"],
  ["interlinear annotation", "\ufff9", "\\ufff9"],
  ["a lone high surrogate", "\ud800", "\\ud800"],
  ["a lone low surrogate", "\udc00", "\\udc00"],
  ["a tag letter", "\u{e0041}", "\\udb40\\udc41"],
];

const ESCAPED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff]/u;

describe("printable", () => {
  it.each(UNSEEN)("shows %s", (_, character, shown) => expect(printable(`a${character}b`)).toBe(`a${shown}b`));

  it.each([
    "plain",
    "line\nline\ttab",
    "naïve 東京 שלום مرحبا",
    "❤️ 👩 ≤ √ −",
    "e\u0301",
    "\u00a0",
    "\\u001b",
  ])("leaves %j alone", (text) => expect(printable(text)).toBe(text));

  it("leaves nothing unseen, changes nothing twice, and keeps JSON the same data", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = printable(text);
        expect(shown.replace(/[\n\t]/g, "")).not.toMatch(ESCAPED);
        expect(printable(shown)).toBe(shown);
        expect(JSON.parse(printable(JSON.stringify({ [text]: text })))).toEqual({ [text]: text });
      }),
    );
  });
});

describe("printableAll", () => {
  it("reaches every text of a record, keys too, and leaves numbers and arrays of numbers as they are", () => {
    const numbers = Float32Array.of(1, 2);
    const data = { "a\u001b": ["b\u0007", { c: "\u202e" }], n: 3, none: null, gone: undefined, numbers };
    const shown = { "a\\u001b": ["b\\u0007", { c: "\\u202e" }], n: 3, none: null, gone: undefined, numbers };
    expect(printableAll(data)).toEqual(shown);
    expect(printableAll(data).numbers).toBe(numbers);
  });
});

describe("printableInColor", () => {
  it("keeps colors and nothing else that controls a terminal", () => {
    const painted = paint.bold("a") + paint.bgHex("#123456")("b");
    expect(printableInColor(painted)).toBe(painted);
    expect(printableInColor("\u001b]0;title\u0007\u001b[2J\u001b[1m")).toBe("\\u001b]0;title\\u0007\\u001b[2J\u001b[1m");
  });
});

describe("displayToken", () => {
  it("shows what cannot be seen, before a token is cut to its length", () => {
    expect(displayToken("Ġa\u001b[31m")).toBe("a\\u001b[31m");
    expect(shortToken("\u202eab", 5)).toBe("\\u20…");
    expect(displayToken("Ċ")).toBe("↵");
  });
});
