/**
 * What the features of an adaptive attention do on some texts, for every head: how far gates are open, how many keys get any
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

/** Measures the features of every head, in order over all layers; empty records for heads without features. */
export const adaptiveMeasures = (
  runtime: Runtime,
  model: Transformer,
  texts: readonly Text[],
): Promise<readonly AdaptiveMeasures[]> =>
  releasing(runtime, async (own) => {
    const sites = sitesOf(model.config);
    const outputs = outputsOf(model);
    const sums = new Map(Object.keys(outputs).map((name) => [name, new Float64Array(0)]));
    if (sums.size > 0) await addUp(own, model, outputs, texts, sums);
    const causal = model.config.family === "decoder";
    const cases = casesOf(texts, causal);
    return sites.flatMap((site) => {
      const fixed = site.features.fixed?.length ?? 0;
      const scoring = scoreHeadsAt(model.config, site.name, site.heads);
      return scoring.map((own, head) => measuresOf(site, { head, scoring: own - fixed }, sums, cases));
    });
  });

/** Builds the sums over queries of every layer with features: `NAME.LAYER` [b, h]. */
function outputsOf({ config }: Transformer): Record<string, Value> {
  const kept = new Map<string, Value>();
  const { inputs } = forward(config, { probe: keep(kept, (at) => /\.(gate|pattern|span|alpha)$/.test(at)) });
  const queries = input("queries", inputs.ids.shape);
  const outputs: Record<string, Value> = {};
  for (const { name, path, heads, features } of sitesOf(config)) {
    if (heads === 0) continue;
    const gate = kept.get(`${path}.gate`);
    if (gate) {
      outputs[`gate.${name}`] = einsum("b i h, b i -> b h", gate, queries);
      outputs[`closed.${name}`] = einsum("b i h, b i -> b h", indicator(less(gate, CLOSED)), queries);
    }
    if (gate && features.routing) outputs[`used.${name}`] = einsum("b i h, b i -> b h", indicator(greater(gate, 0)), queries);
    for (const own of OF_WEIGHTS) {
      const value = kept.get(`${path}.${own}`);
      if (value) outputs[`${own}.${name}`] = value;
    }
    if (isSparse(features)) {
      const support = sum(indicator(greater(keptAt(kept, `${path}.pattern`), 0)), 3);
      outputs[`support.${name}`] = einsum("b h i, b i -> b h", support, queries);
    }
  }
  return outputs;
}

/** Measures that depend on the weights alone: [s], for the heads that have scores. */
const OF_WEIGHTS = ["span", "alpha"] as const;

/** Returns true if weights of visible keys can be exactly 0, and none is negative. */
const isSparse = ({ normalizer, span, talking }: Site["features"]): boolean =>
  (normalizer !== undefined || span !== undefined) && !talking;

async function addUp(
  runtime: Runtime,
  { config, weights }: Transformer,
  outputs: Readonly<Record<string, Value>>,
  texts: readonly Text[],
  sums: Map<string, Float64Array>,
): Promise<void> {
  const program = await runtime.compile(outputs, { weights: byPath(weights) });
  const causal = config.family === "decoder";
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
    for (const name of sums.keys()) {
      const found = floats(tensorAt(made, name));
      if (OF_WEIGHTS.some((own) => name.startsWith(`${own}.`))) {
        sums.set(name, Float64Array.from(found));
        continue;
      }
      const heads = found.length / batch.length;
      const own = sums.get(name)!;
      const into = own.length > 0 ? own : new Float64Array(heads);
      for (let b = 0; b < batch.length; b++) addTo(into, found.subarray(b * heads, (b + 1) * heads));
      sums.set(name, into);
    }
  }
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
  { name }: Site,
  { head, scoring }: { readonly head: number; readonly scoring: number },
  sums: ReadonlyMap<string, Float64Array>,
  { queries, visible }: Cases,
): AdaptiveMeasures {
  const at = (measure: string) => sums.get(`${measure}.${name}`);
  const [gate, closed, used, support] = [at("gate"), at("closed"), at("used"), at("support")];
  const [span, alpha] = [at("span")?.[scoring], at("alpha")?.[scoring]];
  return {
    ...(gate && { gate: numberAt(gate, head) / queries }),
    ...(closed && { closed: numberAt(closed, head) / queries }),
    ...(used && { used: numberAt(used, head) / queries }),
    ...(span !== undefined && { span }),
    ...(alpha !== undefined && { alpha }),
    ...(support && { support: numberAt(support, head) / queries, zeros: 1 - numberAt(support, head) / visible }),
  };
}
