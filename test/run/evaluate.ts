/** A graph's outputs in one call, on the processor; nothing stays behind. */
import type { Value } from "../../src/graph/value.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Feeds, Program } from "../../src/run/runtime.ts";
import type { Tensor } from "../../src/run/tensor.ts";

/** Compile `outputs`, use the program, and let it go. */
export async function withProgram<T>(
  outputs: Readonly<Record<string, Value>>,
  use: (program: Program) => Promise<T>,
): Promise<T> {
  const runtime = await nodeRuntime({ threads: 1 });
  try {
    return await use(await runtime.compile(outputs));
  } finally {
    await runtime.release();
  }
}

export const evaluate = (outputs: Readonly<Record<string, Value>>, feeds: Feeds = {}): Promise<Record<string, Tensor>> =>
  withProgram(outputs, (program) => program.run(feeds));

/** The numbers of one value. */
export const numbersOf = async (value: Value, feeds: Feeds = {}): Promise<number[]> =>
  Array.from((await evaluate({ value }, feeds)).value!.data, Number);
