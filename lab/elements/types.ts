/** What the elements are given and what they tell. Plain JSON will do everywhere: a typed array may be a list of numbers. */
import type { Label } from "../../src/heads/scores/label-names.ts";

export type { Label };

/** Attention weights, queries × keys, row by row. */
export type Weights = Float32Array | readonly number[];

/** A head: `layer.head`, from 0; `site` distinguishes encoder/decoder/cross attention where a model has several. */
export interface HeadPattern {
  /** `3.7`, and whatever tells it from the other heads that are shown: `cross 3.7`. */
  readonly name: string;
  readonly layer: number;
  readonly head: number;
  /** Queries × keys, row by row. */
  readonly pattern: Weights;
  readonly rows: number;
  readonly columns: number;
  readonly label?: Label;
  /** Whether the head is switched off. */
  readonly off?: boolean;
  /** What the head's output is multiplied by, where that is not 1. */
  readonly scale?: number;
  /** `encoder`, `decoder` or `cross`. */
  readonly site?: string;
}

/** One text with the patterns of every head, as a report has it: `patterns[layer][head]`. */
export interface TextPatterns {
  readonly tokens: readonly string[];
  readonly patterns: readonly (readonly Weights[])[];
}

/** A line over layers; `null` where a layer has no value. `low` and `high` bound a band around it. */
export interface LayerSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
}

/** A head as a point of a plane. */
export interface HeadPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly label?: Label;
  /** A few words that are shown with the name. */
  readonly note?: string;
}

/** `head-pick`: a head was clicked, or Enter or Space pressed on it. */
export interface HeadPick {
  readonly name: string;
  /** NaN where the name does not end in `layer.head`. */
  readonly layer: number;
  readonly head: number;
  /** Whether Shift, Ctrl or ⌘ was held: the head is to join those selected. */
  readonly additive: boolean;
}

/** `pattern-edit`: a row's weights after a change; they sum to one. */
export interface PatternEdit {
  readonly row: number;
  readonly weights: Float32Array;
}

/** `token-pick`: the token whose arcs are held, or null when it was let go. */
export interface TokenPick {
  readonly index: number | null;
  readonly side: "query" | "key";
}

/** The two sets of colours. */
export type Scheme = "light" | "dark";

/** A matrix of weights with its sizes. */
export interface Matrix {
  readonly weights: Weights;
  readonly rows: number;
  readonly columns: number;
}
