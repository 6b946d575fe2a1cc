/** Reads safetensors checkpoints (huggingface/safetensors): a JSON header, validated in full, then raw bytes. */
import { isRecord } from "../../params/keyed.ts";
import { InputError } from "../../run/errors.ts";
import { sizeOf, tensor } from "../../run/tensor.ts";
import { DECODERS, type Decoder } from "./number-formats.ts";
import { isPointer, POINTER, type Source } from "./source.ts";
import type { TensorFile, TensorInfo } from "./tensors.ts";

/** A tensor's byte range [start, end) in its file. */
export interface Stored extends TensorInfo {
  readonly start: number;
  readonly end: number;
}

const HEADER_LIMIT = 100_000_000;
/** Bits per element. */
const WIDTHS = new Map(
  Object.entries({
    ...{ F64: 64, F32: 32, F16: 16, BF16: 16, C64: 64 },
    ...{ F8_E4M3: 8, F8_E5M2: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8, F8_E8M0: 8, F6_E2M3: 6, F6_E3M2: 6, F4: 4 },
    ...{ BOOL: 8, U8: 8, I8: 8, U16: 16, I16: 16, U32: 32, I32: 32, U64: 64, I64: 64 },
  }),
);

/**
 * Opens a safetensors file as named tensors. F64, F32, F16, BF16, F8_E4M3 and F8_E5M2 can be read; other types are only listed.
 * Throws `InputError` if the header is damaged, or ranges overlap, leave holes, extend beyond the file or do not match their
 * shape and type.
 */
export async function openSafetensors(source: Source): Promise<TensorFile> {
  const { header, dataStart } = await readHeader(source);
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  const tensors = new Map(
    entries.map(([name, entry]) => [name, storedAt(entry, `${source.name}: tensor ${show(name)}`, dataStart, source.size)]),
  );
  checkPlaces(source, tensors, dataStart);
  return storedTensors(source, tensors, DECODERS);
}

async function readHeader(source: Source): Promise<{ header: Readonly<Record<string, unknown>>; dataStart: number }> {
  const bad = (what: string) => new InputError(`${source.name}: ${what}`);
  if (source.size === 0) throw bad("the file is empty; download or copy it again");
  if (source.size < 8) throw bad(`a safetensors file has at least 8 bytes, got ${source.size}; download or copy it again`);
  const first = await source.read(0, 8);
  if (isPointer(first)) throw bad(POINTER);
  const length = Number(new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true));
  const declared = `the header declares ${length} bytes`;
  if (length > HEADER_LIMIT) throw bad(`${declared}, over the limit of ${HEADER_LIMIT}; check that this is a safetensors file`);
  if (length > source.size - 8)
    throw bad(`${declared} in a file of ${source.size}; download the file again, since it is truncated`);
  return { header: parseHeader(await source.read(8, length), bad), dataStart: 8 + length };
}

function parseHeader(bytes: Uint8Array, bad: (what: string) => InputError): Readonly<Record<string, unknown>> {
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    throw bad("the header is not JSON; check that this is a complete safetensors file");
  }
  if (!isRecord(header)) throw bad("the header is not a JSON object; check that this is a safetensors file");
  const twice = firstRepeated(topLevelKeys(text));
  if (twice !== undefined) throw bad(`tensor ${show(twice)} is listed twice; write the file again`);
  return header;
}

/** Returns the keys of an object's JSON with repeats, which `JSON.parse` would drop silently. */
function topLevelKeys(json: string): string[] {
  const keys: string[] = [];
  const colon = /\s*:/y;
  for (let at = 0, depth = 0; at < json.length; at++) {
    if (json[at] === "{" || json[at] === "[") depth++;
    else if (json[at] === "}" || json[at] === "]") depth--;
    else if (json[at] === '"') {
      const start = at++;
      for (; json[at] !== '"'; at++) if (json[at] === "\\") at++;
      colon.lastIndex = at + 1;
      if (depth === 1 && colon.test(json)) keys.push(JSON.parse(json.slice(start, at + 1)));
    }
  }
  return keys;
}

/** Returns the first name that occurs twice; undefined if there is none. */
export function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

function storedAt(entry: unknown, where: string, dataStart: number, fileSize: number): Stored {
  const bad = (what: string) => new InputError(`${where}: ${what}`);
  if (!isRecord(entry)) throw bad(`its header entry is ${show(entry)}, not an object; write the file again`);
  const { dtype, shape, data_offsets: range } = entry;
  const width = typeof dtype === "string" ? WIDTHS.get(dtype) : undefined;
  if (typeof dtype !== "string" || width === undefined)
    throw bad(`unknown dtype ${show(dtype)}; use one of ${[...WIDTHS.keys()].join(", ")}`);
  if (!isSizes(shape)) throw bad(`its shape ${show(shape)} is not a list of whole numbers; write the file again`);
  if (!isRange(range)) throw bad(`its data_offsets ${show(range)} are not whole numbers [begin, end]; write the file again`);
  const [begin, end] = range;
  const room = fileSize - dataStart;
  if (end > room) throw bad(`its bytes end at ${end} in ${room} bytes of data; download the file again, since it is truncated`);
  const needed = (sizeOf(shape) * width) / 8;
  if (needed !== end - begin)
    throw bad(`shape ${show(shape)} of ${dtype} takes ${needed} bytes, not ${end - begin}; write the file again`);
  return { storedAs: dtype, shape, start: dataStart + begin, end: dataStart + end };
}

/** Throws `InputError` if tensors share bytes, or if more than `slack` bytes between them belong to none. */
export function checkPlaces({ name, size }: Source, tensors: ReadonlyMap<string, Stored>, dataStart: number, slack = 0): void {
  const placed = [...tensors].filter(([, { start, end }]) => end > start).sort(([, a], [, b]) => a.start - b.start);
  let [before, at] = ["", dataStart];
  for (const [next, { start, end }] of [...placed, ["", { start: size, end: size }] as const]) {
    if (start < at) throw new InputError(`${name}: tensors ${show(before)} and ${show(next)} overlap; write the file again`);
    if (start > at + slack) throw new InputError(`${name}: bytes ${at} to ${start} belong to no tensor; write the file again`);
    [before, at] = [next, end];
  }
}

/** Reads tensors of any format: a stored range, decoded to float32 and checked for finite numbers only. */
export function storedTensors(
  source: Source,
  tensors: ReadonlyMap<string, Stored>,
  decoders: ReadonlyMap<string, Decoder>,
): TensorFile {
  const read = async (name: string) => {
    const { storedAs, shape, start, end } = tensors.get(name) ?? nothing(source.name, tensors).read(name);
    const bad = (what: string) => new InputError(`${source.name}: tensor ${show(name)} ${what}`);
    const decode = decoders.get(storedAs);
    if (!decode)
      throw bad(`is stored as ${storedAs}, which is not supported; convert it to one of ${[...decoders.keys()].join(", ")}`);
    const data = decode(end > start ? await source.read(start, end - start) : new Uint8Array());
    const at = firstNotFinite(data);
    if (at >= 0)
      throw bad(`has ${data[at]} at element ${at}; use another file, since this one is damaged or its training diverged`);
    return tensor(data, shape);
  };
  return { name: source.name, tensors, read };
}

/** Returns a reader that throws `InputError`, for a tensor that is not stored. */
export const nothing = (file: string, { size }: ReadonlyMap<string, unknown>) => ({
  read(name: string): never {
    throw new InputError(
      `${file}: there is no tensor ${show(name)} among its ${size}; check that the file belongs to this model`,
    );
  },
});

function firstNotFinite(data: Float32Array): number {
  let sum = 0; // x · 0 is NaN only for NaN and ±∞, and one sum is faster than a test per element
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0;
  return sum === 0 ? -1 : data.findIndex((x) => !Number.isFinite(x));
}

const isSizes = (x: unknown): x is number[] => Array.isArray(x) && x.every((n) => Number.isSafeInteger(n) && n >= 0);
const isRange = (x: unknown): x is [number, number] => isSizes(x) && x.length === 2 && x[0] === Math.min(...x);

/** Quotes a value from a file on one line of bounded length. */
export function show(x: unknown): string {
  if (typeof x === "string") return JSON.stringify(x.length > 80 ? `${x.slice(0, 80)}…` : x);
  if (typeof x !== "object" || x === null) return String(x);
  if (!Array.isArray(x)) return "{…}";
  const items = x.slice(0, 8).map((item) => (Array.isArray(item) ? "[…]" : show(item)));
  return `[${items.join(", ")}${x.length > 8 ? ", …" : ""}]`;
}
