/** What the pictures of a comparison share: names, numbers as they are written, heads in order and in place. */

import {
  CHANGES,
  type Change,
  type ComparedHead,
  type Comparison,
  changeOf,
  type MaybeEstimate,
} from "../../heads/compare/compare-schema.ts";
import { headName } from "../../models/head-names.ts";
import { WEIGHT_LEVELS } from "../chart/colors.ts";
import { decimal } from "../page/numbers.ts";

/** What each measure is called, in a word, as a formula and in a sentence. */
export const CHANGE_NAMES: Record<Change, { readonly title: string; readonly formula: string; readonly means: string }> = {
  output: {
    title: "Output",
    formula: "‖z W_O − z′ W_O′‖ / ‖z W_O‖",
    means:
      "What the head writes into the residual stream, on the text. It also moves where only the layers before the head changed.",
  },
  pattern: {
    title: "√JS",
    formula: "√ mean JS(A, A′), nats",
    means: "Where the head looks, on the text: from 0 (at the same tokens) to 0.83 (never at the same one).",
  },
  queryKey: {
    title: "QK",
    formula: "‖W_Q W_Kᵀ − W_Q′ W_K′ᵀ‖ / ‖W_Q W_Kᵀ‖",
    means: "The weights that decide where the head looks, whatever basis they are written in; without biases.",
  },
  valueOutput: {
    title: "OV",
    formula: "‖W_V W_O − W_V′ W_O′‖ / ‖W_V W_O‖",
    means: "The weights that decide what the head moves, whatever basis they are written in; without biases.",
  },
};

/** A change in little room: ".12", "3.4", "12", "2e-5"; one that cannot be said is "–". */
export function shortChange(change: number | null): string {
  if (change === null) return "–";
  if (change === 0) return "0";
  if (change >= 9.95) return change < 999.5 ? String(Math.round(change)) : change.toExponential(0).replace("+", "");
  if (change >= 0.995) return change.toFixed(1);
  if (change >= 0.0095) return change.toFixed(2).slice(1);
  return change >= 0.00095 ? change.toFixed(3).slice(1) : change.toExponential(0);
}

/** A change with room: two digits or more, as a power of ten where that takes many zeros. */
export function longChange(change: number | null): string {
  if (change === null || change === 0) return change === null ? "–" : "0";
  if (change >= 999.5 || change < 0.00095) return change.toExponential(1).replace("+", "");
  return decimal(change, change < 0.0095 ? 4 : 3);
}

/** "0.120–0.134"; nothing where there is no interval. */
export function spanOf({ low, high }: MaybeEstimate): string {
  return low === null || high === null ? "–" : `${longChange(low)}–${longChange(high)}`;
}

export const nameOf = ({ layer, head }: { readonly layer: number; readonly head: number }): string => headName(layer, head);

/** Heads by how much they changed, most first; of equal ones the earlier first. */
export function mostChanged({ heads }: Comparison, change: Change): ComparedHead[] {
  // a head that was nothing before has changed most
  const order = (head: ComparedHead) => changeOf(head, change) ?? Number.POSITIVE_INFINITY;
  return [...heads].sort((a, b) => Number(order(b) > order(a)) - Number(order(b) < order(a)));
}

/** Float32's rounding stays below this share, in whatever basis. */
const ROUNDING = 1e-6;

/** How many heads have other weights of their own, by QK or OV. */
export const ownChanges = ({ heads }: Comparison): number =>
  heads.filter(({ queryKey, valueOutput }) => !((queryKey ?? 1) <= ROUNDING && (valueOutput ?? 1) <= ROUNDING)).length;

/** The largest change by each measure. */
export function largestChanges({ heads }: Comparison): Record<Change, number> {
  const largest = (change: Change) => heads.reduce((most, head) => Math.max(most, changeOf(head, change) ?? 0), 0);
  return Object.fromEntries(CHANGES.map((change) => [change, largest(change)])) as Record<Change, number>;
}

/** The step of the colour ramp of a change, in even steps up to the largest; a head that was nothing before gets the last. */
export function changeLevel(change: number | null, largest: number): number {
  if (change === null) return WEIGHT_LEVELS;
  return largest === 0 ? 0 : Math.round((WEIGHT_LEVELS * change) / largest);
}

/** A head in its place: in both models, in one, or in neither. */
export type Cell = ComparedHead | "A" | "B" | null;

/** By layer, every head by its number before any cut. */
export function cellsOf({ layers, heads, onlyInA, onlyInB }: Comparison): Cell[][] {
  return layers.map(({ layer }) => {
    const own: Cell[] = [];
    for (const head of heads) if (head.layer === layer) own[head.head] = head;
    for (const place of onlyInA) if (place.layer === layer) own[place.head] = "A";
    for (const place of onlyInB) if (place.layer === layer) own[place.head] = "B";
    return Array.from(own, (cell) => cell ?? null);
  });
}

/** The loss of both, and its change with the interval. */
export function lossText({ loss }: Comparison): string {
  if (!loss) return "";
  const { value, low, high } = loss.change;
  const signed = (x: number | null) => `${(x ?? 0) > 0 ? "+" : ""}${decimal(x, 3)}`;
  return `${decimal(loss.a, 3)} → ${decimal(loss.b, 3)} nats a token (${signed(value)}, 95% ${signed(low)} to ${signed(high)})`;
}
