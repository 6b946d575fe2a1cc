/** The state in the address: one page with its choices, so that it can be shared and the back button works. */
import type { DeviceChoice } from "./engine/device.ts";
import type { Weighting } from "./engine/protocol.ts";

export const PAGES = ["look", "heads", "off", "cut", "subspaces", "train", "why"] as const;
export type PageName = (typeof PAGES)[number];

/** The kinds of replacement patterns. */
export type Pattern = "previous" | "next" | "self" | "first" | "uniform";
/** `other`: the head's own pattern on the second text. */
export type Replacement = Pattern | "other";

/** The method that ranks heads for removal. */
export type CutMethod = "michel" | "taylor" | "ablation" | "random";

export interface State {
  readonly page: PageName;
  /** The id of the model; empty for the first one offered. */
  readonly model: string;
  readonly device: DeviceChoice;
  /** Null, if the address has none, for an example that suits the model; "" is a field that was emptied. */
  readonly text: string | null;
  /** The second text; null for that of the example, or for none beside a text of one's own. */
  readonly other: string | null;
  /** The opened heads, by name; if empty, the page opens the head that tells most. */
  readonly heads: readonly string[];
  readonly weighting: Weighting;
  readonly grouping: "tokens" | "words";
  /** The picture of a head; empty for `line` if the page chose the head, `matrix` if the address has one. */
  readonly view: "" | "line" | "arcs" | "matrix";
  /** Whether pictures have the first key, on which many heads rest. */
  readonly first: "shown" | "hidden";
  readonly combine: "apart" | "mean" | "overlay";
  /** The labels whose heads are highlighted; empty for all. */
  readonly labels: readonly string[];
  /** The factors of head outputs: `3.1` off, `3.1*0.5` scaled. */
  readonly gates: Readonly<Record<string, number>>;
  /** The heads whose pattern is replaced, with the replacement. */
  readonly patterns: Readonly<Record<string, Replacement>>;
  /** The sort column of tables. */
  readonly sort: string;
  /** The fraction of heads to remove, 0 to 1. */
  readonly share: number;
  /** The method that ranks heads for removal. */
  readonly method: CutMethod;
  readonly space: "q" | "k" | "v" | "o";
  /** The index of the marked token; −1 for none. */
  readonly token: number;
  readonly seed: number;
  /** The number of heads of the model in training. */
  readonly trained: number;
  /** The inputs of the cost calculator: a width, a number of heads, and the length of a text. */
  readonly width: number;
  readonly parts: number;
  readonly length: number;
}

export const START: State = {
  ...{ page: "look", model: "", device: "auto", text: null, other: null, heads: [], weighting: "raw", grouping: "tokens" },
  ...{
    view: "",
    first: "shown",
    combine: "apart",
    labels: [],
    gates: {},
    patterns: {},
    sort: "",
    share: 0,
    method: "michel",
    space: "q",
    token: -1,
    seed: 1,
    trained: 8,
    width: 512,
    parts: 8,
    length: 512,
  },
};

const pairs = (entries: Readonly<Record<string, string | number>>): string =>
  Object.entries(entries)
    .map(([name, value]) => (value === 0 ? name : `${name}*${value}`))
    .join(",");

/** Returns the query of an address: the differences from the initial state, in a fixed order. */
export function writeState(state: State): string {
  const query = new URLSearchParams();
  for (const key of Object.keys(START) as (keyof State)[]) {
    const value = state[key];
    if (value === null) continue;
    const text = Array.isArray(value) ? value.join(",") : typeof value === "object" ? pairs(value as never) : `${value}`;
    const usual = START[key];
    if (usual === null || text !== (typeof usual === "object" ? "" : `${usual}`)) query.set(key, text);
  }
  return query.size === 0 ? "" : `?${query}`;
}

const CHOICES: { readonly [K in keyof State]?: readonly State[K][] } = {
  page: PAGES,
  device: ["auto", "webgpu", "wasm", "wasm-1"],
  weighting: ["raw", "norm"],
  grouping: ["tokens", "words"],
  view: ["line", "arcs", "matrix"],
  first: ["shown", "hidden"],
  combine: ["apart", "mean", "overlay"],
  space: ["q", "k", "v", "o"],
  method: ["michel", "taylor", "ablation", "random"],
};
const REPLACEMENTS: readonly Replacement[] = ["previous", "next", "self", "first", "uniform", "other"];

/** Parses a query into a state; invalid values fall back to the initial ones. */
export function readState(search: string): State {
  const query = new URLSearchParams(search);
  const read = Object.entries(START).map(([key, usual]) => {
    const text = query.get(key);
    return [key, text === null ? usual : choiceOf(key as keyof State, text, usual)];
  });
  return Object.fromEntries(read) as unknown as State;
}

function choiceOf(key: keyof State, text: string, usual: State[keyof State]): unknown {
  if (Array.isArray(usual)) return text.split(",").filter((part) => part !== "");
  if (key === "gates") return factors(text);
  if (key === "patterns") return replaced(text);
  if (typeof usual === "number") return finite(text, usual);
  return !CHOICES[key] || (CHOICES[key] as readonly string[]).includes(text) ? text : usual;
}

const finite = (text: string, otherwise: number): number => {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : otherwise;
};

const parts = (text: string): string[][] =>
  text
    .split(",")
    .filter((part) => part !== "")
    .map((part) => part.split("*"));

const factors = (text: string): Record<string, number> =>
  Object.fromEntries(parts(text).map(([name, factor = "0"]) => [name!, finite(factor, 0)]));

const replaced = (text: string): Record<string, Replacement> =>
  Object.fromEntries(
    parts(text).flatMap(([name, kind]) => (REPLACEMENTS.includes(kind as Replacement) ? [[name!, kind as Replacement]] : [])),
  );
