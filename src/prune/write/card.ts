/** The model card of a pruned or converted model: the original's, with a note on the change. */
import type { PruneRecord } from "./record.ts";

/** Returns the card of a pruned model. */
export const cardWithNote = (card: string, record: Pick<PruneRecord, "heads" | "headwise" | "padded">): string =>
  withNote(card, noteOf(record));

/** Inserts a note below the card's front matter, which model hubs read and which stays unchanged. */
export function withNote(card: string, note: string): string {
  const front = /^---\r?\n[\s\S]*?\r?\n---\r?\n/.exec(card)?.[0] ?? "";
  return `${front}${front ? "\n" : ""}${note}\n\n${card.slice(front.length).replace(/^\s+/, "")}`;
}

const noteOf = ({ heads: { before, after }, headwise, padded }: Pick<PruneRecord, "heads" | "headwise" | "padded">): string =>
  `> **A pruned copy.** Headwise ${headwise} removed ${before - after} of ${before} attention heads${padded ? ", with zeros in their place" : ""}; ` +
  "`prune.json` lists them. The rest of this card describes the original model.";
