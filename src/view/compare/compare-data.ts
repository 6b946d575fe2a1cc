/** Data shared by the views of a comparison: measure names, number formats, order and grid of heads. */
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

/** The name, formula and description of each measure. */
export const CHANGE_NAMES: Record<Change, { readonly title: string; readonly formula: string; readonly means: string }> = {
  output: {
    title: "Output",
    formula: "‖z W_O − z′ W_O′‖ / ‖z W_O‖",
    means: "The head's output into the residual stream, on the text. It also changes when only earlier layers changed.",
  },
  pattern: {
    title: "√JS",
    formula: "√ mean JS(A, A′), nats",
    means: "The head's attention pattern, on the text: from 0 (the same keys) to 0.83 (no key in common).",
  },
  queryKey: {
    title: "QK",
    formula: "‖W_Q W_Kᵀ − W_Q′ W_K′ᵀ‖ / ‖W_Q W_Kᵀ‖",
    means: "The weights that determine the attention pattern, independent of their basis; without biases.",
  },
  valueOutput: {
    title: "OV",
    formula: "‖W_V W_O − W_V′ W_O′‖ / ‖W_V W_O‖",
    means: "The weights that determine the head's output, independent of their basis; without biases.",
  },
};

/** Formats a change in little room: ".12", "3.4", "12", "2e-5"; an undefined one is "–". */
export function shortChange(change: number | null): string {
  if (change === null) return "–";
  if (change === 0) return "0";
  if (change >= 9.95) return change < 999.5 ? String(Math.round(change)) : change.toExponential(0).replace("+", "");
  if (change >= 0.995) return change.toFixed(1);
  if (change >= 0.0095) return change.toFixed(2).slice(1);
  return change >= 0.00095 ? change.toFixed(3).slice(1) : change.toExponential(0);
}

/** Formats a change with at least two digits; as a power of ten if it would take many zeros. */
export function longChange(change: number | null): string {
  if (change === null || change === 0) return change === null ? "–" : "0";
  if (change >= 999.5 || change < 0.00095) return change.toExponential(1).replace("+", "");
  return decimal(change, change < 0.0095 ? 4 : 3);
}

/** Formats an interval as "0.120–0.134"; "" if there is none. */
export function spanOf({ low, high }: MaybeEstimate): string {
  return low === null || high === null ? "–" : `${longChange(low)}–${longChange(high)}`;
}

export const nameOf = ({ layer, head }: { readonly layer: number; readonly head: number }): string => headName(layer, head);

/** Sorts heads by change, largest first; ties keep their order. */
export function mostChanged({ heads }: Comparison, change: Change): ComparedHead[] {
  // a head whose output was zero before has changed most
  const order = (head: ComparedHead) => changeOf(head, change) ?? Number.POSITIVE_INFINITY;
  return [...heads].sort((a, b) => Number(order(b) > order(a)) - Number(order(b) < order(a)));
}

/** Relative rounding errors of float32 stay below this, in any basis. */
const ROUNDING = 1e-6;

/** Counts the heads whose own weights changed, by QK or OV. */
export const ownChanges = ({ heads }: Comparison): number =>
  heads.filter(({ queryKey, valueOutput }) => !((queryKey ?? 1) <= ROUNDING && (valueOutput ?? 1) <= ROUNDING)).length;

/** Returns the largest change for each measure. */
export function largestChanges({ heads }: Comparison): Record<Change, number> {
  const largest = (change: Change) => heads.reduce((most, head) => Math.max(most, changeOf(head, change) ?? 0), 0);
  return Object.fromEntries(CHANGES.map((change) => [change, largest(change)])) as Record<Change, number>;
}

/** Returns the color step of a change, in even steps up to the largest; a head that was zero before gets the last step. */
export function changeLevel(change: number | null, largest: number): number {
  if (change === null) return WEIGHT_LEVELS;
  return largest === 0 ? 0 : Math.round((WEIGHT_LEVELS * change) / largest);
}

/** A cell of the grid: a head in both models, in one, or in neither. */
export type HeadCell = ComparedHead | "A" | "B" | null;

/** Returns, by layer, every head at its original index. */
export function cellsOf({ layers, heads, onlyInA, onlyInB }: Comparison): HeadCell[][] {
  return layers.map(({ layer }) => {
    const own: HeadCell[] = [];
    for (const head of heads) if (head.layer === layer) own[head.head] = head;
    for (const place of onlyInA) if (place.layer === layer) own[place.head] = "A";
    for (const place of onlyInB) if (place.layer === layer) own[place.head] = "B";
    return Array.from(own, (cell) => cell ?? null);
  });
}

/** Formats the loss of both models, and the difference with its interval. */
export function lossText({ loss }: Comparison): string {
  if (!loss) return "";
  const { value, low, high } = loss.change;
  const signed = (x: number | null) => `${(x ?? 0) > 0 ? "+" : ""}${decimal(x, 3)}`;
  return `${decimal(loss.a, 3)} → ${decimal(loss.b, 3)} nats per token (${signed(value)}, 95% ${signed(low)} to ${signed(high)})`;
}
