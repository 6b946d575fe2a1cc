/** Compares the sizes in `config.json` with the checkpoint, before anything of those sizes is allocated. */
import type { AnyConfig } from "../../models/sites.ts";
import { InputError } from "../../run/errors.ts";
import { sizeOf } from "../../run/tensor.ts";
import type { TensorFile } from "./tensors.ts";

/**
 * Throws `InputError` if a configuration asks for more than the file has: every layer needs a tensor, and the tables and the
 * projections of each layer need their numbers.
 */
export function checkSize(config: AnyConfig, { name, tensors }: TensorFile): void {
  const tooLarge = (what: string, held: string) =>
    new InputError(
      `${name}: config.json asks for ${what}, but the file has ${held}; use the config.json that came with the weights`,
    );
  const layers = layersOf(config);
  if (layers > tensors.size) throw tooLarge(`${layers} layers`, `${tensors.size} tensors`);
  const held = [...tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const tables = config.vocabulary * config.width;
  if (tables > held) throw tooLarge(`${config.vocabulary} tokens of width ${config.width}`, `${held} numbers`);
  const inner = innerSizes(config);
  if (inner > held) throw tooLarge(`${layers} layers with feed-forward weights of ${inner} numbers`, `${held} numbers`);
}

/** Counts the numbers of all feed-forward layers' two projections. */
function innerSizes(config: AnyConfig): number {
  if (config.family !== "encoder-decoder") return 2 * config.heads.length * config.innerWidth * config.width;
  const { encoderHeads, encoderInnerWidth, decoderHeads, decoderInnerWidth, width } = config;
  return 2 * width * (encoderHeads.length * encoderInnerWidth + decoderHeads.length * decoderInnerWidth);
}

const layersOf = (config: AnyConfig): number =>
  config.family === "encoder-decoder" ? config.encoderHeads.length + config.decoderHeads.length : config.heads.length;
