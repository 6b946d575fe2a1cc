/** The model card of a pruned model: the original's, with a note on the removed heads. */
import type { PruneRecord } from "./record.ts";

/** Inserts a note below the card's front matter, which model hubs read and which stays unchanged. */
export function cardWithNote(card: string, record: Pick<PruneRecord, "heads" | "headwise" | "padded">): string {
  const front = /^---\r?\n[\s\S]*?\r?\n---\r?\n/.exec(card)?.[0] ?? "";
  return `${front}${front ? "\n" : ""}${noteOf(record)}\n\n${card.slice(front.length).replace(/^\s+/, "")}`;
}

const noteOf = ({ heads: { before, after }, headwise, padded }: Pick<PruneRecord, "heads" | "headwise" | "padded">): string =>
  `> **A pruned copy.** Headwise ${headwise} removed ${before - after} of ${before} attention heads${padded ? ", with zeros in their place" : ""}; ` +
  "`prune.json` lists them. The rest of this card describes the original model.";
