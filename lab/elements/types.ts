import type { Label } from "../../src/heads/label-names.ts";
export interface HeadPattern {
  readonly name: string;
  readonly layer: number;
  readonly head: number;
  readonly pattern: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly label?: Label;
  readonly off?: boolean;
  readonly scale?: number;
}
