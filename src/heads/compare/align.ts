/** Alignment of the heads of two models of one shape, either of which may be pruned. */

import type { TransformerConfig } from "../../models/config.ts";
import { ofLayer } from "../../models/layer.ts";
import { InputError } from "../../run/errors.ts";
import type { HeadPlace } from "./compare-schema.ts";

/** A head in both models: its original index, and its index in each model. */
export interface SharedHead extends HeadPlace {
  readonly inA: number;
  readonly inB: number;
}

export interface Alignment {
  /** Layer by layer, in the order of their original indices. */
  readonly shared: readonly SharedHead[];
  readonly onlyInA: readonly HeadPlace[];
  readonly onlyInB: readonly HeadPlace[];
}

/** Aligns heads. Throws `InputError` with the difference if the models have different shapes. */
export function alignHeads(a: TransformerConfig, b: TransformerConfig): Alignment {
  requireOneShape(a, b);
  const layers = a.heads.map((_, layer) => alignLayer(layer, numbersOf(a, layer), numbersOf(b, layer)));
  return {
    shared: layers.flatMap(({ shared }) => shared),
    onlyInA: layers.flatMap(({ onlyInA }) => onlyInA),
    onlyInB: layers.flatMap(({ onlyInB }) => onlyInB),
  };
}

/** Returns the heads of a layer by original index. */
const numbersOf = ({ heads, originalHeads }: TransformerConfig, layer: number): readonly number[] =>
  originalHeads?.[layer] ?? Array.from({ length: ofLayer(heads, layer) }, (_, head) => head);

function alignLayer(layer: number, a: readonly number[], b: readonly number[]): Alignment {
  const without = (some: readonly number[], others: readonly number[]) =>
    some.filter((head) => !others.includes(head)).map((head) => ({ layer, head }));
  const shared = a.flatMap((head, inA) => (b.includes(head) ? [{ layer, head, inA, inB: b.indexOf(head) }] : []));
  return { shared, onlyInA: without(a, b), onlyInB: without(b, a) };
}

/** Throws `InputError` with the difference. */
export function requireOneShape(a: TransformerConfig, b: TransformerConfig): void {
  const sizes = (config: TransformerConfig): Record<string, number | string> => ({
    family: config.family,
    layers: config.heads.length,
    width: config.width,
    "head width": config.headWidth,
    vocabulary: config.vocabulary,
  });
  const [ofA, ofB] = [sizes(a), sizes(b)];
  const unlike = Object.keys(ofA).filter((name) => ofA[name] !== ofB[name]);
  if (unlike.length > 0) {
    throw new InputError(
      `A and B are of different shapes: ${unlike.map((name) => `${name} ${ofA[name]} and ${ofB[name]}`).join(", ")}; compare two states of one model`,
    );
  }
  for (const layer of a.heads.keys()) requireKnownHeads(a, b, layer);
}

/** Throws if the two models cannot have had the same heads before pruning. */
function requireKnownHeads(a: TransformerConfig, b: TransformerConfig, layer: number): void {
  const [ofA, ofB] = [couldHave(a, layer), couldHave(b, layer)];
  if (ofA.least <= ofB.most && ofB.least <= ofA.most) return;
  throw new InputError(
    `A and B are of different shapes: layer ${layer} has ${a.heads[layer]} heads in A and ${b.heads[layer]} in B, and they were not pruned from one model; compare two states of one model`,
  );
}

/**
 * Returns the possible numbers of heads of a layer before pruning: exact for an original model, a lower bound for a pruned one.
 */
function couldHave(config: TransformerConfig, layer: number): { readonly least: number; readonly most: number } {
  const heads = ofLayer(config.heads, layer);
  if (!config.originalHeads) return { least: heads, most: heads };
  return { least: Math.max(0, ...numbersOf(config, layer).map((head) => head + 1)), most: Number.POSITIVE_INFINITY };
}
