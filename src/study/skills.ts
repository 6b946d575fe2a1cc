/** The skill of a model at each relation, with all its heads or with some of them disabled. */

import { RELATIONS } from "../corpus/world/target.ts";
import { dimAt, dims3 } from "../graph/shape.ts";
import { input, type Value } from "../graph/value.ts";
import type { TransformerConfig } from "../models/config.ts";
import { type DecoderParameters, decoder, decoderParameters } from "../models/decoder.ts";
import { atHeads, switched } from "../models/gates.ts";
import { headName } from "../models/head-names.ts";
import { lastState, ofLayer } from "../models/layer.ts";
import type { Probe } from "../nn/probe.ts";
import { einsum } from "../ops/einsum.ts";
import { gather } from "../ops/index-by.ts";
import { reshape, unsqueeze } from "../ops/layout.ts";
import { itemsAt } from "../params/keyed.ts";
import { declare } from "../params/tree.ts";
import { type Feeds, type Program, type Runtime, tensorAt } from "../run/runtime.ts";
import { floats, type Tensor, tensor } from "../run/tensor.ts";
import { addTo, mean, numberAt, rowOf } from "../stats/sums.ts";
import type { Sheet, SheetBatch } from "./sheet.ts";

/** A model's results for every target, in the sheet's order. */
export interface Answers {
  /** 1 if the correct candidate was the most probable. */
  readonly right: Uint8Array;
  /** The log of the correct candidate's share of the candidates' probability. */
  readonly logShare: Float64Array;
}

/** Disabled heads, as `layer.head`. */
export type Switched = ReadonlySet<string>;

/** A model that answers a sheet. */
export interface Respondent {
  /**
   * Answers the sheet; `means` (from `meanOutputs`) replaces the outputs of disabled heads at each position; default: zeros.
   */
  answer(off?: Switched, means?: readonly Tensor[]): Promise<Answers>;
  /** Computes the mean over documents of every head's output at every position: per layer [i, h, d]. */
  meanOutputs(): Promise<readonly Tensor[]>;
}

const gateName = (layer: string | number): string => `gate.${layer}`;
const meanName = (layer: string | number): string => `mean.${layer}`;

/** z ← gate · z + (1 − gate) · mean: a gate of 1 changes nothing, bit for bit; a gate of 0 replaces the output by the mean. */
const switches = (config: TransformerConfig, sequence: number): Probe =>
  atHeads(config, ({ name, heads }, z) => {
    const mean = unsqueeze(input(meanName(name), [sequence, heads, config.headWidth]), 0);
    return switched(z, input(gateName(name), [heads]), mean);
  });

interface Graph {
  readonly answer: Readonly<Record<"logits", Value>>;
  readonly means: Readonly<Record<string, Value>>;
}

/** Builds the graphs of one model form over one sheet form; models of this form share their sessions. */
export function skillGraph(config: TransformerConfig, { batch, sequence }: Pick<Sheet, "batch" | "sequence">): Graph {
  const p = declare<DecoderParameters>(decoderParameters(config));
  const ids = input("ids", [batch, sequence], "int64");
  const { states } = decoder(config, p, { ids }, switches(config, sequence));
  const flat = reshape(lastState(states), [batch * sequence, config.width]);
  const asked = gather(flat, input("rows", ["targets"], "int64"));
  const logits = einsum("t m, v m -> t v", asked, p.output ?? p.embeddings.tokens);
  const present = input("present", [batch, sequence]);
  const sums: Record<string, Value> = {};
  const summed = atHeads(config, ({ name }, z) => {
    sums[name] = einsum("b i h d, b i -> i h d", z, present);
    return z;
  });
  decoder(config, p, { ids }, summed);
  return { answer: { logits }, means: sums };
}

const zeros = (config: TransformerConfig, sequence: number): Tensor[] =>
  config.heads.map((heads) =>
    tensor(new Float32Array(sequence * heads * config.headWidth), [sequence, heads, config.headWidth]),
  );

/** Creates a model ready to answer `sheet`; `graph` is `skillGraph`'s for its configuration. */
export async function createRespondent(
  runtime: Runtime,
  config: TransformerConfig,
  graph: Graph,
  weights: ReadonlyMap<string, Tensor>,
  sheet: Sheet,
): Promise<Respondent> {
  const program = await runtime.compile(graph.answer, { weights });
  return {
    async answer(off = new Set(), means = zeros(config, sheet.sequence)) {
      const switched = gates(config, off, means);
      const parts: Answers[] = [];
      for (const batch of sheet.batches) parts.push(await answerBatch(program, batch, switched));
      return join(parts);
    },
    async meanOutputs() {
      const summing = await runtime.compile(graph.means, { weights });
      return meansOver(summing, config, sheet);
    },
  };
}

function gates(config: TransformerConfig, off: Switched, means: readonly Tensor[]): Feeds {
  const feeds: Record<string, Tensor> = {};
  for (const [l, heads] of config.heads.entries()) {
    feeds[gateName(l)] = tensor(
      Float32Array.from({ length: heads }, (_, h) => (off.has(headName(l, h)) ? 0 : 1)),
      [heads],
    );
    feeds[meanName(l)] = ofLayer(means, l);
  }
  return feeds;
}

async function answerBatch(program: Program<"logits">, { ids, rows, targets }: SheetBatch, switched: Feeds): Promise<Answers> {
  const { logits } = await program.run({ ids, rows, ...switched });
  const [data, words] = [floats(logits), dimAt(logits.shape, 1)];
  const right = new Uint8Array(targets.length);
  const logShare = new Float64Array(targets.length);
  for (const [t, { candidates, gold }] of targets.entries()) {
    const scores = itemsAt(rowOf(data, t, words), candidates);
    const most = Math.max(...scores);
    const total = scores.reduce((sum, s) => sum + Math.exp(s - most), 0);
    right[t] = Number(scores.indexOf(most) === gold);
    logShare[t] = numberAt(scores, gold) - most - Math.log(total);
  }
  return { right, logShare };
}

function join(parts: readonly Answers[]): Answers {
  const right = Uint8Array.from(parts.flatMap((p) => [...p.right]));
  return { right, logShare: Float64Array.from(parts.flatMap((p) => [...p.logShare])) };
}

async function meansOver(program: Program, config: TransformerConfig, sheet: Sheet): Promise<Tensor[]> {
  const sums = zeros(config, sheet.sequence);
  const counts = new Float64Array(sheet.sequence);
  for (const { ids, present } of sheet.batches) {
    const made = await program.run({ ids, present: tensor(present, [sheet.batch, sheet.sequence]) });
    for (const [l, sum] of sums.entries()) addTo(floats(sum), floats(tensorAt(made, l)));
    for (let row = 0; row < sheet.batch; row++) addTo(counts, rowOf(present, row, sheet.sequence));
  }
  for (const sum of sums) {
    const [data, [, heads, width]] = [floats(sum), dims3(sum.shape)];
    for (const [i, count] of counts.entries()) {
      const own = rowOf(data, i, heads * width);
      own.set(own.map((x) => x / Math.max(1, count)));
    }
  }
  return sums;
}

/** For each relation, by index: the number of targets, the accuracy, and the mean log share. */
export interface Skill {
  readonly n: number;
  readonly accuracy: number;
  readonly logShare: number;
}

/** Computes the skill at every relation. */
export function skillsOf(sheet: Sheet, { right, logShare }: Answers): Skill[] {
  const targets = sheet.batches.flatMap((batch) => batch.targets);
  return RELATIONS.map((_, r) => {
    const own = [...targets.keys()].filter((t) => targets[t]?.relation === r);
    return { n: own.length, accuracy: mean(itemsAt(right, own)), logShare: mean(itemsAt(logShare, own)) };
  });
}
