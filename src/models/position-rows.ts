/** Learned positions, in encoders and decoders: the table, and the row of each token. */
import { dimAt } from "../graph/shape.ts";
import type { Value } from "../graph/value.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { range } from "../ops/index-by.ts";
import { unsqueeze } from "../ops/layout.ts";
import { cast, equal, not } from "../ops/logic.ts";
import { cumsum } from "../ops/reduce.ts";
import { type Spec, spec } from "../params/tree.ts";
import type { Positions, TransformerConfig } from "./config.ts";
import type { Inputs } from "./layer.ts";

type Learned = Extract<Positions, { readonly kind: "learned" }>;

/** Returns the table [rows, m]: `offset` rows, then one for each position. */
export const positionTable = ({ maxPositions, width }: TransformerConfig, { offset }: Learned): Spec =>
  spec([maxPositions + offset, width]);

/** Returns rows of the table, int64: [1, i], or [b, i] if only some tokens are counted. */
export function positionRows(positions: Learned, inputs: Inputs): Value {
  const { ids, past } = inputs;
  const counted = countedTokens(positions, inputs);
  const rows = counted
    ? add(mul(cumsum(counted, 1), counted), positions.offset - 1)
    : unsqueeze(add(range(dimAt(ids.shape, 1), ids), positions.offset), 0);
  return past ? add(rows, past) : rows;
}

/** Returns 1 for each token that is counted and 0 for each other one, int64 [b, i]; undefined: all are counted. */
function countedTokens({ paddingId, skipsPadding }: Learned, { ids, mask }: Inputs): Value | undefined {
  if (paddingId !== undefined) return cast(not(equal(ids, paddingId)), "int64");
  return skipsPadding ? mask : undefined;
}
