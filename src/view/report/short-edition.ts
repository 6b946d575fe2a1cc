/** The short edition of a report, which is what a browser prints unless all heads are asked for: at most twelve pages of A4. */
import { type HeadReport, LABELS, MANNERS } from "../../heads/report/schema.ts";
import { shownAs } from "../chart/colors.ts";

/** Heads in the short edition; two or three fit on a page. */
const TELLING = 8;

/** Returns the places of the heads in the short edition: the strongest of each label, then of each manner. */
export function tellingHeads(heads: readonly HeadReport[]): ReadonlySet<number> {
  const named = heads.map((head, place) => {
    const name = shownAs(head);
    return { name, place, strength: head.scores[name]?.value ?? 0 };
  });
  const names = [...LABELS.filter((label) => label !== "unclassified"), ...MANNERS];
  const strongest = names.flatMap((name) => {
    const own = named.filter((head) => head.name === name);
    return own.length === 0 ? [] : [own.reduce((best, head) => (head.strength > best.strength ? head : best)).place];
  });
  return new Set(strongest.slice(0, TELLING));
}
