/** The cost of attention by its number of heads: parameters and multiply-adds, separated by component. */

export interface AttentionShape {
  readonly width: number;
  readonly heads: number;
  /** Default: the number of heads. */
  readonly keyValueHeads?: number;
  /** Default: width / heads. */
  readonly headWidth?: number;
  /** Includes a W_O; default true. */
  readonly outputProjection?: boolean;
  /** Includes biases of the projections; default true. */
  readonly biases?: boolean;
  readonly layers?: number;
}

export interface AttentionCost {
  readonly headWidth: number;
  /** Parameters of all layers: weights of each projection, and biases. */
  readonly query: number;
  readonly key: number;
  readonly value: number;
  readonly output: number;
  readonly biases: number;
  readonly parameters: number;
  /** Multiply-adds of all layers for one text: for the projections, and for scores and weighted sums. */
  readonly projecting: number;
  readonly attending: number;
}

/** Returns the numbers of heads that divide a width, ascending. */
export const divisors = (width: number): number[] =>
  Array.from({ length: width }, (_, k) => k + 1).filter((h) => width % h === 0);

/** Computes the cost of attention over a text of `length` tokens. Throws a `RangeError` if heads do not divide the width. */
export function attentionCost(shape: AttentionShape, length: number): AttentionCost {
  const { width: d, heads: h, keyValueHeads: g = h, outputProjection = true, biases = true, layers = 1 } = shape;
  const headWidth = shape.headWidth ?? d / h;
  if (!Number.isInteger(headWidth))
    throw new RangeError(`attention: ${h} heads do not divide the width ${d}; use a number of heads that divides it`);
  if (h % g !== 0)
    throw new RangeError(`attention: ${h} query heads cannot share ${g} key/value heads evenly; use a divisor of ${h}`);
  const [query, key] = [layers * d * h * headWidth, layers * d * g * headWidth];
  const output = outputProjection ? query : 0;
  const bias = biases ? layers * ((h + 2 * g) * headWidth + (outputProjection ? d : 0)) : 0;
  return {
    headWidth,
    query,
    key,
    value: key,
    output,
    biases: bias,
    parameters: query + 2 * key + output + bias,
    projecting: length * (query + 2 * key + output),
    attending: 2 * layers * length * length * h * headWidth,
  };
}
