/** The model card of a smaller model: the whole model's, with a note on what was cut. */
import type { PruneRecord } from "./record.ts";

/** The card with a note under its front matter, which model hubs read and which stays as it is. */
export function cardWithNote(card: string, record: Pick<PruneRecord, "heads" | "headwise" | "padded">): string {
  const front = /^---\r?\n[\s\S]*?\r?\n---\r?\n/.exec(card)?.[0] ?? "";
  return `${front}${front ? "\n" : ""}${noteOf(record)}\n\n${card.slice(front.length).replace(/^\s+/, "")}`;
}

const noteOf = ({ heads: { before, after }, headwise, padded }: Pick<PruneRecord, "heads" | "headwise" | "padded">): string =>
  `> **A pruned copy.** Headwise ${headwise} removed ${before - after} of ${before} attention heads${padded ? ", with zeros in their place" : ""}; ` +
  "`prune.json` lists them. What follows was written of the whole model.";
