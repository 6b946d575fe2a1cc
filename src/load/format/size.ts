/** What `config.json` counts against what the checkpoint holds, before anything is made in those numbers. */
import type { AnyConfig } from "../../models/sites.ts";
import { InputError } from "../../run/errors.ts";
import { sizeOf } from "../../run/tensor.ts";
import type { TensorFile } from "./tensors.ts";

/**
 * Throws `InputError` where a configuration counts more than a file can hold: each layer has a tensor of its own, and the
 * tables and the projections of each layer have their numbers in the file.
 */
export function checkSize(config: AnyConfig, { name, tensors }: TensorFile): void {
  const asked = (what: string, held: string) =>
    new InputError(`${name}: config.json asks for ${what}, but the file holds ${held}; do they belong together?`);
  const layers = layersOf(config);
  if (layers > tensors.size) throw asked(`${layers} layers`, `${tensors.size} tensors`);
  const held = [...tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const tables = config.vocabulary * config.width;
  if (tables > held) throw asked(`${config.vocabulary} tokens of width ${config.width}`, `${held} numbers`);
  const inner = innerSizes(config);
  if (inner > held) throw asked(`${layers} layers with feed-forward weights of ${inner} numbers`, `${held} numbers`);
}

/** The numbers of all feed-forward layers' two projections. */
function innerSizes(config: AnyConfig): number {
  if (config.family !== "encoder-decoder") return 2 * config.heads.length * config.innerWidth * config.width;
  const { encoderHeads, encoderInnerWidth, decoderHeads, decoderInnerWidth, width } = config;
  return 2 * width * (encoderHeads.length * encoderInnerWidth + decoderHeads.length * decoderInnerWidth);
}

const layersOf = (config: AnyConfig): number =>
  config.family === "encoder-decoder" ? config.encoderHeads.length + config.decoderHeads.length : config.heads.length;
