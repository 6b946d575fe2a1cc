/** The names of labels and manners, in a file of their own so that a page can show them without the schema's library. */

/**
 * Labels of heads by what they attend to. A head may have several labels; if no label's rules all hold, it is `unclassified`.
 */
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

/** Manners of attending: the position that a head rests on, no focus, or almost no output. A manner implies no function. */
export const MANNERS = ["first-position", "last-position", "sink", "broad", "dormant"] as const;
export type Manner = (typeof MANNERS)[number];
