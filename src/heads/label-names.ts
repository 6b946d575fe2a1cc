/** What a head can be called. A head may have several labels, or none that beats its controls: `unclassified`. */
export const LABELS = [
  "previous-token",
  "next-token",
  "self",
  "positional",
  "first-position",
  "last-position",
  "delimiter",
  "syntactic",
  "rare-token",
  "semantic",
  "duplicate-token",
  "induction",
  "sink",
  "broad",
  "unclassified",
] as const;
export type Label = (typeof LABELS)[number];
