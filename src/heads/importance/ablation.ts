/**
 * Exact ablation: the task's values when the output of a head, or of a group of heads, is replaced. One plain pass keeps the
 * input of every layer and the outputs of its heads; without a head, only later layers are recomputed.
 */
import { dimAt, dims4 } from "../../graph/shape.ts";
import { input, type Value } from "../../graph/value.ts";
import { type AnyModel, anyForward } from "../../models/any.ts";
import { gated, switched } from "../../models/gates.ts";
import { type AnyConfig, type Site, singleHeads, sitesOf, type Unit } from "../../models/sites.ts";
import { mix } from "../../nn/attention.ts";
import { chain, keep, keptAt, type Probe, unseen } from "../../nn/probe.ts";
import { add, mul, sub } from "../../ops/arithmetic.ts";
import { expand, slice } from "../../ops/layout.ts";
import { softmax } from "../../ops/softmax.ts";
import { byPath } from "../../params/tree.ts";
import { releasing } from "../../run/releasing.ts";
import { type Feeds, feedsFor, type Program, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, type Tensor, tensor } from "../../run/tensor.ts";
import { collector, type Judged, type Task } from "../../tasks/task.ts";
import { meanOutputs, slicedMean } from "./mean-outputs.ts";
import type { Ablation } from "./methods.ts";
import { type HeadNames, switches, switchFeeds } from "./switches.ts";

/** A task's values with all heads, and without each unit, by its name (`layer.head` for single heads). */
export interface Sweep {
  readonly whole: Judged;
  readonly without: ReadonlyMap<string, Judged>;
}

export interface SweepOptions {
  readonly kind?: Ablation;
  /** The units to ablate; default: every head alone. */
  readonly units?: readonly Unit[];
  readonly progress?: (share: number) => void;
}

/** Ablates every head, or every unit, alone on every example of the task. */
export async function ablateHeads(
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  { kind = "zero", units = singleHeads(model.config), progress }: SweepOptions = {},
): Promise<Sweep> {
  return releasing(runtime, async (own) => (await createSweep(own, model, task, { kind }))(units, { progress }));
}

interface RunOptions {
  /** Heads that stay disabled, if the sweep was created with `switched`. */
  readonly off?: HeadNames;
  readonly progress?: (share: number) => void;
}

/** Creates a sweep that can run again with other heads disabled (`switched`), in the same sessions. */
export async function createSweep(
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  { kind, switched: switchable = false }: { readonly kind: Ablation; readonly switched?: boolean },
): Promise<(units: readonly Unit[], options?: RunOptions) => Promise<Sweep>> {
  const { first, rests, names } = await compileSweep(runtime, model, task, kind, switchable);
  const means = kind === "mean" ? await meanOutputs(runtime, model, task) : undefined;
  return async (units, { off = new Set<string>(), progress = () => {} } = {}) => {
    const whole = collector(names, task.examples);
    const without = units.map((unit) => ({ unit, collected: collector(names, task.examples) }));
    const gates = switchable ? switchFeeds(model.config, off) : {};
    for (const [k, feeds] of task.batches.entries()) {
      const made = await first.run(feedsFor(first, { ...feeds, ...gates }));
      whole.take(made);
      for (const [done, { site, program }] of rests.entries()) {
        const mean = means?.get(site.path);
        const instead = mean ? { instead: slicedMean(mean, tensorAt(made, `${site.path}.z`)) } : insteadOf(kind, site, made);
        const fixed = { ...feeds, ...gates, ...made, ...instead };
        for (const { unit, collected } of without.filter(({ unit }) => unit.site === site.name)) {
          const given = feedsFor(program, { ...fixed, gate: gateWithout(site, unit.heads) });
          collected.take(await program.run(given));
        }
        progress((k + (done + 1) / rests.length) / task.batches.length);
      }
    }
    return { whole: whole.judged, without: new Map(without.map(({ unit, collected }) => [unit.name, collected.judged])) };
  };
}

/** The computation after the heads of one attention. */
interface Rest {
  readonly site: Site;
  readonly program: Program;
}

/** Compiles the plain pass, and for each attention the computation after its heads. */
async function compileSweep(runtime: Runtime, { config, weights }: AnyModel, task: Task, kind: Ablation, switchable: boolean) {
  const tensors = { weights: byPath(weights) };
  const wanted = sitesOf(config).filter(({ heads }) => heads > 0);
  const kept = keptSites(config, kind);
  const sites = new Map<string, Value>();
  const all = new Map<string, Value>();
  const switching = () => (switchable ? switches(config) : unseen);
  const judged = task.judge(
    anyForward(
      config,
      chain(
        switching(),
        keep(all),
        keep(sites, (at) => kept.has(at)),
      ),
    ),
  );
  if (kind === "uniform") for (const site of wanted) sites.set(`${site.path}.uniform`, uniformOutput(all, site));
  const first = await runtime.compile({ ...judged, ...Object.fromEntries(sites) }, tensors);
  const rests: Rest[] = [];
  for (const site of wanted) {
    const after = anyForward(config, chain(switching(), from(config, site, sites, kind)));
    // with logits over a vocabulary, separate memory for each program would exceed the model's size many times
    rests.push({ site, program: await runtime.compile(task.judge(after), { ...tensors, frugal: !!after.logits }) });
  }
  return { first, rests, names: Object.keys(judged) };
}

/** Returns the inputs of an attention's layer; decoders of an encoder–decoder also read the encoder's output. */
function entriesOf(config: AnyConfig, { path }: Site): string[] {
  const entry = `${path.slice(0, path.lastIndexOf("."))}.input`;
  if (config.family !== "encoder-decoder" || !path.startsWith("decoder.")) return [entry];
  return [entry, `encoder.layers.${config.encoderHeads.length - 1}.output`];
}

function keptSites(config: AnyConfig, kind: Ablation): Set<string> {
  const sites = sitesOf(config).filter(({ heads }) => heads > 0);
  const patterns = kind === "frozen" ? sites.map(({ path }) => `${path}.pattern`) : [];
  return new Set([...sites.flatMap((site) => [...entriesOf(config, site), `${site.path}.z`]), ...patterns]);
}

/** Computes the output of a head with uniform attention over all keys in view. */
function uniformOutput(sites: ReadonlyMap<string, Value>, { path, features }: Site): Value {
  const at = (name: string) => keptAt(sites, `${path}.${name}`);
  if (features.fixed?.length) return mix(softmax(withMask(mul(at("pattern"), 0), sites.get(`${path}.mask`))), at("v"));
  const seen = at("masked") === at("scores") ? sub(at("scores"), at("scores")) : sub(at("masked"), at("scores"));
  const [b, h] = dims4(at("pattern").shape);
  // all heads see the same keys; heads that talk may have more scores than patterns
  const uniform = softmax(h === seen.shape[1] ? seen : slice(seen, 1, 0, 1));
  return mix(expand(uniform, [b, h, ...uniform.shape.slice(2)], uniform), at("v"));
}

const withMask = (scores: Value, mask?: Value): Value => (mask ? add(scores, mask) : scores);

/** Starts at a layer: stored values are fed, and some head outputs are replaced. */
function from(config: AnyConfig, site: Site, kept: ReadonlyMap<string, Value>, kind: Ablation): Probe {
  const fed = new Set(entriesOf(config, site));
  return (at, value) => {
    const was = kept.get(at);
    if (!was) return value;
    if (fed.has(at) || (kind === "frozen" && at.endsWith(".pattern"))) return input(at, was.shape);
    if (at !== `${site.path}.z`) return value;
    const { shape } = was;
    const [, sequence, heads, width] = dims4(shape);
    const [z, gate] = [input(at, shape), input("gate", [heads])];
    if (isNothing(kind)) return gated(z, gate);
    return switched(z, gate, input("instead", kind === "mean" ? [1, sequence, heads, width] : shape));
  };
}

/** Returns true if ablation only multiplies by the gate, without a replacement. */
const isNothing = (kind: Ablation): boolean => kind === "zero" || kind === "frozen";

function insteadOf(kind: Ablation, { path }: Site, made: Feeds): Feeds {
  if (isNothing(kind)) return {};
  return { instead: kind === "uniform" ? tensorAt(made, `${path}.uniform`) : before(tensorAt(made, `${path}.z`)) };
}

const gateWithout = ({ heads }: Site, out: readonly number[]): Tensor =>
  tensor(
    Float32Array.from({ length: heads }, (_, h) => Number(!out.includes(h))),
    [heads],
  );

/** Gives each example the outputs of the previous one, and the first those of the last. */
function before(outputs: Tensor): Tensor {
  const { shape } = outputs;
  const data = floats(outputs);
  const rows = dimAt(shape, 0);
  const length = data.length / rows;
  const out = new Float32Array(data.length);
  out.set(data.subarray(0, data.length - length), length);
  out.set(data.subarray(data.length - length), 0);
  return tensor(out, shape);
}
