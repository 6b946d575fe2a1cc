/** From the word under the pointer to the tokens that every head's map marks. */
import { groupTokens } from "../../elements/arcs/words.ts";
import type { MarkedTokens, TokenPick } from "../../elements/types.ts";
import type { Looked } from "../../engine/protocol.ts";
import { siteOf } from "../heads-of.ts";

interface Shape {
  readonly grouping: "tokens" | "words";
  /** True if the maps have no first column. */
  readonly hidden: boolean;
  /** True if the picture under the pointer has no first column either. */
  readonly columnsCut: boolean;
}

/** Returns the rows or columns of the maps for a token of the picture of the head `name`. */
export function markedBy({ index, side }: TokenPick, looked: Looked, name: string, shape: Shape): MarkedTokens | undefined {
  const kind = siteOf(looked, name)?.site.site.match(/^(.*)\./)?.[1] ?? "";
  if (index === null) return undefined;
  const grouped = shape.grouping === "words" && looked.words && side === "query" ? groupTokens(looked.words)[index] : undefined;
  const cut = shape.hidden && side === "key" && !shape.columnsCut ? 1 : 0;
  const tokens = grouped ?? [index];
  return { side, from: Math.min(...tokens) - cut, to: Math.max(...tokens) - cut, sites: sitesOf(kind, side) };
}

/** Returns the kinds of attention with the same tokens on this side: decoder and cross-attention share their queries. */
function sitesOf(kind: string, side: TokenPick["side"]): readonly string[] | undefined {
  if (kind === "") return undefined;
  if (side === "query") return kind === "encoder" ? ["encoder"] : ["decoder", "cross"];
  return kind === "decoder" ? ["decoder"] : ["encoder", "cross"];
}
