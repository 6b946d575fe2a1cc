/** A language model's loss in comparable units: per token, or per byte independent of the tokenizer. */

import { InputError } from "../run/errors.ts";

/** Returns e^(nats per token): the effective number of equally likely tokens. */
export function perplexity(nats: number, tokens: number): number {
  check("perplexity", "tokens", nats, tokens);
  return Math.exp(nats / tokens);
}

/** Returns nats / (ln 2 · bytes), with the bytes of the text in UTF-8: comparable between tokenizers. */
export function bitsPerByte(nats: number, bytes: number): number {
  check("bitsPerByte", "bytes", nats, bytes);
  return nats / (Math.LN2 * bytes);
}

function check(name: string, unit: string, nats: number, count: number): void {
  if (!(count > 0)) throw new InputError(`${name}: ${unit} is ${count}; give a text that is not empty`);
  if (Number.isNaN(nats)) throw new InputError(`${name}: the summed loss is NaN; check the losses that were summed`);
}
