/** Split GGUF files, NAME-00001-of-00003.gguf and so on: each part has a header, the first the model's metadata. */
import { InputError } from "../../run/errors.ts";
import { type GgufFile, openGguf } from "./gguf.ts";
import type { Source } from "./source.ts";

/** Opens a file beside the given one; undefined if there is none. */
export type Beside = (name: string) => Promise<Source | undefined>;

const PART = /-(\d{5})-of-(\d{5})\.gguf$/i;

/**
 * Opens the GGUF file in `source`, with the tensors of the other parts if it is split. Throws `InputError` if a part is missing
 * or belongs to another file.
 */
export async function openGgufParts(source: Source, beside: Beside = async () => undefined): Promise<GgufFile> {
  const file = await openGguf(source);
  const count = file.metadata["split.count"] ?? 1;
  if (count === 1 || count === 0) return file;
  const { no, name } = partOf(file, source);
  const part = async (k: number) => (k === no ? file : openPart(await beside(name(k)), name(k), k, count));
  const [first, ...others] = await Promise.all(Array.from({ length: Number(count) }, (_, k) => part(k)));
  if (!first) throw new Error("internal: a split file has no parts");
  return joined(first, others, source);
}

/** Returns the index of the part, from 0, and the name of part k. */
function partOf(file: GgufFile, source: Source): { no: number; name: (k: number) => string } {
  const { "split.count": count, "split.no": no } = file.metadata;
  const [suffix, part, of] = PART.exec(source.name) ?? [];
  if (suffix === undefined || Number(of) !== count || Number(part) - 1 !== no) {
    const wanted = `NAME-${padded(Number(no) + 1)}-of-${padded(Number(count))}.gguf`;
    throw new InputError(`${source.name}: this is one part of a file in ${count} parts; rename it to ${wanted}`);
  }
  const base = source.name.slice(0, -suffix.length).replace(/^.*[\\/]/s, "");
  return { no: no, name: (k) => `${base}-${padded(k + 1)}-of-${of}.gguf` };
}

const padded = (n: number): string => `${n}`.padStart(5, "0");

async function openPart(source: Source | undefined, name: string, k: number, count: unknown): Promise<GgufFile> {
  if (!source) throw new InputError(`${name}: this part of the model is missing; put all ${count} parts into one folder`);
  const file = await openGguf(source);
  if (file.metadata["split.no"] === k && file.metadata["split.count"] === count) return file;
  throw new InputError(`${source.name}: the header does not say part ${k + 1} of ${count}; download the parts again`);
}

/** Joins the tensors of all parts, with the first part's metadata. */
function joined(first: GgufFile, others: readonly GgufFile[], { name }: Source): GgufFile {
  const parts = [first, ...others];
  const of = new Map(parts.flatMap((part) => [...part.tensors.keys()].map((tensor) => [tensor, part] as const)));
  const sum = parts.reduce((n, part) => n + part.tensors.size, 0);
  const total = first.metadata["split.tensors.count"] ?? sum;
  if (of.size !== sum || sum !== total) {
    throw new InputError(`${name}: the parts have ${of.size} different tensors of ${total}; download the parts again`);
  }
  return {
    name,
    metadata: first.metadata,
    tensors: new Map(parts.flatMap((part) => [...part.tensors])),
    read: (tensor) => (of.get(tensor) ?? first).read(tensor),
  };
}
