/** The scores of the untrained twins' heads: the best of them, and the p value of a score. */
export interface NullHeads {
  readonly best: number;
  p(value: number): number;
}

export function nullHeads(values: readonly number[]): NullHeads {
  return {
    best: values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    p: (value) => (values.filter((v) => v >= value).length + 1) / (values.length + 1),
  };
}
