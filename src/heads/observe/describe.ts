/** Descriptions of what results were measured on: the model and the text; and the rounding of reported numbers. */
import type { Corpus } from "../../corpus/sentence.ts";
import type { AnyModel } from "../../models/any.ts";
import type { Transformer } from "../../models/transformer.ts";
import { countParameters, leaves } from "../../params/tree.ts";
import type { Tensor } from "../../run/tensor.ts";
import type { AnyModelDescription, ModelDescription, Report } from "../report/schema.ts";

/** Rounds to six significant digits, which the precision of the numbers justifies and which keeps files small. */
export const rounded = (x: number): number => Number(x.toPrecision(6));

type Named<M> = M & { readonly id: string };

/** Returns the identity of a model: its sizes and a hash of its weights. */
export function describeModel(model: Named<Transformer>): Promise<ModelDescription>;
export function describeModel(model: Named<AnyModel>): Promise<AnyModelDescription>;
export async function describeModel({ id, config, weights }: Named<AnyModel>): Promise<AnyModelDescription> {
  const tensors = leaves<Tensor>(weights).map(
    ([, { data }]) => new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  );
  const { architecture, width } = config;
  const shared = { id, architecture, width, parameters: countParameters(weights), sha256: await digest(tensors) };
  if (config.family === "encoder-decoder") {
    const { family, encoderHeads, decoderHeads, crossHeads } = config;
    return { ...shared, family, encoderHeads: [...encoderHeads], decoderHeads: [...decoderHeads], crossHeads: [...crossHeads] };
  }
  const { family, heads, keyValueHeads } = config;
  return { ...shared, family, layers: heads.length, heads: [...heads], keyValueHeads: [...keyValueHeads] };
}

/** Returns the identity of a text: its name, its size and a hash of its sentences. */
export async function describeCorpus({ id, sentences }: Corpus, tokens: number): Promise<Report["corpus"]> {
  const sha256 = await digest([new TextEncoder().encode(JSON.stringify(sentences))]);
  return { id, sentences: sentences.length, tokens, sha256 };
}

/** Computes the SHA-256 of the SHA-256 of each part, in hexadecimal. */
async function digest(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<string> {
  const hash = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hashes = await Promise.all(parts.map(hash));
  const all = new Uint8Array(hashes.length * 32);
  for (const [k, h] of hashes.entries()) all.set(h, k * 32);
  return Array.from(await hash(all), (b) => b.toString(16).padStart(2, "0")).join("");
}
