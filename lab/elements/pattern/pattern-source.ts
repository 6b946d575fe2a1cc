/** Shared by the pictures of single heads: tokens, one or several patterns, and the grouping of tokens into words. */

import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { LABELS } from "../../../src/heads/scores/label-names.ts";
import { readableTokens } from "../../../src/view/page/readable-tokens.ts";
import { displayToken } from "../../../src/view/page/tokens.ts";
import { groupMatrix, groupTokens, wordNames } from "../arcs/words.ts";
import { HeadwiseElement } from "../element.ts";
import type { Label, Matrix, Weights } from "../types.ts";

/** The content of a picture: a matrix per head, and the names of its rows and columns. */
export interface Prepared {
  readonly matrices: readonly Matrix[];
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
}

export abstract class PatternElement extends HeadwiseElement {
  static override properties: PropertyDeclarations = {
    tokens: { type: Array },
    columnTokens: { type: Array, attribute: "column-tokens" },
    pattern: { type: Array },
    patterns: { type: Array },
    names: { type: Array },
    label: {},
    weighting: {},
    words: { type: Array },
    columnWords: { type: Array, attribute: "column-words" },
    grouping: {},
  };

  static override choices: Readonly<Record<string, readonly string[]>> = {
    ...HeadwiseElement.choices,
    label: LABELS,
    weighting: ["raw", "norm"],
    grouping: ["tokens", "words"],
  };

  /** The query tokens: the rows. */
  declare tokens: readonly string[] | null;
  /** The key tokens: the columns; `tokens` by default. */
  declare columnTokens: readonly string[] | null;
  /** One head's weights, queries × keys, row by row. */
  declare pattern: Weights | null;
  /** Instead of `pattern`: the patterns of several heads. */
  declare patterns: readonly Weights[] | null;
  /** The names of the heads in `patterns`. */
  declare names: readonly string[] | null;
  /** The head's label. */
  declare label: Label | null;
  /** The kind of weight: attention (`raw`), or weighted by ‖f(x)‖ (`norm`, Kobayashi 2020). Only changes the caption. */
  declare weighting: "raw" | "norm";
  /** The word of each token; null for a token outside words. */
  declare words: readonly (number | null)[] | null;
  /** The word of each column's token; `words` by default if the columns are `tokens`. */
  declare columnWords: readonly (number | null)[] | null;
  /** `words` draws words × words, if `words` are given. */
  declare grouping: "tokens" | "words";

  #prepared: Prepared = { matrices: [], rowNames: [], columnNames: [] };
  /** The number of weights outside 0 to 1, which are drawn as the nearest bound. */
  #clipped = 0;

  constructor() {
    super();
    this.tokens = null;
    this.columnTokens = null;
    this.pattern = null;
    this.patterns = null;
    this.names = null;
    this.label = null;
    this.weighting = "raw";
    this.words = null;
    this.columnWords = null;
    this.grouping = "tokens";
  }

  /** The matrices with their names. */
  protected get prepared(): Prepared {
    return this.#prepared;
  }

  /** Says how many weights were out of range, if any. */
  protected get clippedNote(): TemplateResult | typeof nothing {
    return this.#clipped === 0 ? nothing : html`<span class="clipped">${outside(this.#clipped)}</span>`;
  }

  /** True if the picture shows words. */
  protected get grouped(): boolean {
    return this.grouping === "words" && this.words !== null;
  }

  /** Returns a head's name, or its index. */
  protected headName(k: number): string {
    return this.names?.[k] ?? (this.patterns ? `head ${k + 1}` : "head");
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const source = ["tokens", "columnTokens", "pattern", "patterns", "words", "columnWords", "grouping"];
    if (!this.hasUpdated || source.some((name) => changed.has(name))) this.#prepared = this.#prepare();
  }

  #prepare(): Prepared {
    const rowTokens = this.tokens ?? [];
    const columnTokens = this.columnTokens ?? rowTokens;
    const [rows, columns] = [rowTokens.length, columnTokens.length];
    const given = this.patterns ?? (this.pattern ? [this.pattern] : []);
    const clipped = given.map((weights) => inRange(sized(weights, rows, columns)));
    this.#clipped = clipped.reduce((sum, { count }) => sum + count, 0);
    if (this.#clipped > 0)
      console.warn(`headwise: ${outside(this.#clipped)}, and drawn as the nearest bound; give attention weights`);
    const matrices = clipped.map(({ weights }) => ({ weights, rows, columns }));
    if (!this.grouped) return { matrices, rowNames: names(rowTokens), columnNames: names(columnTokens) };
    const rowWords = groupTokens(this.words!.slice(0, rows));
    const columnWords = groupTokens(this.columnWords ?? (this.columnTokens ? columnTokens.map(() => null) : this.words!));
    return {
      matrices: matrices.map((matrix) => groupMatrix(matrix, rowWords, columnWords)),
      rowNames: wordNames(rowTokens, rowWords),
      columnNames: wordNames(columnTokens, columnWords),
    };
  }
}

/** Returns the names of tokens for display. */
const names = (tokens: readonly string[]): string[] => readableTokens(tokens).map(displayToken);

/** Returns the weights, or zeros with a warning if tokens and weights do not fit: a page may be between two states. */
function sized(weights: Weights, rows: number, columns: number): Weights {
  if (weights.length === rows * columns) return weights;
  console.warn(
    `headwise: a pattern has ${weights.length} weights, but ${rows} × ${columns} tokens need ${rows * columns}; set both in one step`,
  );
  return new Float32Array(rows * columns);
}

const outside = (count: number): string => `${count} ${count === 1 ? "weight is" : "weights are"} outside 0 to 1`;

/** Rounding of sums may exceed a bound by this much. */
const ROUNDING = 1e-5;

/** Returns weights from 0 to 1, and the number of those that were not, NaN included. */
function inRange(weights: Weights): { readonly weights: Weights; readonly count: number } {
  const clipped = Float32Array.from(weights, (weight) => Math.min(1, Math.max(0, weight || 0)));
  const count = clipped.reduce((n, weight, k) => n + Number(!(Math.abs(weight - weights[k]!) <= ROUNDING)), 0);
  return count === 0 ? { weights, count } : { weights: clipped, count };
}
