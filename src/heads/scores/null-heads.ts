/** What the heads of the untrained twins reach: the best of them, and how many reach a value. */
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
