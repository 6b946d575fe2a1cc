/** The patterns of every attention of a model of any family, for one text at a time. */

import { scoped, type Value } from "../../src/graph/value.ts";
import { inputsOf } from "../../src/graph/walk.ts";
import { normWeights, rawWeights, type Weighting } from "../../src/heads/observe/statistics.ts";
import type { AnyModel } from "../../src/models/any.ts";
import { anyForward } from "../../src/models/any.ts";
import { lastState } from "../../src/models/layer.ts";
import { type Site, sitesOf } from "../../src/models/sites.ts";
import { keep, keptAt } from "../../src/nn/probe.ts";
import { byPath } from "../../src/params/tree.ts";
import type { Feeds, Program, Runtime } from "../../src/run/runtime.ts";
import { feedsFor, tensorAt } from "../../src/run/runtime.ts";
import { floats } from "../../src/run/tensor.ts";

/** Returns [1, head, query, key] of every attention that has heads, by name. */
export type Observe = (feeds: Feeds) => Promise<ReadonlyMap<string, Float32Array>>;

/** Compiles the patterns of a model, raw or weighted by ‖f(xⱼ)‖ (Kobayashi et al. 2020). */
export async function createObserver(runtime: Runtime, model: AnyModel, weighting: Weighting): Promise<Observe> {
  const sites = sitesOf(model.config).filter(({ heads }) => heads > 0);
  const kept = new Map<string, Value>();
  const made = anyForward(
    model.config,
    keep(kept, (at) => /\.(pattern|masked|v)$/.test(at)),
  );
  const weights = byPath(model.weights);
  const inputs = inputsOf([lastState(made.states)]);
  const output = ({ path }: Site) => inputs.get(`${path}.wo`)!;
  const outputs = Object.fromEntries(sites.map((site) => [site.path, patternOf(site, kept, output(site), weighting)]));
  const program: Program = await runtime.compile(outputs, { weights });
  return async (feeds) => {
    const results = await program.run(feedsFor(program, feeds));
    return new Map(sites.map(({ name, path }) => [name, floats(tensorAt(results, path))]));
  };
}

function patternOf({ path }: Site, kept: ReadonlyMap<string, Value>, wo: Value, weighting: Weighting): Value {
  const at = (name: string) => keptAt(kept, `${path}.${name}`);
  if (weighting === "raw") return at("pattern");
  return scoped(`${path}.weighted`, () => normWeights(rawWeights(at("pattern"), at("masked")), at("v"), wo).pattern);
}
