/**
 * Reads GGUF checkpoints (llama.cpp), versions 2 and 3: metadata, a list of tensors, then their blocks, dequantized to float32.
 */
import { InputError } from "../../run/errors.ts";
import { sizeOf } from "../../run/tensor.ts";
import { fromBF16, fromF16, fromF32, halfTable } from "./number-formats.ts";
import * as safe from "./safetensors.ts";
import type { Source } from "./source.ts";
import type { TensorFile } from "./tensors.ts";

/** A GGUF file: its tensors with the axes in PyTorch's order, and its metadata. */
export interface GgufFile extends TensorFile {
  /** Numbers (a bigint if no number is exact), booleans, strings; lists of strings, and lists of numbers as typed arrays. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The part of the header in memory, and the position of the next byte to parse. */
interface Cursor {
  readonly source: Source;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

/** A tensor as listed in the header; its offset counts from the start of the data. */
type Listed = { readonly name: string; readonly type: string; readonly shape: readonly number[]; readonly offset: number };

const FIRST_READ = 4 << 20;
const HEADER_LIMIT = 256 << 20;
const MORE = new Error("internal: more of the GGUF header has to be read");

/** The names of ggml's types by number; some numbers were withdrawn. */
const TYPES = (
  "F32,F16,Q4_0,Q4_1,,,Q5_0,Q5_1,Q8_0,Q8_1,Q2_K,Q3_K,Q4_K,Q5_K,Q6_K,Q8_K,IQ2_XXS,IQ2_XS,IQ3_XXS,IQ1_S,IQ4_NL,IQ3_S,IQ2_S," +
  "IQ4_XS,I8,I16,I32,I64,F64,IQ1_M,BF16,,,,TQ1_0,TQ2_0,,,,MXFP4,NVFP4,Q1_0"
).split(",");

/** The number of weights and bytes per block of each type. */
const BLOCKS = new Map<string, readonly [weights: number, bytes: number]>(
  Object.entries({
    ...{ F32: [1, 4], F16: [1, 2], BF16: [1, 2], Q8_0: [32, 34], Q4_0: [32, 18], Q4_1: [32, 20], Q6_K: [256, 210] },
    ...{ I8: [1, 1], I16: [1, 2], I32: [1, 4], I64: [1, 8], F64: [1, 8] },
  }),
);

function blockOf(type: string): readonly [weights: number, bytes: number] {
  const block = BLOCKS.get(type);
  if (!block) throw new Error(`internal: there are no blocks of ${type}`);
  return block;
}

const [BOOLEAN, STRING, LIST] = [7, 8, 9];
const NUMBERS = [
  ...[Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Uint8Array],
  ...[undefined, undefined, BigUint64Array, BigInt64Array, Float64Array],
];

/** Returns the list of numbers that a value of the metadata is; undefined if it is none. */
export const numbersIn = (value: unknown): (number | bigint)[] | undefined => {
  for (const Numbers of NUMBERS) if (Numbers && value instanceof Numbers) return Array.from<number | bigint>(value);
  return undefined;
};

/**
 * Opens a GGUF file as named tensors with metadata. F32, F16, BF16, Q8_0, Q4_0, Q4_1 and Q6_K can be read; integers and F64 are
 * only listed. Throws `InputError` for a damaged header, weights of an unsupported type, and tensors that are misaligned,
 * overlap, or extend beyond the file.
 */
export async function openGguf(source: Source): Promise<GgufFile> {
  const { metadata, listed, end } = await readHeader(source);
  const alignment = Number(metadata["general.alignment"] ?? 32);
  const isPower = alignment >= 1 && Math.log2(alignment) % 1 === 0;
  if (!isPower) throw bad({ source }, `general.alignment is ${alignment}, not a power of two; convert the model again`);
  const dataStart = Math.min(Math.ceil(end / alignment) * alignment, source.size);
  const tensors = new Map(listed.map((tensor) => [tensor.name, storedAt(source, tensor, dataStart, alignment)]));
  safe.checkPlaces(source, tensors, dataStart, Number.POSITIVE_INFINITY);
  return { ...safe.storedTensors(source, tensors, DECODERS), metadata };
}

/** Parses the start of the file, and a longer one as long as it is too short: no field gives the header's length. */
async function readHeader(source: Source): Promise<ReturnType<typeof parseHeader>> {
  for (let length = FIRST_READ; ; length *= 4) {
    const bytes = await source.read(0, Math.min(length, source.size));
    try {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return parseHeader({ source, bytes, view, at: 0 });
    } catch (error) {
      if (error !== MORE) throw error;
    }
  }
}

function parseHeader(cursor: Cursor) {
  checkVersion(cursor);
  const tensorCount = readCount(cursor, "tensors", 24);
  const entryCount = readCount(cursor, "metadata entries", 13);
  const entries: [string, unknown][] = [];
  for (let i = 0; i < entryCount; i++) entries.push(readEntry(cursor, i));
  const listed: Listed[] = [];
  for (let i = 0; i < tensorCount; i++) listed.push(readListed(cursor, i));
  const twice = safe.firstRepeated(entries.map(([key]) => key)) ?? safe.firstRepeated(listed.map(({ name }) => name));
  if (twice !== undefined) throw bad(cursor, `${safe.show(twice)} is listed twice; convert the model again`);
  checkTypes(cursor, listed);
  return { metadata: Object.fromEntries(entries), listed, end: cursor.at };
}

const bad = ({ source }: Pick<Cursor, "source">, what: string) => new InputError(`${source.name}: ${what}`);

/** Advances by `length` bytes and returns their start. */
function take(cursor: Cursor, length: number, what: string): number {
  const end = cursor.at + length;
  if (end > cursor.source.size) throw bad(cursor, `the file ends within ${what}; download it again`);
  if (end > HEADER_LIMIT)
    throw bad(cursor, `the header is longer than ${HEADER_LIMIT} bytes, at ${what}; check that this is a GGUF file`);
  if (end > cursor.bytes.length) throw MORE;
  cursor.at = end;
  return end - length;
}

const readU32 = (cursor: Cursor, what: string) => cursor.view.getUint32(take(cursor, 4, what), true);
const readU64 = (cursor: Cursor, what: string) => Number(cursor.view.getBigUint64(take(cursor, 8, what), true));
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // U+FEFF is a token like any other

function readString(cursor: Cursor, what: string): string {
  const length = readU64(cursor, what);
  const start = take(cursor, length, what);
  return decoder.decode(cursor.bytes.subarray(start, start + length));
}

function checkVersion(cursor: Cursor): void {
  if (cursor.source.size === 0) throw bad(cursor, "the file is empty; download or copy it again");
  const magic = readU32(cursor, "the first word");
  if (magic !== 0x46554747) throw bad(cursor, "the file does not start with GGUF; check that this is a .gguf file");
  const version = readU32(cursor, "the version");
  if (version > 0 && (version & 0xffff) === 0) throw bad(cursor, "the file is big-endian; convert the model to little-endian");
  if (version !== 2 && version !== 3)
    throw bad(cursor, `GGUF version ${version} is not supported, only 2 and 3; convert the model again`);
}

function readCount(cursor: Cursor, what: string, leastBytes: number): number {
  const count = readU64(cursor, `the number of ${what}`);
  const room = cursor.source.size - cursor.at;
  if (count * leastBytes > room) throw bad(cursor, `${count} ${what} do not fit into ${room} bytes; download the file again`);
  return count;
}

function readEntry(cursor: Cursor, i: number): [string, unknown] {
  const key = readString(cursor, `the key of metadata entry ${i}`);
  const what = `metadata ${safe.show(key)}`;
  const type = readU32(cursor, what);
  if (type === STRING) return [key, readString(cursor, what)];
  if (type === LIST) return [key, readList(cursor, what)];
  const [value] = readNumbers(cursor, type, 1, what);
  if (type === BOOLEAN) return [key, value !== 0];
  return [key, Number.isSafeInteger(Number(value)) ? Number(value) : value];
}

function readList(cursor: Cursor, what: string): unknown {
  const type = readU32(cursor, what);
  const length = readU64(cursor, what);
  if (type !== STRING) return readNumbers(cursor, type, length, what);
  const strings: string[] = [];
  for (let i = 0; i < length; i++) strings.push(readString(cursor, what));
  return strings;
}

function readNumbers(cursor: Cursor, type: number, length: number, what: string) {
  const Numbers = NUMBERS[type];
  if (!Numbers) throw bad(cursor, `${what} has the unknown type ${type}; convert the model again`);
  const size = length * Numbers.BYTES_PER_ELEMENT;
  const start = take(cursor, size, what);
  return new Numbers(new Uint8Array(cursor.bytes.subarray(start, start + size)).buffer);
}

function readListed(cursor: Cursor, i: number): Listed {
  const name = readString(cursor, `the name of tensor ${i}`);
  const what = `the entry of tensor ${safe.show(name)}`;
  const rank = readU32(cursor, what);
  if (rank > 4) throw bad(cursor, `${what} has ${rank} axes, but ggml has at most 4; convert the model again`);
  const shape = Array.from({ length: rank }, () => readU64(cursor, what)).reverse(); // ggml lists the innermost axis first
  const number = readU32(cursor, what);
  return { name, shape, type: TYPES[number] || `type ${number}`, offset: readU64(cursor, what) };
}

function checkTypes(cursor: Cursor, listed: readonly Listed[]): void {
  const unread = listed.filter(({ type }) => !BLOCKS.has(type));
  const [first, ...others] = unread;
  if (!first) return;
  const types = [...new Set(unread.map(({ type }) => type))].slice(0, 8).join(", ");
  const which = `${safe.show(first.name)} and ${others.length} other tensors are stored as ${types}`;
  throw bad(cursor, `${which}, which is not supported; use a file in ${[...DECODERS.keys()].join(", ")}`);
}

function storedAt(source: Source, { name, type, shape, offset }: Listed, dataStart: number, alignment: number): safe.Stored {
  const fail = (what: string) => bad({ source }, `tensor ${safe.show(name)}: ${what}`);
  const [weights, bytes] = blockOf(type);
  const row = shape.at(-1) ?? 1;
  if (row % weights !== 0)
    throw fail(`its rows of ${row} weights do not divide into blocks of ${weights} (${type}); convert the model again`);
  const start = dataStart + offset;
  const end = start + (sizeOf(shape) / weights) * bytes;
  if (offset % alignment !== 0) throw fail(`its offset ${offset} is not a multiple of ${alignment}; convert the model again`);
  if (end > source.size)
    throw fail(`its bytes end at ${end} in a file of ${source.size}; download the file again, since it is truncated`);
  return { storedAs: type, shape, start, end };
}

type Block = (bytes: DataView, at: number, out: Float32Array, to: number, half: (at: number) => number) => void;

/** Makes a decoder from a function that decodes the block at `bytes[at]` into weights at `out[to]`; `half` reads a half. */
const byBlock = (type: string, decode: Block) => (bytes: Uint8Array) => {
  const [weights, width] = blockOf(type);
  const out = new Float32Array((bytes.length / width) * weights);
  const [view, halves] = [new DataView(bytes.buffer, bytes.byteOffset, bytes.length), halfTable()];
  const half = (at: number) => halves[view.getUint16(at, true)]!;
  for (let at = 0, to = 0; at < bytes.length; at += width, to += weights) decode(view, at, out, to, half);
  return out;
};

/** w = d·q: a half d, then 32 signed bytes q. */
const fromQ8 = byBlock("Q8_0", (bytes, at, out, to, half) => {
  const d = half(at);
  for (let i = 0; i < 32; i++) out[to + i] = d * bytes.getInt8(at + 2 + i);
});

/**
 * w = d·(q − 8): a half d, then 16 bytes whose low nibbles are q of the first 16 weights and whose high nibbles of the last 16.
 */
const fromQ4 = byBlock("Q4_0", (bytes, at, out, to, half) => {
  const d = half(at);
  for (let i = 0; i < 16; i++) {
    const pair = bytes.getUint8(at + 2 + i);
    out[to + i] = d * ((pair & 15) - 8);
    out[to + 16 + i] = d * ((pair >> 4) - 8);
  }
});

/** w = d·q + m: halves d and m, then nibbles as in Q4_0. */
const fromQ41 = byBlock("Q4_1", (bytes, at, out, to, half) => {
  const [d, m] = [half(at), half(at + 2)];
  for (let i = 0; i < 16; i++) {
    const pair = bytes.getUint8(at + 4 + i);
    out[to + i] = d * (pair & 15) + m;
    out[to + 16 + i] = d * (pair >> 4) + m;
  }
});

/**
 * w = d·s·(q − 32): 128 bytes with the low nibbles of q, 64 with its upper two bits, a signed byte s for each 16 weights and a
 * half d. Of each 128 weights, 32 share a byte of upper bits with the next three 32; low nibbles go to the first 64.
 */
const fromQ6 = byBlock("Q6_K", (bytes, at, out, to, half) => {
  const d = half(at + 208);
  for (let i = 0; i < 256; i++) {
    const part = i >> 7;
    const low = (bytes.getUint8(at + part * 64 + (i & 63)) >> ((i >> 4) & 4)) & 15;
    const high = (bytes.getUint8(at + 128 + part * 32 + (i & 31)) >> ((i >> 4) & 6)) & 3;
    const scale = bytes.getInt8(at + 192 + (i >> 4));
    out[to + i] = d * scale * ((low | (high << 4)) - 32);
  }
});

const DECODERS = new Map(
  Object.entries({
    ...{ F32: fromF32, F16: fromF16, BF16: fromBF16 },
    ...{ Q8_0: fromQ8, Q4_0: fromQ4, Q4_1: fromQ41, Q6_K: fromQ6 },
  }),
);
