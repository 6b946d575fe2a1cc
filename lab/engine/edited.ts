/** A model whose heads can be scaled, and whose patterns can be replaced, between runs of one program. */
import { dimAt, dims3 } from "../../src/graph/shape.ts";
import { input, type Value } from "../../src/graph/value.ts";
import { switches, switchFeeds } from "../../src/heads/importance/switches.ts";
import { type Pooling, poolingOf, type RefusedPooling } from "../../src/load/pooling.ts";
import { type AnyForward, type AnyModel, anyForward } from "../../src/models/any.ts";
import { headName } from "../../src/models/head-names.ts";
import { type AnyConfig, type Site, sitesOf } from "../../src/models/sites.ts";
import { chain, type Probe } from "../../src/nn/probe.ts";
import { add, mul, neg, sub } from "../../src/ops/arithmetic.ts";
import { gather, take } from "../../src/ops/index-by.ts";
import { reshape, unsqueeze } from "../../src/ops/layout.ts";
import { logSoftmax, softmax } from "../../src/ops/softmax.ts";
import { byPath } from "../../src/params/tree.ts";
import { type Feeds, feedsFor, type Program, type Runtime, tensorAt } from "../../src/run/runtime.ts";
import { floats, type Tensor, tensor } from "../../src/run/tensor.ts";
import { pooled } from "../../src/tasks/pooling.ts";
import type { Edits } from "./protocol.ts";

/**
 * The outputs of a run: `pooled` [1, m], or `guesses` [v] at place `at` and `nats` [i] of the `targets`, in encoder–decoders with
 * the `logits` [1, v] at that place.
 */
export type Edited = (feeds: Feeds, edits: Edits) => Promise<Readonly<Record<string, Tensor>>>;

const replaced = (edits: Edits): boolean => Object.keys(edits.patterns).length > 0;

/** Compiles the program with gates at once, and the one that also takes patterns when it is first needed. */
export function createEdited(runtime: Runtime, model: Poolable): Edited {
  const { config, weights } = model;
  const compile = (probe: Probe) => runtime.compile(outputsOf(anyForward(config, probe), model), { weights: byPath(weights) });
  const programs: { gated?: Promise<Program>; patched?: Promise<Program> } = {};
  return async (feeds, edits) => {
    const program = await (replaced(edits)
      ? (programs.patched ??= compile(chain(switches(config), patches(config))))
      : (programs.gated ??= compile(switches(config))));
    const given = { ...feeds, ...gateFeeds(config, edits), ...(replaced(edits) ? patchFeeds(config, feeds, edits) : {}) };
    return program.run(feedsFor(program, given));
  };
}

type Poolable = AnyModel & { readonly pooling?: Pooling | RefusedPooling };

function outputsOf(made: AnyForward, model: Poolable): Readonly<Record<string, Value>> {
  if (!made.logits) return { pooled: pooled(made, poolingOf(model)) };
  const [b, i, v] = dims3(made.logits.shape);
  const rows = reshape(made.logits, [`${b}*${i}`, v]);
  const chosen = gather(rows, input("at", [1], "int64"));
  const targets = input("targets", [b, i], "int64");
  const nats = neg(reshape(take(logSoftmax(made.logits), unsqueeze(targets, 2), 2), [b, i]));
  return { guesses: softmax(chosen), nats, ...(model.config.family === "encoder-decoder" && { logits: chosen }) };
}

/** Replaces the patterns whose `patched` [h] is 1 with `instead` [1, h, i, j]. */
function patches(config: AnyConfig): Probe {
  const sites = new Map(sitesOf(config).map((site) => [`${site.path}.pattern`, site]));
  return (at, pattern) => {
    const site = sites.get(at);
    if (!site || site.heads === 0) return pattern;
    const patched = reshape(input(`${site.path}.patched`, [site.heads]), [1, site.heads, 1, 1]);
    const instead = input(`${site.path}.instead`, [1, ...pattern.shape.slice(1)]);
    return add(mul(pattern, sub(1, patched)), mul(instead, patched));
  };
}

function gateFeeds(config: AnyConfig, { gates }: Edits): Feeds {
  const feeds = switchFeeds(config, new Set());
  for (const { name, path, heads } of sitesOf(config)) {
    const data = floats(tensorAt(feeds, `${path}.gate`));
    for (let head = 0; head < heads; head++) data[head] = gates[headName(name, head)] ?? 1;
  }
  return feeds;
}

function patchFeeds(config: AnyConfig, feeds: Feeds, { patterns }: Edits): Feeds {
  return Object.fromEntries(
    sitesOf(config)
      .filter(({ heads }) => heads > 0)
      .flatMap((site) => {
        const [rows, columns] = sizesOf(site, feeds);
        const patched = new Float32Array(site.heads);
        const instead = new Float32Array(site.heads * rows * columns);
        for (let head = 0; head < site.heads; head++) {
          const pattern = patterns[headName(site.name, head)];
          if (!pattern) continue;
          patched[head] = 1;
          instead.set(pattern.subarray(0, rows * columns), head * rows * columns);
        }
        return [
          [`${site.path}.patched`, tensor(patched, [site.heads])],
          [`${site.path}.instead`, tensor(instead, [1, site.heads, rows, columns])],
        ];
      }),
  );
}

/** Returns the numbers of queries and keys of an attention for a text. */
function sizesOf({ name }: Pick<Site, "name">, feeds: Feeds): readonly [rows: number, columns: number] {
  const [text, target] = [dimAt(tensorAt(feeds, "ids").shape, 1), feeds.decoderIds?.shape[1] ?? 0];
  if (name.startsWith("decoder.")) return [target, target];
  return name.startsWith("cross.") ? [target, text] : [text, text];
}
