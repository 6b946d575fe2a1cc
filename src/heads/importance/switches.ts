/** Heads that can be disabled between runs of one program: a gate [h] for every attention, as input. */
import { input } from "../../graph/value.ts";
import { type AnyModel, anyForward } from "../../models/any.ts";
import { gateHeads } from "../../models/gates.ts";
import { headName } from "../../models/head-names.ts";
import { type AnyConfig, sitesOf } from "../../models/sites.ts";
import type { Probe } from "../../nn/probe.ts";
import { byPath } from "../../params/tree.ts";
import { type Feeds, feedsFor, type Runtime } from "../../run/runtime.ts";
import { tensor } from "../../run/tensor.ts";
import { collector, type Judged, type Task } from "../../tasks/task.ts";

/** Heads by name, `layer.head`. */
export type HeadNames = ReadonlySet<string>;

const gateName = (path: string): string => `${path}.gate`;

/** Multiplies every head's output by its gate. */
export function switches(config: AnyConfig): Probe {
  return gateHeads(config, ({ path, heads }) => input(gateName(path), [heads]));
}

/** Returns the feeds of `switches`: 0 for the disabled heads. */
export const switchFeeds = (config: AnyConfig, off: HeadNames): Feeds =>
  Object.fromEntries(
    sitesOf(config).map(({ name, path, heads }) => [
      gateName(path),
      tensor(
        Float32Array.from({ length: heads }, (_, head) => Number(!off.has(headName(name, head)))),
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
