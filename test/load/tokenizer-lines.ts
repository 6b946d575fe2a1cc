/** Lines full of what breaks tokenizers, the same ones for the same seed. */

const pools: readonly (readonly string[])[] = [
  ["attention", "the", "The", "dog", "don't", "I'll", "WE'VE", "it's", "cleaning", "Straße", "GROẞ", "running", "o'clock"],
  [
    "café",
    "cafe\u0301",
    "naïve",
    "r\u00e9sume\u0301",
    "A\u030a",
    "\u212b",
    "e\u0301\u0316",
    "\u00e9\u0316",
    "o\u0302\u0323",
    "\u1ed9",
  ],
  [
    "İstanbul",
    "ıI",
    "ΟΔΟΣ",
    "Σ",
    "ὈΔΥΣΣΕΎΣ",
    "Ǆ",
    "ﬁne",
    "ﬃ",
    "ß",
    "ŉ",
    "Ⅳ",
    "½",
    "²",
    "１２３",
    "ｶﾞ",
    "㎞",
    "ﷺ",
    "q\u0307\u0323",
  ],
  ["我喜欢", "東京は", "한국어", "\u1112\u1161\u11ab", "𠀀", "㐀", "豈", "カ\u3099", "ไทย", "नमस्ते", "க்ஷி", "กำ"],
  ["😀", "👩‍👩‍👧", "👍🏽", "🇫🇷", "❤️", "𝔘𝔫𝔦", "𐍈", "é😀é", "🧑🏿‍🚀x"],
  ["שלום", "مرحبا", "\u202eabc\u202c", "\u200f", "עִבְרִית", "مُحَمَّد"],
  [
    "\u0000",
    "\u0007",
    "\u001b",
    "\u007f",
    "\u0085",
    "\u00ad",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\ufffd",
    "\ud800",
    "\udc00x",
    "\ue000",
    "\u2060",
  ],
  [" ", "  ", "   ", "\t", "\n", "\r\n", "\n\n", "\u00a0", "\u2003", "\u3000", "\u2028", "\u180e", " \u00a0 "],
  ["0", "7", "42", "2001", "1234567", "3.14", "10:45", "٣٤", "१२", "x2y", "100%"],
  [
    ".",
    ",",
    "...",
    "!?",
    "--",
    "—",
    "'",
    "’s",
    '"',
    "$",
    "+",
    "=",
    "^",
    "`",
    "|",
    "~",
    "<",
    "[",
    "]",
    "(x)",
    "«a»",
    "¿",
    "_",
    "a_b",
    "#",
    "@",
  ],
  [
    "[SEP]",
    "[MASK]",
    " [MASK] ",
    "[CLS]",
    "[UNK]",
    "[sep]",
    "<s>",
    "</s>",
    "<mask>",
    " <mask>",
    "<pad>",
    "<unk>",
    "<0x41>",
    "▁",
    "▁x",
    "Ġ",
  ],
  ["<word>", " <word> ", "a<word>b", "Café", "<both> ", " <both>", "<new>", "<NEW>"],
  ["a".repeat(99), "é".repeat(101), "ha".repeat(60), "😀".repeat(30), "=".repeat(40), "attention".repeat(12)],
];

/** Some lines made of pieces from every pool, mostly joined by a space; the first ones are empty or white space only. */
export function edgeLines(count: number, seed: number): string[] {
  const next = random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!;
  const lines = ["", " ", "   ", "\n", "\t \n", "\u00a0", "\u0301", "\u200b", "[SEP]", "<s>"];
  while (lines.length < count) {
    const usual = [pools[0]!, pick(pools), pick(pools)];
    const pieces = Array.from({ length: 1 + Math.floor(next() * 12) }, () => pick(pick(usual)) + (next() < 0.6 ? " " : ""));
    lines.push(next() < 0.1 ? ` ${pieces.join("")}` : pieces.join(""));
  }
  return lines.slice(0, count);
}

// Mulberry32, by Tommy Ettinger.
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
