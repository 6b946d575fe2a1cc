/** The messages between the page and the worker that runs the model. Types only: the page loads no engine code. */

import type { SitePatterns } from "../../src/heads/observe/text-patterns.ts";
import type { Weighting } from "../../src/heads/observe/weights.ts";

/** A model offered by a server, as in its `models.json`. */
export interface ModelEntry {
  readonly id: string;
  readonly kind: "directory" | "gguf";
  /** The address of its folder, with a final slash; relative to the page in `models.json`. */
  readonly base: string;
  readonly files: readonly string[];
  /** True for the model of `headwise lab MODEL`. */
  readonly served: boolean;
}

/** A model that was dropped onto the page: its files by name. */
export interface DroppedModel {
  readonly id: string;
  readonly files: readonly (readonly [name: string, file: Blob])[];
}

/** The prediction of a model, which editing heads changes. */
export type Reads = "next-token" | "masked-token" | "similarity" | "translation";

/** One attention of a model: a row of the grid of heads. */
export interface SiteInfo {
  /** `3` for a layer, or `encoder.3`, `decoder.3`, `cross.3`. */
  readonly name: string;
  readonly heads: number;
  readonly keyValueHeads: number;
}

export interface OpenedModel {
  readonly id: string;
  readonly architecture: string;
  readonly reads: Reads;
  /** True if it reads the synthetic world of relations. */
  readonly world: boolean;
  readonly causal: boolean;
  readonly sites: readonly SiteInfo[];
  readonly width: number;
  readonly parameters: number;
  readonly maxPositions: number;
  /** The mask token, if the model has one. */
  readonly maskToken?: string;
  readonly device: string;
  readonly threads: number;
}

/** A text with the patterns of every head. */
export interface Looked {
  readonly sites: readonly SitePatterns[];
  /** The word of each token of the text, −1 for special tokens; translations have no words. */
  readonly words?: readonly number[];
  /** The translation by an encoder–decoder. */
  readonly translation?: string;
  /** The time of the run, without the compilation of its programs. */
  readonly milliseconds: number;
}

/** The changes to a model: heads by name, `layer.head`. */
export interface Edits {
  /** The factors of head outputs: 0 is off. */
  readonly gates: Readonly<Record<string, number>>;
  /** Patterns that replace those of heads: [query · key] of the text, row by row. */
  readonly patterns: Readonly<Record<string, Float32Array>>;
}

/** A token with its probability. */
export interface Guess {
  readonly id: number;
  readonly token: string;
}

/** The outputs of a model for a text. */
export interface Outcome {
  /** The most probable next or masked tokens, best first. */
  readonly guesses?: readonly Guess[];
  /** The probability of every token, by id. */
  readonly probabilities?: Float32Array;
  /** −ln p of each token of the text given those before it (for a translation: of the original model's words), in nats. */
  readonly nats?: readonly { readonly token: string; readonly nats: number }[];
  /** The cosine of the mean-pooled states of two texts. */
  readonly cosine?: number;
  readonly translation?: string;
}

export interface Asked {
  readonly text: string;
  /** The second text, if two are compared. */
  readonly other?: string;
}

/** The tokens of a text, and as much of it as the model reads. */
export interface Beginning {
  readonly tokens: number;
  /** The maximum number of tokens. */
  readonly most: number;
  /** The text, or its longest beginning that the model can read. */
  readonly text: string;
}

/** Receives a stage of work, with its share if its end is known. */
export type Report = (stage: string, share?: number) => void;
export type { SitePatterns, Weighting };
