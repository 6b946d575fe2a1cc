/** The training objective: the graph of a model's loss over one batch. */
import { gradsOfSum, type LossTerm } from "../autodiff/grads.ts";
import { input, scoped, type Value } from "../graph/value.ts";
import { anyParameters } from "../models/any.ts";
import type { TransformerConfig } from "../models/config.ts";
import { encoderDecoder } from "../models/encoder-decoder.ts";
import type { EncoderDecoderConfig } from "../models/encoder-decoder-config.ts";
import type { EncoderDecoderParameters } from "../models/encoder-decoder-parameters.ts";
import { type TransformerParameters, transformer } from "../models/transformer.ts";
import { crossEntropySum } from "../nn/loss.ts";
import { chain, keep, type Probe, unseen } from "../nn/probe.ts";
import { mul } from "../ops/arithmetic.ts";
import { declare, leaves } from "../params/tree.ts";

/** Any model that can be trained. */
export type TrainableConfig = TransformerConfig | EncoderDecoderConfig;

/** The axes of a batch: rows, tokens per row, and for translation tokens per target row. */
export interface BatchShape {
  readonly batch: number;
  readonly sequence: number;
  readonly target?: number;
}

/** Returns the tokens per target row of a translation's batch. */
export function targetOf({ target }: BatchShape): number {
  if (target === undefined) throw new Error("internal: a batch of pairs has no target length");
  return target;
}

/** The graph of a loss over batches of one shape. */
export interface Objective {
  /** Every trained parameter, by path. */
  readonly parameters: ReadonlyMap<string, Value>;
  /** Σ −log p over all targets, in nats; with label smoothing, the smoothed loss. */
  readonly total: Value;
  readonly logits: Value;
  /** Returns the gradient of `total`, plus the penalties of attention features for each target, for every parameter, in order. */
  gradients(): readonly Value[];
}

export interface ObjectiveOptions {
  readonly labelSmoothing?: number;
  readonly probe?: Probe;
}

/** Returns false for buffers of checkpoints: Marian's bias of the logits, which excludes padding from the outputs. */
export const isTrained = (path: string): boolean => path !== "finalLogitsBias";

/**
 * Builds the loss of `config` over inputs `ids` [batch, sequence] and `targets` (negative: none; [batch, sequence], or [batch,
 * target]). Encoders also take `mask`; encoder–decoders `mask` and `decoderIds` [batch, target]. A decoder needs no mask, since
 * padding follows all targets of a row.
 */
export function objective(config: TrainableConfig, shape: BatchShape, options: ObjectiveOptions = {}): Objective {
  const { labelSmoothing = 0, probe = unseen } = options;
  const penalties = new Map<string, Value>();
  const { tree, logits } = logitsOf(
    config,
    shape,
    chain(
      probe,
      keep(penalties, (site) => site.endsWith(".penalty")),
    ),
  );
  const targets = input("targets", [shape.batch, shape.target ?? shape.sequence], "int64");
  const { total, count, cotangent } = crossEntropySum(logits, targets, labelSmoothing);
  const parameters = new Map(leaves<Value>(tree).filter(([path]) => isTrained(path)));
  const terms = (): LossTerm[] => [
    { loss: logits, cotangent: cotangent() },
    ...[...penalties.values()].map((penalty) => ({ loss: scoped("penalty", () => mul(penalty, count)) })),
  ];
  return { parameters, total, logits, gradients: () => gradsOfSum(terms(), [...parameters.values()]) };
}

function logitsOf(config: TrainableConfig, shape: BatchShape, probe: Probe): { readonly tree: object; readonly logits: Value } {
  const { batch, sequence } = shape;
  const ids = input("ids", [batch, sequence], "int64");
  if (config.family === "encoder-decoder") {
    const tree = declare<EncoderDecoderParameters>(anyParameters(config));
    const mask = input("mask", [batch, sequence], "int64");
    const decoderIds = input("decoderIds", [batch, targetOf(shape)], "int64");
    return { tree, logits: encoderDecoder(config, tree, { ids, mask, decoderIds }, probe).logits };
  }
  const tree = declare<TransformerParameters<Value>>(anyParameters(config));
  const inputs = config.family === "decoder" ? { ids } : { ids, mask: input("mask", [batch, sequence], "int64") };
  const { logits } = transformer(config, tree, inputs, probe);
  if (!logits) throw new Error("internal: a model without a language head has no loss");
  return { tree, logits };
}
