/** The agreement of labels between two texts: by label, and by head. */
import { ofHead } from "../redundancy/by-head.ts";
import { LABELS } from "../scores/label-names.ts";
import type { HeadReport, Report } from "./schema.ts";

type Named = Pick<HeadReport, "layer" | "head" | "labels" | "manners">;
type Also = NonNullable<Report["also"]>;

/** Counts every label found on either text, including `unclassified`, in the order of `LABELS`. */
export function agreementOf(here: readonly Named[], there: readonly Named[]): Pick<Also, "labels" | "heads"> {
  const has = ({ labels }: Named, label: Named["labels"][number]) => labels.includes(label);
  const counts = LABELS.map((label) => ({
    label,
    here: here.filter((head) => has(head, label)).length,
    there: there.filter((head) => has(head, label)).length,
    both: here.filter((head, k) => has(head, label) && has(ofHead(there, k), label)).length,
  }));
  return {
    labels: counts.filter(({ here: a, there: b }) => a + b > 0),
    heads: there.map(({ layer, head, labels, manners }) => ({ layer, head, labels, manners })),
  };
}

/** Returns the heads with a label on both texts divided by those with it on either (Jaccard); 1 if there are none. */
export const jaccard = ({ here, there, both }: Also["labels"][number]): number =>
  here + there === both ? 1 : both / (here + there - both);

/** Returns the share of heads with the same labels on both texts. */
export const sameLabels = (here: readonly Named[], there: readonly Pick<Named, "labels">[]): number =>
  here.filter(({ labels }, k) => `${[...labels].sort()}` === `${[...ofHead(there, k).labels].sort()}`).length /
  Math.max(1, here.length);
