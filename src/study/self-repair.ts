/**
 * Self-repair: how much of a head's direct contribution to the predictions later parts make up for when the head is removed
 * (McGrath et al. 2023). A removed output is replaced by its mean at each position, over the texts.
 * Axes: b text, i query, h head, d head width, m model width.
 */
import { dimAt } from "../graph/shape.ts";
import { input, type Value } from "../graph/value.ts";
import { meanOutputs, slicedMean } from "../heads/importance/mean-outputs.ts";
import { switched } from "../models/gates.ts";
import { headName } from "../models/head-names.ts";
import { ofLayer } from "../models/layer.ts";
import { type Site, sitesOf } from "../models/sites.ts";
import { type Transformer, type TransformerParameters, transformer, transformerParameters } from "../models/transformer.ts";
import type { Probe } from "../nn/probe.ts";
import { add, mul, sub } from "../ops/arithmetic.ts";
import { einsum } from "../ops/einsum.ts";
import { reshape } from "../ops/layout.ts";
import { byPath, declare } from "../params/tree.ts";
import { type Feeds, feedsFor, type Runtime, tensorAt } from "../run/runtime.ts";
import { type Tensor, tensor } from "../run/tensor.ts";
import { collector, type Task, worse } from "../tasks/task.ts";

/** The loss without one head, in the task's measure. */
export interface HeadLosses {
  /** `layer.head` */
  readonly name: string;
  /** With the head's output replaced, and everything after it computed again. */
  readonly total: number;
  /** With the head's contribution to the last state replaced, and nothing else but the last norm computed again. */
  readonly direct: number;
}

/**
 * Measures both losses of the heads of some layers (default: all). In early layers a head also acts through what later heads
 * read, which is no repair: the losses of the last layer compare what one feed-forward layer makes up for. Throws a `RangeError` for models in which a head's output is not added to the last state:
 * encoders, whose norms follow the sums.
 */
export async function headLosses(
  runtime: Runtime,
  model: Transformer,
  task: Task,
  layers: readonly number[] = [...model.config.heads.keys()],
): Promise<HeadLosses[]> {
  if (model.config.family !== "decoder")
    throw new RangeError("headLosses: direct contributions are sums only where norms come first; use a decoder");
  const sites = sitesOf(model.config).filter(({ heads, name }) => heads > 0 && layers.includes(Number(name)));
  const means = await meanOutputs(runtime, model, task);
  const outputs = outputsOf(model, sites, task);
  const program = await runtime.compile(outputs, { weights: byPath(model.weights) });
  const quality = async (removed?: { readonly site: Site; readonly head: number; readonly way: Way }) => {
    const { judged, take } = collector(Object.keys(outputs), task.examples);
    for (const feeds of task.batches) {
      const instead = Object.fromEntries(
        sites.map(({ path, heads }) => [meanInput(path), slicedMean(means.get(path)!, shapeOf(feeds, heads, model))]),
      );
      take(await program.run(feedsFor(program, { ...feeds, ...instead, ...gatesOf(sites, removed) })));
    }
    return task.quality(judged);
  };
  const whole = await quality();
  const losses: HeadLosses[] = [];
  for (const site of sites) {
    for (let head = 0; head < site.heads; head++) {
      const loss = async (way: Way) => worse(task, whole, await quality({ site, head, way }));
      losses.push({ name: headName(site.name, head), total: await loss("total"), direct: await loss("direct") });
    }
  }
  return losses;
}

/** Heads with a direct loss below this share of the largest do not count. */
const COUNTED = 0.05;

/**
 * Computes 1 − Σ total / Σ direct over the heads that contribute directly: 0 if nothing is repaired, 1 if all is, negative if
 * later parts depend on the head. NaN if no head contributes.
 */
export function selfRepair(losses: readonly HeadLosses[]): number {
  const largest = Math.max(...losses.map(({ direct }) => direct));
  const counted = losses.filter(({ direct }) => largest > 0 && direct >= COUNTED * largest);
  const sumOf = (way: Way) => counted.reduce((sum, loss) => sum + loss[way], 0);
  return counted.length === 0 ? Number.NaN : 1 - sumOf("total") / sumOf("direct");
}

type Way = "total" | "direct";

const gateInput = (way: Way, path: string): string => `${way}.${path}`;
const meanInput = (path: string): string => `mean.${path}`;

/** Builds the task's values with gates [h] for both ways: 1 keeps a head, 0 replaces it. */
function outputsOf({ config }: Transformer, sites: readonly Site[], task: Task): Record<string, Value> {
  const parameters = declare<TransformerParameters<Value>>(transformerParameters(config));
  const at = new Map(sites.map((site) => [`${site.path}.z`, site]));
  const last = `layers.${config.heads.length - 1}.output`;
  const lost: Value[] = [];
  const probe: Probe = (name, value) => {
    const site = at.get(name);
    if (site) {
      const { path, heads, name: layer } = site;
      const instead = input(meanInput(path), [1, dimAt(value.shape, 1), heads, config.headWidth]);
      const z = switched(value, input(gateInput("total", path), [heads]), instead);
      const closed = reshape(sub(1, input(gateInput("direct", path), [heads])), [heads, 1]);
      const { wo } = ofLayer(parameters.layers, Number(layer)).attention;
      lost.push(einsum("b i h d, h d m -> b i m", mul(sub(z, instead), closed), wo));
      return z;
    }
    return name === last
      ? sub(
          value,
          lost.reduce((a, b) => add(a, b)),
        )
      : value;
  };
  const inputs = {
    ids: input("ids", ["batch", "sequence"], "int64"),
    mask: input("mask", ["batch", "sequence"], "int64"),
  };
  return task.judge({ inputs, ...transformer(config, parameters, inputs, probe) });
}

function gatesOf(
  sites: readonly Site[],
  removed: { readonly site: Site; readonly head: number; readonly way: Way } | undefined,
): Feeds {
  const gates = (own: Site, way: Way) =>
    Float32Array.from({ length: own.heads }, (_, head) =>
      Number(!(removed?.site === own && removed.way === way && removed.head === head)),
    );
  return Object.fromEntries(
    sites.flatMap((site) =>
      (["total", "direct"] as const).map((way): [string, Tensor] => [
        gateInput(way, site.path),
        tensor(gates(site, way), [site.heads]),
      ]),
    ),
  );
}

const shapeOf = (feeds: Feeds, heads: number, { config }: Transformer): Pick<Tensor, "shape"> => ({
  shape: [1, dimAt(tensorAt(feeds, "ids").shape, 1), heads, config.headWidth],
});
