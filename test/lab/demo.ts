/** A page with every element, as a reader would meet them. Drawn from made heads. */
import {
  HeadwiseArcs,
  HeadwiseHeadGrid,
  HeadwiseHeadMap,
  HeadwiseHeadPairs,
  HeadwiseLayerCurves,
  HeadwisePattern,
} from "../../lab/elements/index.ts";
import type { Scheme } from "../../lab/elements/types.ts";
import { madeHeads, madePattern } from "./made-heads.ts";

const TOKENS = [
  "[CLS]",
  "the",
  "trans",
  "##former",
  "reads",
  "all",
  "its",
  "words",
  "at",
  "once",
  ",",
  "head",
  "by",
  "head",
  ".",
  "[SEP]",
];
const WORDS = [null, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, null];

/** An element with its properties, under a heading. */
function part<Element extends HTMLElement>(title: string, element: Element, properties: Partial<Element>): HTMLElement {
  const section = document.createElement("section");
  const heading = document.createElement("h2");
  heading.textContent = title;
  section.append(heading, Object.assign(element, properties));
  return section;
}

const gridPart = () => {
  const heads = madeHeads(6, 12, TOKENS.length).filter(({ layer, head }) => layer !== 4 && (layer !== 3 || head < 7));
  const scaled = heads.map((head) => (head.name === "0.5" ? { ...head, scale: 0.5 } : head));
  return part("Head grid", new HeadwiseHeadGrid(), { heads: scaled, selected: ["0.2", "1.3"], off: ["0.3", "2.1"] });
};

const dimmedGrid = () =>
  part("Head grid, two labels shown", new HeadwiseHeadGrid(), {
    heads: madeHeads(2, 12, TOKENS.length),
    shown: ["self", "rare-token"],
  });

const pair = (first: "previous-token" | "syntactic", second: "first-position" | "next-token") => ({
  tokens: TOKENS,
  patterns: [madePattern(first, TOKENS.length), madePattern(second, TOKENS.length)],
  names: ["2.1", "3.7"],
});

const patternParts = () => [
  part("Pattern", new HeadwisePattern(), {
    tokens: TOKENS,
    pattern: madePattern("syntactic", TOKENS.length),
    label: "syntactic",
  }),
  part("Pattern, two heads", new HeadwisePattern(), { ...pair("previous-token", "first-position"), combine: "overlay" }),
  part("Pattern, words", new HeadwisePattern(), {
    ...{ tokens: TOKENS, words: WORDS, grouping: "words", pattern: madePattern("previous-token", TOKENS.length) },
    ...{ label: "previous-token", weighting: "norm" },
  }),
  part("Pattern, editable", new HeadwisePattern(), {
    tokens: TOKENS.slice(0, 6),
    pattern: madePattern("self", 6),
    editable: true,
  }),
];

const longPart = () => {
  const tokens = Array.from({ length: 512 }, (_, k) => TOKENS[k % TOKENS.length]!);
  return part("Pattern of 512 tokens", new HeadwisePattern(), {
    tokens,
    pattern: madePattern("positional", 512),
    label: "positional",
  });
};

const arcParts = () => [
  part("Arcs", new HeadwiseArcs(), { tokens: TOKENS, pattern: madePattern("syntactic", TOKENS.length), label: "syntactic" }),
  part("Arcs, two heads", new HeadwiseArcs(), pair("previous-token", "next-token")),
  part("Arcs in a line", new HeadwiseArcs(), { ...pair("previous-token", "next-token"), layout: "line" }),
];

const curvePart = () => {
  const line = (name: string, at: (layer: number) => number) => ({ name, values: Array.from({ length: 12 }, (_, k) => at(k)) });
  const entropy = line("entropy", (k) => 0.8 - 0.4 * Math.sin(k / 3));
  const band = { low: entropy.values.map((v) => v - 0.06), high: entropy.values.map((v) => v + 0.06) };
  const series = [
    { ...entropy, ...band },
    line("confidence", (k) => 0.3 + 0.03 * k),
    line("diversity", (k) => 0.58 + 0.05 * Math.cos(k)),
  ];
  return part("Layer curves", new HeadwiseLayerCurves(), { series, title: "How attention changes", unit: "share" });
};

const mapPart = () => {
  const points = madeHeads(6, 12, 2).map(({ name, label }, k) => ({
    ...{
      name,
      label,
      x: Math.cos(k * 2.4) * Math.sqrt(k + 1) + (label === "rare-token" ? 4 : 0),
      y: Math.sin(k * 2.4) * Math.sqrt(k + 1),
    },
    note: `layer ${name.split(".")[0]}`,
  }));
  return part("Head map", new HeadwiseHeadMap(), {
    points,
    selected: ["1.4"],
    heading: "heads with similar patterns are near",
  });
};

const pairsPart = () => {
  const heads = madeHeads(2, 4, 2).map(({ name, label }) => ({ name, label }));
  const values = heads.flatMap((_, a) => heads.slice(0, a).map((_, b) => (a - b) / 10));
  const merges = heads.slice(1).map((_, k) => [k === 0 ? 0 : heads.length + k - 1, k + 1, 0.1 * (k + 1)] as const);
  const order = heads.map((_, k) => k);
  return part("Head pairs", new HeadwiseHeadPairs(), { heads, values, merges, order, unit: "√JS", weakest: 0.8, strongest: 0 });
};

/** Fills the page; a theme overrides what the reader prefers. */
function fillPage(theme: Scheme | null = null): void {
  document.body.replaceChildren(
    gridPart(),
    dimmedGrid(),
    ...patternParts(),
    longPart(),
    ...arcParts(),
    curvePart(),
    mapPart(),
    pairsPart(),
  );
  for (const element of document.querySelectorAll("section > :last-child")) if (theme) element.setAttribute("theme", theme);
}

declare global {
  var showAll: (theme?: Scheme | null) => void;
  var makeHeads: typeof madeHeads;
}
globalThis.showAll = fillPage;
globalThis.makeHeads = madeHeads;
