/** The properties and events of the elements. Plain JSON works everywhere: a typed array may be a list of numbers. */
import type { Label } from "../../src/heads/scores/label-names.ts";

export type { Label };

/** Attention weights, queries × keys, row by row. */
export type Weights = Float32Array | readonly number[];

/** A head: `layer.head`, 0-based; `site` distinguishes encoder, decoder and cross attention in a model with several. */
export interface HeadPattern {
  /** A unique name among the shown heads: `3.7`, or `cross 3.7`. */
  readonly name: string;
  readonly layer: number;
  readonly head: number;
  /** Queries × keys, row by row. */
  readonly pattern: Weights;
  readonly rows: number;
  readonly columns: number;
  /** The tokens of the rows and of the columns, for readouts. */
  readonly queries?: readonly string[];
  readonly keys?: readonly string[];
  readonly label?: Label;
  /** All labels, if there are several; the map shows the first. */
  readonly labels?: readonly Label[];
  /** True if the head is disabled. */
  readonly off?: boolean;
  /** The factor of the head's output, if not 1. */
  readonly scale?: number;
  /** `encoder`, `decoder` or `cross`. */
  readonly site?: string;
}

/** One text with the patterns of every head, as in a report: `patterns[layer][head]`. */
export interface TextPatterns {
  readonly tokens: readonly string[];
  readonly patterns: readonly (readonly Weights[])[];
}

/** A line over layers; `null` for a layer without a value. `low` and `high` bound a band around it. */
export interface LayerSeries {
  readonly name: string;
  /** Any CSS color; by default the next of the elements' colors. */
  readonly color?: string;
  readonly values: readonly (number | null)[];
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
}

/** A head as a point in a plane. */
export interface HeadPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly label?: Label;
  /** A few words shown with the name. */
  readonly note?: string;
}

/** A head of a map of pairs. */
export interface NamedHead {
  readonly name: string;
  readonly label?: Label;
}

/** Two clusters that join, and the height at which they do: heads are 0 … n − 1, then merges follow in their order. */
export type Merge = readonly [a: number, b: number, height: number];

/** `pair-pick`: a cell was clicked, or Enter pressed on it; the names of its heads. */
export interface PairPick {
  readonly row: string;
  readonly column: string;
}

/** `head-pick`: a head was clicked, or Enter or Space pressed on it. */
export interface HeadPick {
  readonly name: string;
  /** NaN if the name does not end in `layer.head`. */
  readonly layer: number;
  readonly head: number;
  /** True if Shift, Ctrl or ⌘ was held: the head joins the selection. */
  readonly additive: boolean;
}

/** A few letters on a head's map, and their meaning by sign. */
export interface HeadNote {
  readonly text: string;
  /** The same in words, for screen readers. */
  readonly spoken: string;
  /** `loss` and `gain` color the text; a `flip` is framed. */
  readonly look: "loss" | "gain" | "even" | "loss flip" | "gain flip" | "even flip";
}

/** `pattern-edit`: a row's weights after a change; they sum to one. */
export interface PatternEdit {
  readonly row: number;
  readonly weights: Float32Array;
}

/** `token-pick`: the token whose arcs are pinned, or null when they are released. */
export interface TokenPick {
  readonly index: number | null;
  readonly side: "query" | "key";
}

/** `token-hover`: the token under the pointer or with the focus, or null when it is left. */
export type TokenHover = TokenPick | null;

/** Tokens to mark in small maps: the rows (queries) or columns (keys) `from` to `to`. */
export interface MarkedTokens {
  readonly side: "query" | "key";
  readonly from: number;
  readonly to: number;
  /** The sites whose maps are marked; all if absent. */
  readonly sites?: readonly string[];
}

/** The two color schemes. */
export type Scheme = "light" | "dark";

/** A matrix of weights with its sizes. */
export interface Matrix {
  readonly weights: Weights;
  readonly rows: number;
  readonly columns: number;
}
