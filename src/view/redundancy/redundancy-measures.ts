/** The measures of head similarity: names, definitions, sources, and their conversion to distances and shades. */
import type { Measure, Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { FARTHEST } from "../report/similar.ts";

interface MeasureText {
  readonly title: string;
  /** The unit printed next to a value. */
  readonly unit: string;
  readonly definition: string;
  readonly formula: string;
  readonly source: string;
}

const spaces = (of: string): Pick<MeasureText, "unit" | "formula" | "source"> => ({
  unit: "cos²",
  formula: `mean cos²θ = ‖U₁ᵀU₂‖² / d, U an orthonormal basis of ${of}`,
  source: "Björck & Golub 1973; random subspaces have head width over model width",
});

/** The measures by name, in the order of the page. */
export const MEASURE_TEXTS: Readonly<Record<Measure, MeasureText>> = {
  patterns: {
    title: "Patterns",
    unit: "√JS",
    definition:
      "Distance between the attention patterns of two heads, row by row: 0 is identical, 0.83 means no key in common.",
    formula: "√ mean over rows of JS(A₁[i], A₂[i])",
    source: "Clark et al. 2019",
  },
  outputs: {
    title: "Outputs",
    unit: "CKA",
    definition:
      "Similarity of two heads’ outputs up to rotation: do both place the same tokens near each other? 1 is identical.",
    formula: "HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)), K of z₁W₁ᴼ, L of z₂W₂ᴼ, unbiased",
    source: "Kornblith et al. 2019, Song et al. 2012",
  },
  queries: {
    title: "Queries",
    definition: "Overlap of the directions that two heads read their queries from.",
    ...spaces("W_Q"),
  },
  keys: { title: "Keys", definition: "Overlap of the directions that two heads read their keys from.", ...spaces("W_K") },
  values: { title: "Values", definition: "Overlap of the directions that two heads read their values from.", ...spaces("W_V") },
  writes: { title: "Writes", definition: "Overlap of the directions that two heads write to.", ...spaces("W_Oᵀ") },
  qk: {
    title: "QK map",
    unit: "cosine",
    definition: "Similarity of the scores that two heads give to pairs of states. With rotary positions: at offset 0.",
    formula: "⟨M₁, M₂⟩ / ‖M₁‖‖M₂‖, M = W_Q W_Kᵀ",
    source: "Elhage et al. 2021 (the map)",
  },
  ov: {
    title: "OV map",
    unit: "cosine",
    definition: "Similarity of the outputs that two heads produce from the same attended state; −1 is the opposite.",
    formula: "⟨M₁, M₂⟩ / ‖M₁‖‖M₂‖, M = W_V W_O",
    source: "Elhage et al. 2021 (the map)",
  },
};

/** Returns true if values of a measure may be negative; opposite maps count as near. */
export const isSigned = (measure: Measure): boolean => measure === "qk" || measure === "ov";

/** Converts a measure to a distance. */
export function distanceIn(measure: Measure, value: number): number {
  if (measure === "patterns") return value;
  return 1 - (isSigned(measure) ? Math.abs(value) : value);
}

/** Returns the distance of the weakest shade: that of heads with nothing in common. */
export function farthestIn(measure: Measure, { baselines }: Redundancy): number {
  if (measure === "patterns") return FARTHEST;
  return ["queries", "keys", "values", "writes"].includes(measure) ? 1 - baselines.subspaces : 1;
}
