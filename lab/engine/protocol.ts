/** What the page and the worker that runs the model say to each other. Types only: the page loads nothing of the engine. */
import type { Weighting } from "../../src/heads/observe/statistics.ts";

/** A model that a server offers, as in its `models.json`. */
export interface ModelEntry {
  readonly id: string;
  readonly kind: "directory" | "gguf";
  /** The address of its folder, with a slash at the end; in `models.json` relative to the page. */
  readonly base: string;
  readonly files: readonly string[];
  /** Whether it is the one that `headwise lab MODEL` was started with. */
  readonly served: boolean;
}

/** A model that was dropped onto the page: its files by their names. */
export interface DroppedModel {
  readonly id: string;
  readonly files: readonly (readonly [name: string, file: Blob])[];
}

/** What a model predicts, which is what switching heads off changes. */
export type Reads = "next-token" | "masked-token" | "similarity" | "translation";

/** One attention of a model: a row of the grid of heads. */
export interface SiteInfo {
  /** `3` of a layer, or `encoder.3`, `decoder.3`, `cross.3`. */
  readonly name: string;
  readonly heads: number;
  readonly keyValueHeads: number;
}

export interface OpenedModel {
  readonly id: string;
  readonly architecture: string;
  readonly reads: Reads;
  /** Whether it reads the made world of relations. */
  readonly world: boolean;
  readonly causal: boolean;
  readonly sites: readonly SiteInfo[];
  readonly width: number;
  readonly parameters: number;
  readonly maxPositions: number;
  /** What stands for a hidden word, where the model has such a token. */
  readonly maskToken?: string;
  readonly device: string;
  readonly threads: number;
}

/** The patterns of one attention: [head · query · key]. */
export interface SitePatterns {
  readonly site: string;
  readonly heads: number;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly patterns: Float32Array;
}

/** A text with the patterns of every head. */
export interface Looked {
  readonly sites: readonly SitePatterns[];
  /** The word of each token of the text, −1 for special tokens; of translations there are no words. */
  readonly words?: readonly number[];
  /** The same model's reading of its own words: what an encoder–decoder made of the text. */
  readonly translation?: string;
  readonly milliseconds: number;
}

/** What is changed in a model: heads by name, `layer.head`. */
export interface Edits {
  /** What the outputs of heads are multiplied by: 0 is off. */
  readonly gates: Readonly<Record<string, number>>;
  /** Patterns that stand in the place of heads' own: [query · key] of the text, row by row. */
  readonly patterns: Readonly<Record<string, Float32Array>>;
}

/** A token that the model finds probable. */
export interface Guess {
  readonly id: number;
  readonly token: string;
}

/** What a model makes of a text. */
export interface Outcome {
  /** The most probable next or hidden token, best first. */
  readonly guesses?: readonly Guess[];
  /** Of every token, by its id. */
  readonly probabilities?: Float32Array;
  /** −ln p of each token of the text given those before it (of a translation: of the whole model's words), in nats. */
  readonly nats?: readonly { readonly token: string; readonly nats: number }[];
  /** The cosine of the mean-pooled states of two texts. */
  readonly cosine?: number;
  readonly translation?: string;
}

export interface Asked {
  readonly text: string;
  /** The second text, where two are compared. */
  readonly other?: string;
}

export type Report = (stage: string, share: number) => void;
export type { Weighting };
