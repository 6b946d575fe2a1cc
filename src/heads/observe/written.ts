/** Head outputs in the residual stream for a sample of tokens: z_h W_O^h, in each head's own basis and thus d wide. */
import { dimAt } from "../../graph/shape.ts";
import { input, scoped, type Value } from "../../graph/value.ts";
import { ofLayer } from "../../models/layer.ts";
import { forward, type Transformer } from "../../models/transformer.ts";
import { keep } from "../../nn/probe.ts";
import { einsum } from "../../ops/einsum.ts";
import { inRandomOrder, random } from "../../params/random.ts";
import { byPath } from "../../params/tree.ts";
import { releasing } from "../../run/releasing.ts";
import { type Program, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, int64, type Tensor, tensor } from "../../run/tensor.ts";
import { countedQueries, type Text } from "./text.ts";

/** A text and some of its positions. */
export interface Sampled {
  readonly text: Text;
  readonly positions: readonly number[];
}

/**
 * Draws up to `most` tokens without replacement and as evenly from all texts as possible: tokens of one text are similar (a
 * line of ===== is an extreme), and many from one text would make heads look similar. Special tokens and a causal text's first
 * are skipped.
 */
export function sampleTokens(texts: readonly Text[], causal: boolean, most: number, seed: number): Sampled[] {
  const uniform = random(`${seed}/tokens`);
  const queues = inRandomOrder(uniform, [...texts.entries()]).map(([t, text]) =>
    inRandomOrder(uniform, countedQueries(text, causal)).map((i) => ({ t, i })),
  );
  const longest = queues.reduce((n, queue) => Math.max(n, queue.length), 0);
  const rounds = Array.from({ length: longest }, (_, round) => queues.flatMap((queue) => queue.slice(round, round + 1)));
  const drawn = rounds.flat().slice(0, most);
  return texts.flatMap((text, t) => {
    const positions = drawn.flatMap((place) => (place.t === t ? [place.i] : [])).sort((a, b) => a - b);
    return positions.length > 0 ? [{ text, positions }] : [];
  });
}

/**
 * Computes the head outputs of each layer with heads: [h, r, n] over the n tokens of the sample. `cores`: the model's
 * `writtenCores`.
 * `progress` goes from 0 to 1.
 */
export async function writtenOutputs(
  runtime: Runtime,
  model: Transformer,
  cores: readonly Tensor[],
  sample: readonly Sampled[],
  progress: (share: number) => void = () => {},
): Promise<Tensor[]> {
  const n = sample.reduce((sum, { positions }) => sum + positions.length, 0);
  const out = cores.map(({ shape }) =>
    tensor(new Float32Array(dimAt(shape, 0) * dimAt(shape, 2) * n), [dimAt(shape, 0), dimAt(shape, 2), n]),
  );
  await releasing(runtime, async (own) => {
    const program = await writtenProgram(own, model, cores);
    let at = 0;
    for (const [t, { text, positions }] of sample.entries()) {
      const length = text.ids.length;
      const made = await program.run({
        ids: int64(text.ids, [1, length]),
        mask: tensor(new BigInt64Array(length).fill(1n), [1, length]),
      });
      for (const [l, all] of out.entries()) place(floats(all), n, at, tensorAt(made, l), positions);
      at += positions.length;
      progress((t + 1) / sample.length);
    }
  });
  return out;
}

/** Copies [1, h, r, i] at some positions into columns of [h, r, n]. */
function place(into: Float32Array, n: number, at: number, { data, shape }: Tensor, positions: readonly number[]): void {
  const length = dimAt(shape, 3);
  for (let row = 0; row < dimAt(shape, 1) * dimAt(shape, 2); row++) {
    for (const [k, i] of positions.entries()) into[row * n + at + k] = Number(data[row * length + i]);
  }
}

async function writtenProgram(runtime: Runtime, model: Transformer, cores: readonly Tensor[]): Promise<Program> {
  const kept = new Map<string, Value>();
  forward(model.config, { probe: keep(kept, (site) => site.endsWith(".attention.z")) });
  const weights = new Map(byPath(model.weights));
  const outputs = Object.fromEntries(
    [...kept].map(([site, z], l) => {
      const own = ofLayer(cores, l);
      weights.set(`${site}.core`, own);
      const core = input(`${site}.core`, own.shape);
      return [`${l}`, scoped(site, () => einsum("b i h d, h d r -> b h r i", z, core))];
    }),
  );
  return runtime.compile(outputs, { weights });
}
