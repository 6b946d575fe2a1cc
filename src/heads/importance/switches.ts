/** Heads that can be disabled between runs of one program: a gate [h] for every attention, as input. */
import { input, type Value } from "../../graph/value.ts";
import { type AnyModel, anyForward } from "../../models/any.ts";
import { type AnyConfig, sitesOf } from "../../models/sites.ts";
import { gated, type Probe } from "../../nn/probe.ts";
import { byPath } from "../../params/tree.ts";
import { type Feeds, feedsFor, type Runtime } from "../../run/runtime.ts";
import { tensor } from "../../run/tensor.ts";
import { collector, type Judged, type Task } from "../../tasks/task.ts";

/** Heads by name, `layer.head`. */
export type HeadNames = ReadonlySet<string>;

const gateName = (path: string): string => `${path}.gate`;

/** Multiplies every head's output by its gate. */
export function switches(config: AnyConfig): Probe {
  const gates = new Map<string, Value>();
  for (const { path, heads } of sitesOf(config)) gates.set(`${path}.z`, input(gateName(path), [heads]));
  return (at, z) => {
    const gate = gates.get(at);
    return gate ? gated(z, gate) : z;
  };
}

/** Returns the feeds of `switches`: 0 for the disabled heads. */
export const switchFeeds = (config: AnyConfig, off: HeadNames): Feeds =>
  Object.fromEntries(
    sitesOf(config).map(({ name, path, heads }) => [
      gateName(path),
      tensor(
        Float32Array.from({ length: heads }, (_, head) => Number(!off.has(`${name}.${head}`))),
        [heads],
      ),
    ]),
  );

/** Creates a task that is evaluated repeatedly with other heads disabled, in one session. */
export async function createSwitched(
  runtime: Runtime,
  { config, weights }: AnyModel,
  task: Task,
): Promise<(off: HeadNames) => Promise<Judged>> {
  const outputs = task.judge(anyForward(config, switches(config)));
  const program = await runtime.compile(outputs, { weights: byPath(weights) });
  return async (off) => {
    const { judged, take } = collector(Object.keys(outputs), task.examples);
    const gates = switchFeeds(config, off);
    for (const feeds of task.batches) take(await program.run(feedsFor(program, { ...feeds, ...gates })));
    return judged;
  };
}
