/** From masked scores to the pattern, with all features that have a part in it. */
import { scoped, type Value } from "../../graph/value.ts";
import type { Probe } from "../probe.ts";
import type { AttentionFeatures, FeatureParameters } from "./features.ts";
import { learnedAlphas, normalize } from "./normalizer.ts";
import { spanPenalty, spansOf, withinSpans } from "./span.ts";
import { mixHeads } from "./talking.ts";

/**
 * Returns the weights of the values, [b, h, i, j], of masked scores [b, s, i, j]: normalized, within spans, mixed. Sites: alpha
 * [s], span in tokens [s], and penalty, a scalar, each with its feature.
 */
export function weigh(p: FeatureParameters, features: AttentionFeatures, masked: Value, probe: Probe): Value {
  const { alpha, mixWeights } = p;
  const learned =
    alpha &&
    probe(
      "alpha",
      scoped("alpha", () => learnedAlphas(alpha)),
    );
  const normalized = normalize(masked, features, learned);
  const seen = scoped("span", () => spanned(p, features, normalized, probe));
  return mixWeights ? scoped("mix", () => mixHeads(seen, mixWeights)) : seen;
}

function spanned({ span: share }: FeatureParameters, { span }: AttentionFeatures, weights: Value, probe: Probe): Value {
  if (!span) return weights;
  if (!share) throw new RangeError("attention: heads have spans, but the parameters have none; pass `span` [heads]");
  const spans = probe("span", spansOf(share, span));
  if (span.penalty > 0) probe("penalty", spanPenalty(spans, span));
  return withinSpans(weights, spans, span);
}
