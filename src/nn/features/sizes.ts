/** The sizes of an attention that its features depend on. */
export interface FeatureSizes {
  readonly width: number;
  readonly heads: number;
  readonly headWidth: number;
}
