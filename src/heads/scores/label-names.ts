/** The names that a head can be given: alone in a file, so that a page can show them without the schema's library. */

/** What a head can be called for what it looks for. A head may have several labels, or none whose rules all hold: `unclassified`. */
export const LABELS = [
  "previous-token",
  "next-token",
  "self",
  "positional",
  "delimiter",
  "syntactic",
  "rare-token",
  "semantic",
  "sub-word",
  "duplicate-token",
  "induction",
  "unclassified",
] as const;
export type Label = (typeof LABELS)[number];

/** The manner in which a head attends: where it rests, that it has no focus or writes next to nothing. It says nothing of a function. */
export const MANNERS = ["first-position", "last-position", "sink", "broad", "dormant"] as const;
export type Manner = (typeof MANNERS)[number];
