/** The gates of heads for every token of a text, in models whose attentions have them: output gates, and those of routing. */
import type { Value } from "../../graph/value.ts";
import { type AnyModel, anyForward } from "../../models/any.ts";
import { sitesOf } from "../../models/sites.ts";
import { keep } from "../../nn/probe.ts";
import { swapLast } from "../../ops/layout.ts";
import { byPath } from "../../params/tree.ts";
import { feedsFor, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats } from "../../run/tensor.ts";
import { feedsOf, inParts, type TokenIds } from "./patterns.ts";

/** The gates of every attention in the order of `sitesOf`, by head: [query]; undefined for an attention without gates. */
export type HeadGates = readonly (readonly Float32Array[] | undefined)[];

/** Compiles the gates of a text; undefined if no attention of the model has gates. */
export async function compileGates(
  runtime: Runtime,
  model: AnyModel,
): Promise<((text: TokenIds) => Promise<HeadGates>) | undefined> {
  const kept = new Map<string, Value>();
  anyForward(
    model.config,
    keep(kept, (at) => at.endsWith(".gate")),
  );
  if (kept.size === 0) return undefined;
  const sites = sitesOf(model.config);
  const outputs = sites.flatMap(({ name, path }): [string, Value][] => {
    const gate = kept.get(`${path}.gate`);
    return gate ? [[name, swapLast(gate)]] : [];
  });
  const program = await runtime.compile(Object.fromEntries(outputs), { weights: byPath(model.weights) });
  return async (text) => {
    const made = await program.run(feedsFor(program, feedsOf([text])));
    return sites.map(({ name, heads }) => (made[name] ? inParts(floats(tensorAt(made, name)), heads) : undefined));
  };
}
