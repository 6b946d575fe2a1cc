/** What the pictures of single heads share: tokens, one pattern or several, and the grouping of tokens into words. */
import type { PropertyDeclarations, PropertyValues } from "lit";
import { displayToken } from "../../../src/view/page/tokens.ts";
import { groupMatrix, groupTokens, wordName } from "../arcs/words.ts";
import { HeadwiseElement } from "../element.ts";
import type { Label, Matrix, Weights } from "../types.ts";

/** What is drawn: a matrix for each head, and the names of its rows and columns. */
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

  /** The tokens that attend: the rows. */
  declare tokens: readonly string[] | null;
  /** The tokens attended to: the columns; those of `tokens` by default. */
  declare columnTokens: readonly string[] | null;
  /** One head's weights, queries × keys, row by row. */
  declare pattern: Weights | null;
  /** Instead of `pattern`: those of several heads. */
  declare patterns: readonly Weights[] | null;
  /** What the heads of `patterns` are called. */
  declare names: readonly string[] | null;
  /** The head's label. */
  declare label: Label | null;
  /** What a weight is: attention itself (`raw`), or weighted by ‖f(x)‖ (`norm`, Kobayashi 2020). Only the caption says it. */
  declare weighting: "raw" | "norm";
  /** The word of each token; null for a token that belongs to none. */
  declare words: readonly (number | null)[] | null;
  /** The word of each column's token; `words` by default, where the columns are `tokens`. */
  declare columnWords: readonly (number | null)[] | null;
  /** `words` draws words × words, where `words` are given. */
  declare grouping: "tokens" | "words";

  #prepared: Prepared = { matrices: [], rowNames: [], columnNames: [] };

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

  /** Whether the picture is of words. */
  protected get grouped(): boolean {
    return this.grouping === "words" && this.words !== null;
  }

  /** What a head is called: its name, or its place. */
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
    const matrices = given.map((weights) => ({ weights: sized(weights, rows, columns), rows, columns }));
    if (!this.grouped) return { matrices, rowNames: rowTokens.map(displayToken), columnNames: columnTokens.map(displayToken) };
    const rowWords = groupTokens(this.words!.slice(0, rows));
    const columnWords = groupTokens(this.columnWords ?? (this.columnTokens ? columnTokens.map(() => null) : this.words!));
    return {
      matrices: matrices.map((matrix) => groupMatrix(matrix, rowWords, columnWords)),
      rowNames: rowWords.map((word) => wordName(rowTokens, word)),
      columnNames: columnWords.map((word) => wordName(columnTokens, word)),
    };
  }
}

/** The weights, or zeros with a warning where tokens and weights do not fit: a page in between two states is no error. */
function sized(weights: Weights, rows: number, columns: number): Weights {
  if (weights.length === rows * columns) return weights;
  console.warn(
    `headwise: a pattern has ${weights.length} weights, but ${rows} × ${columns} tokens need ${rows * columns}: give both in one step`,
  );
  return new Float32Array(rows * columns);
}
