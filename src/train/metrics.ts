/** What a language model's loss means in units that can be compared: per token, or per byte whatever the tokens are. */

import { InputError } from "../run/errors.ts";

/** e^(nats per token): how many equally likely tokens the model chooses between, on average. */
export function perplexity(nats: number, tokens: number): number {
  check("perplexity", "tokens", nats, tokens);
  return Math.exp(nats / tokens);
}

/** nats / (ln 2 · bytes), with the bytes of the text in UTF-8: comparable between tokenizers. */
export function bitsPerByte(nats: number, bytes: number): number {
  check("bitsPerByte", "bytes", nats, bytes);
  return nats / (Math.LN2 * bytes);
}

function check(name: string, unit: string, nats: number, count: number): void {
  if (!(count > 0)) throw new InputError(`${name}: ${unit} is ${count}; give a text that has some`);
  if (Number.isNaN(nats)) throw new InputError(`${name}: the summed loss is NaN; look at the losses that were added up`);
}
