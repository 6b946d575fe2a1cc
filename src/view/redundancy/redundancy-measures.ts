/** What heads are compared in: names, sentences, sources, and how numbers become distances and shades. */
import type { Measure, Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { FARTHEST } from "../report/similar.ts";

interface MeasureText {
  readonly title: string;
  /** What its numbers are called beside one. */
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

/** The measures by name, in the order in which a page offers them. */
export const MEASURE_TEXTS: Readonly<Record<Measure, MeasureText>> = {
  patterns: {
    title: "Patterns",
    unit: "√JS",
    definition: "How far apart the attention of two heads is, row by row: 0 is the same, 0.83 never the same key.",
    formula: "√ mean over rows of JS(A₁[i], A₂[i])",
    source: "Clark et al. 2019",
  },
  outputs: {
    title: "Outputs",
    unit: "CKA",
    definition: "Whether what two heads write puts the same tokens near each other, whichever way it is turned: 1 is the same.",
    formula: "HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)), K of z₁W₁ᴼ, L of z₂W₂ᴼ, unbiased",
    source: "Kornblith et al. 2019, Song et al. 2012",
  },
  queries: { title: "Queries", definition: "Whether two heads read their queries from the same directions.", ...spaces("W_Q") },
  keys: { title: "Keys", definition: "Whether two heads read their keys from the same directions.", ...spaces("W_K") },
  values: { title: "Values", definition: "Whether two heads read their values from the same directions.", ...spaces("W_V") },
  writes: { title: "Writes", definition: "Whether two heads write into the same directions.", ...spaces("W_Oᵀ") },
  qk: {
    title: "QK map",
    unit: "cosine",
    definition: "Whether two heads score pairs of states alike. With rotary positions: a token and itself.",
    formula: "⟨M₁, M₂⟩ / ‖M₁‖‖M₂‖, M = W_Q W_Kᵀ",
    source: "Elhage et al. 2021 (the map)",
  },
  ov: {
    title: "OV map",
    unit: "cosine",
    definition: "Whether two heads turn a state that they attend to into the same output; −1 is its opposite.",
    formula: "⟨M₁, M₂⟩ / ‖M₁‖‖M₂‖, M = W_V W_O",
    source: "Elhage et al. 2021 (the map)",
  },
};

/** How far apart two heads are in a measure; opposite maps are as near as equal ones. */
export function distanceIn(measure: Measure, value: number): number {
  if (measure === "patterns") return value;
  return measure === "qk" || measure === "ov" ? 1 - Math.abs(value) : 1 - value;
}

/** The distance drawn lightest: what heads that have nothing in common are apart. */
export function farthestIn(measure: Measure, { baselines }: Redundancy): number {
  if (measure === "patterns") return FARTHEST;
  return ["queries", "keys", "values", "writes"].includes(measure) ? 1 - baselines.subspaces : 1;
}
