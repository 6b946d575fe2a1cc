/** Selection of attentions and heads by name: `2`, `cross` or `cross.1` for layers, `2.0` or `cross.1.0` for heads. */
import { headName, tryHead } from "../../models/head-names.ts";
import { type AnyConfig, noSuchHead, type Site, sitesOf } from "../../models/sites.ts";
import { InputError } from "../../run/errors.ts";

/** The options `--layer` and `--head`. */
export interface PlaceOptions {
  /** A layer number; in an encoder–decoder also `encoder`, `decoder`, `cross`, or one of their layers such as `cross.1`. */
  readonly layer?: string;
  /** The name of a head, or with `layer` its number. */
  readonly head?: string;
}

/** The selected attentions, and the head if one is selected. */
export interface Place {
  readonly sites: readonly Site[];
  readonly head?: number;
}

/** Throws `InputError` if the options select nothing in any model. */
export function checkPlace({ layer, head }: PlaceOptions): void {
  if (head === undefined) return;
  const isNumber = /^\d+$/.test(head);
  if (isNumber && layer === undefined) throw new InputError("--head needs a layer; pass --layer N");
  if (isNumber) return;
  if (!tryHead(head))
    throw new InputError(`"${head}" names no head; pass a number with --layer, or a name such as 2.0 or cross.1.0`);
  if (layer !== undefined) throw new InputError(`--head ${head} names the layer too; remove --layer`);
}

/** Returns the attentions and the head that the options select. Throws `InputError` if the model does not have them. */
export function placeIn(config: AnyConfig, { layer, head }: PlaceOptions): Place {
  const all = sitesOf(config);
  const named = tryHead(head ?? "");
  const sites = named ? all.filter(({ name }) => name === named.site) : all.filter(({ name }) => isOf(name, layer));
  const [site, other] = sites;
  if (!site) throw new InputError(`there is no layer ${named?.site ?? layer}; choose one from ${ranges(all)}`);
  if (head === undefined) return { sites };
  const at = named?.head ?? Number(head);
  if (other) throw new InputError(`--layer ${layer} is ${sites.length} attentions; pass --head ${headName(site.name, at)}`);
  if (at >= site.heads) throw noSuchHead(site, at);
  return { sites, head: at };
}

/** Returns true if a layer's name, its number, or its kind of attention is the wanted one. */
const isOf = (name: string, wanted: string | undefined): boolean =>
  wanted === undefined || name === wanted || name.split(".").includes(wanted);

/** Lists layers: `0 to 5`, or by kind `encoder.0 to encoder.5, …`. */
function ranges(sites: readonly Site[]): string {
  const kinds = new Map<string, string[]>();
  for (const { name } of sites) {
    const kind = name.replace(/\d+$/, "");
    kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  }
  return [...kinds.values()].map((names) => `${names[0]} to ${names.at(-1)}`).join(", ");
}
