/**
 * The effects of the features of an adaptive attention on some texts, for every head: mean gates, and numbers of keys with any
 * weight.
 * Axes: b text, h head, i query, j key.
 */
import { input, type Value } from "../../graph/value.ts";
import { scoreHeadsAt } from "../../models/features-of.ts";
import { type Site, sitesOf } from "../../models/sites.ts";
import { forward, type Transformer } from "../../models/transformer.ts";
import { keep, keptAt } from "../../nn/probe.ts";
import { einsum } from "../../ops/einsum.ts";
import { greater, indicator, less } from "../../ops/logic.ts";
import { sum } from "../../ops/reduce.ts";
import { itemsAt } from "../../params/keyed.ts";
import { byPath } from "../../params/tree.ts";
import { releasing } from "../../run/releasing.ts";
import { type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, int64, tensor } from "../../run/tensor.ts";
import { addTo, numberAt } from "../../stats/sums.ts";
import { batches, countedQueries, lengthOf, type Text } from "./text.ts";

/**
 * The measures of adaptive heads; means run over the counted queries. `gate`: the mean gate. `closed`: the share of queries with
 * a gate below 0.1. `used`: the share of queries that are routed to the head. `support`: the mean number of keys with a weight
 * above 0. `zeros`: the share of visible keys with a weight of exactly 0. `span`: the distance, in tokens, up to which keys keep
 * their weight. `alpha`: the α of entmax, from 1 (softmax) to 2 (sparsemax).
 */
export const ADAPTIVE = ["gate", "closed", "used", "support", "zeros", "span", "alpha"] as const;
export type AdaptiveMeasure = (typeof ADAPTIVE)[number];
export type AdaptiveMeasures = Partial<Record<AdaptiveMeasure, number>>;

/** A gate below this counts as closed. */
const CLOSED = 0.1;

/** The values that the graph computes of a site: the measures, except for the zeros, which follow from the support. */
type Quantity = Exclude<AdaptiveMeasure, "zeros">;

interface Computed {
  readonly site: string;
  readonly quantity: Quantity;
  /** [b, h], a sum over the counted queries; or [s] for the heads that have scores, if it depends on the weights alone. */
  readonly value: Value;
  readonly ofWeights: boolean;
}

/** The quantities of one site over all texts, for each head. */
type Sums = Partial<Record<Quantity, Float64Array>>;

/** Measures the features of every head, in order over all layers; empty records for heads without features. */
export const adaptiveMeasures = (
  runtime: Runtime,
  model: Transformer,
  texts: readonly Text[],
): Promise<readonly AdaptiveMeasures[]> =>
  releasing(runtime, async (own) => {
    const computed = computedOf(model);
    const sums = computed.length > 0 ? await addUp(own, model, computed, texts) : new Map<string, Sums>();
    const causal = model.config.family === "decoder";
    const cases = casesOf(texts, causal);
    return sitesOf(model.config).flatMap((site) => {
      const fixed = site.features.fixed?.length ?? 0;
      const scoring = scoreHeadsAt(model.config, site.name, site.heads);
      return scoring.map((own, head) => measuresOf(sums.get(site.name) ?? {}, { head, scoring: own - fixed }, cases));
    });
  });

/** Builds the quantities of every site with features. */
function computedOf({ config }: Transformer): Computed[] {
  const kept = new Map<string, Value>();
  const { inputs } = forward(config, { probe: keep(kept, (at) => /\.(gate|pattern|span|alpha)$/.test(at)) });
  const queries = input("queries", inputs.ids.shape);
  const ofGate = (values: Value): Value => einsum("b i h, b i -> b h", values, queries);
  return sitesOf(config).flatMap(({ name: site, path, heads, features }): Computed[] => {
    if (heads === 0) return [];
    const summed = (quantity: Quantity, value: Value): Computed => ({ site, quantity, value, ofWeights: false });
    const [gate, span, alpha] = [kept.get(`${path}.gate`), kept.get(`${path}.span`), kept.get(`${path}.alpha`)];
    const computed: Computed[] = [];
    if (gate) computed.push(summed("gate", ofGate(gate)), summed("closed", ofGate(indicator(less(gate, CLOSED)))));
    if (gate && features.routing) computed.push(summed("used", ofGate(indicator(greater(gate, 0)))));
    if (span) computed.push({ site, quantity: "span", value: span, ofWeights: true });
    if (alpha) computed.push({ site, quantity: "alpha", value: alpha, ofWeights: true });
    if (isSparse(features)) {
      const support = sum(indicator(greater(keptAt(kept, `${path}.pattern`), 0)), 3);
      computed.push(summed("support", einsum("b h i, b i -> b h", support, queries)));
    }
    return computed;
  });
}

/** Returns true if weights of visible keys can be exactly 0, and none is negative. */
const isSparse = ({ normalizer, span, talking }: Site["features"]): boolean =>
  (normalizer !== undefined || span !== undefined) && !talking;

/** The name of a quantity among a program's outputs. */
const outputName = ({ quantity, site }: Computed): string => `${quantity}.${site}`;

/** Returns the quantities by site, added up over the texts. */
async function addUp(
  runtime: Runtime,
  { config, weights }: Transformer,
  computed: readonly Computed[],
  texts: readonly Text[],
): Promise<ReadonlyMap<string, Sums>> {
  const outputs = Object.fromEntries(computed.map((one) => [outputName(one), one.value]));
  const program = await runtime.compile(outputs, { weights: byPath(weights) });
  const causal = config.family === "decoder";
  const sums = new Map<string, Sums>(computed.map(({ site }) => [site, {}]));
  for (const members of batches(texts)) {
    const batch = itemsAt(texts, members);
    const shape = [batch.length, lengthOf(batch)];
    const ids = batch.flatMap((text) => [...text.ids]);
    const counted = batch.flatMap((text) => {
      const queries = new Set(countedQueries(text, causal));
      return Array.from(text.ids, (_, i) => Number(queries.has(i)));
    });
    const feeds = { ids: int64(ids, shape), mask: int64(new Array(ids.length).fill(1), shape) };
    const made = await program.run({ ...feeds, queries: tensor(Float32Array.from(counted), shape) });
    for (const one of computed) {
      const found = floats(tensorAt(made, outputName(one)));
      const own = sums.get(one.site)!;
      own[one.quantity] = one.ofWeights ? Float64Array.from(found) : withTexts(own[one.quantity], found, batch.length);
    }
  }
  return sums;
}

/** Returns `before` plus the rows [h] of `texts` texts. */
function withTexts(before: Float64Array | undefined, rows: Float32Array, texts: number): Float64Array {
  const heads = rows.length / texts;
  const into = before ?? new Float64Array(heads);
  for (let b = 0; b < texts; b++) addTo(into, rows.subarray(b * heads, (b + 1) * heads));
  return into;
}

/** The numbers of counted queries and of the keys that they can attend to. */
interface Cases {
  readonly queries: number;
  readonly visible: number;
}

function casesOf(texts: readonly Text[], causal: boolean): Cases {
  let [queries, visible] = [0, 0];
  for (const text of texts) {
    const counted = countedQueries(text, causal);
    queries += counted.length;
    for (const i of counted) visible += causal ? i + 1 : text.ids.length;
  }
  return { queries, visible };
}

function measuresOf(
  { gate, closed, used, support, ...ofWeights }: Sums,
  { head, scoring }: { readonly head: number; readonly scoring: number },
  { queries, visible }: Cases,
): AdaptiveMeasures {
  const [span, alpha] = [ofWeights.span?.[scoring], ofWeights.alpha?.[scoring]];
  return {
    ...(gate && { gate: numberAt(gate, head) / queries }),
    ...(closed && { closed: numberAt(closed, head) / queries }),
    ...(used && { used: numberAt(used, head) / queries }),
    ...(span !== undefined && { span }),
    ...(alpha !== undefined && { alpha }),
    ...(support && { support: numberAt(support, head) / queries, zeros: 1 - numberAt(support, head) / visible }),
  };
}
