/** The head worth looking at first: the one with most of what an example is about, measured on the patterns of the page. */
import { headName } from "../../../src/models/head-names.ts";
import { decimal } from "../../../src/view/page/numbers.ts";
import { readableTokens } from "../../../src/view/page/readable-tokens.ts";
import { displayToken, isSpecial } from "../../../src/view/page/tokens.ts";
import type { Looked, SitePatterns, Weighting } from "../../engine/protocol.ts";
import type { Sought } from "../../examples.ts";

/** The query tokens that count, each with its keys. */
type Targets = readonly { readonly query: number; readonly keys: readonly number[] }[];

/** A head with its measured share of attention. */
export interface Telling {
  readonly name: string;
  /** The mean over the queries that count of the weights on their keys, in [0, 1]. */
  readonly value: number;
  readonly sentence: string;
}

interface Measure {
  /** Returns the queries and keys of an attention; none if the text has nothing of the kind. */
  targets(site: SitePatterns): Targets;
  sentence(head: string, share: string): string;
}

/** Returns the head with the largest share, and the reason to look at it; undefined if no text token qualifies. */
export function tellingHead({ sites }: Looked, sought: Sought, weighting: Weighting): Telling | undefined {
  const own = sites.filter(({ site }) => !site.startsWith("cross."));
  const noun = weighting === "norm" ? "weighted attention" : "attention";
  const asked = sought.kind === "any" ? [] : [measureOf(sought, noun)];
  return (
    best(own, asked) ??
    best(own, [measureOf({ kind: "after-earlier" }, noun), measureOf(EARLIER, noun), previous(noun), next(noun)])
  );
}

const EARLIER = { kind: "earlier" } as const;

/** Returns the head that exceeds even attention the most in one of the measures. */
function best(sites: readonly SitePatterns[], measures: readonly Measure[]): Telling | undefined {
  const heads = sites.reduce((sum, { patterns }) => sum + patterns.length, 0);
  let [most, found]: [number, Telling | undefined] = [Number.NEGATIVE_INFINITY, undefined];
  for (const { targets, sentence } of measures) {
    for (const site of sites) {
      const counted = targets(site);
      if (counted.length === 0) continue;
      const even = evenShare(counted, site);
      for (const [head, pattern] of site.patterns.entries()) {
        const value = shareOf(counted, pattern, site.columns.length);
        if (value - even <= most) continue;
        const name = headName(site.site, head);
        most = value - even;
        found = { name, value, sentence: `${sentence(name, decimal(value))}, the most of all ${heads} heads.` };
      }
    }
  }
  return found;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function shareOf(targets: Targets, pattern: Float32Array, columns: number): number {
  return mean(targets.map(({ query, keys }) => keys.reduce((sum, key) => sum + pattern[query * columns + key]!, 0)));
}

/** Returns the share that attention spread evenly over the keys in view would have. */
function evenShare(targets: Targets, { patterns, columns }: SitePatterns): number {
  const width = columns.length;
  const open = (query: number) => {
    const row = patterns[0]!.subarray(query * width, (query + 1) * width);
    return Math.max(
      1,
      row.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0),
    );
  };
  return mean(targets.map(({ query, keys }) => keys.length / open(query)));
}

function measureOf(sought: Exclude<Sought, { kind: "any" }>, noun: string): Measure {
  if (sought.kind === "pair") return pairOf(sought.from, sought.to, noun);
  const after = sought.kind === "after-earlier";
  const where = after ? "the token after their earlier occurrence" : "their earlier occurrence";
  return {
    targets: ({ rows, columns }) => repeated(rows, columns, after ? 1 : 0),
    sentence: (head, share) => `Head ${head} gives ${share} of the ${noun} of repeated tokens to ${where}`,
  };
}

/** Returns the repeated tokens, with the keys `after` tokens behind their earlier occurrences. */
function repeated(rows: readonly string[], columns: readonly string[], after: number): Targets {
  const texts = rows.map((row) => (isSpecial(row) ? "" : displayToken(row).toLowerCase()));
  return texts.flatMap((text, query) => {
    if (!/[\p{L}\p{N}]/u.test(text)) return [];
    const keys = texts.flatMap((other, at) => (other === text && at < query ? [at + after] : []));
    const seen = keys.filter((key) => key < query && key < columns.length);
    return seen.length > 0 ? [{ query, keys: seen }] : [];
  });
}

const offset = (by: number, name: string, noun: string): Measure => ({
  targets: ({ rows, columns, patterns }) =>
    rows.flatMap((_, query) => {
      const key = query + by;
      const open =
        key >= 0 && key < columns.length && (by < 0 || patterns.some((pattern) => pattern[query * columns.length + key]! > 0));
      return open ? [{ query, keys: [key] }] : [];
    }),
  sentence: (head, share) => `Head ${head} gives ${share} of its ${noun} to the ${name} token`,
});
const previous = (noun: string): Measure => offset(-1, "previous", noun);
const next = (noun: string): Measure => offset(1, "next", noun);

/** Measures the attention of the last `from` to the first `to`, words of one or several tokens. */
function pairOf(from: string, to: string, noun: string): Measure {
  return {
    targets({ rows, columns }) {
      const queries = tokensOf(rows, from).at(-1);
      const keys = tokensOf(columns, to)[0];
      return queries && keys ? queries.map((query) => ({ query, keys })) : [];
    },
    sentence: (head, share) => `Head ${head} gives ${share} of the ${noun} of “${from}” to “${to}”`,
  };
}

/** Returns the occurrences of a word: the tokens that spell it. */
function tokensOf(tokens: readonly string[], word: string): number[][] {
  const texts = readableTokens(tokens).map((token) => displayToken(token).replace(/^##/, "").toLowerCase());
  return texts.flatMap((_, start) => {
    let spelled = "";
    for (let end = start; end < texts.length && spelled.length < word.length; end++) {
      spelled += texts[end]!;
      if (spelled === word) return [Array.from({ length: end - start + 1 }, (_, k) => start + k)];
    }
    return [];
  });
}
