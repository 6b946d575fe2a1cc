/** The names that a head can be given: alone in a file, so that a page can show them without the schema's library. */

/** What a head can be called. A head may have several labels, or none whose rules all hold: `unclassified`. */
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
