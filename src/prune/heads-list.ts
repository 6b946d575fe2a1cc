/** Head names on the command line: `0.3,4.1`, in encoder–decoders `encoder.0.3,cross.2.7`. */
import { headName, tryHead } from "../models/head-names.ts";
import { type AnyConfig, type Kept, noSuchHead, type Site, sitesOf, withHeads } from "../models/sites.ts";
import { InputError } from "../run/errors.ts";
import type { Choosing } from "./choosing.ts";

/** Heads by site name. */
export type Heads = ReadonlyMap<string, readonly number[]>;

/** Parses a list such as `0.3,4.1`. Throws `InputError` with the first part that is not a head of the model or is repeated. */
function readHeads(list: string, config: AnyConfig): Heads {
  const sites = new Map(sitesOf(config).map((site) => [site.name, site]));
  const heads = new Map<string, number[]>();
  for (const word of list.split(",").map((part) => part.trim())) {
    if (word === "") throw new InputError(`the list of heads "${list}" has an empty entry; remove the extra comma`);
    const found = tryHead(word);
    const site = sites.get(found?.site ?? "");
    if (!found || !site) throw new InputError(`there is no head "${word}"; use names such as ${example([...sites.values()])}`);
    const { head } = found;
    if (head >= site.heads) throw noSuchHead(site, head);
    const known = heads.get(site.name) ?? [];
    if (known.includes(head)) throw new InputError(`head ${word} is listed twice; list it once`);
    heads.set(site.name, [...known, head]);
  }
  return heads;
}

const example = (sites: readonly Site[]): string =>
  [...sites.slice(0, 1), ...sites.slice(-1)].map(({ name, heads }) => headName(name, Math.max(0, heads - 1))).join(" or ");

/** Returns the heads that are left without `removed`. */
const keptWithout = (config: AnyConfig, removed: Heads): Kept =>
  new Map(
    sitesOf(config).map(({ name, heads }) => [
      name,
      Array.from({ length: heads }, (_, head) => head).filter((head) => !removed.get(name)?.includes(head)),
    ]),
  );

/** Returns the choice of the heads of a list. Throws `InputError` if the model has no such heads or cannot lose them. */
export function listedHeads(list: string, config: AnyConfig): Choosing {
  const kept = keptWithout(config, readHeads(list, config));
  withHeads(config, kept);
  return { kept, removed: list.split(",").map((head) => head.trim()) };
}
