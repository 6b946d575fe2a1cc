/** GGUF files for the tests, of metadata and float32 tensors. */
import type { Tensor } from "../../src/run/tensor.ts";

type Entry = string | number | boolean | readonly string[] | readonly number[];

const TEXT = new TextEncoder();
const u32 = (n: number): number[] => [...new Uint8Array(Uint32Array.of(n).buffer)];
const u64 = (n: number): number[] => [...new Uint8Array(BigUint64Array.of(BigInt(n)).buffer)];
const f32 = (n: number): number[] => [...new Uint8Array(Float32Array.of(n).buffer)];
const text = (s: string): number[] => [...u64(TEXT.encode(s).length), ...TEXT.encode(s)];
const [U32, F32, BOOL, STRING, LIST, I32] = [4, 6, 7, 8, 9, 5];

function entry(value: Entry): number[] {
  if (typeof value === "string") return [...u32(STRING), ...text(value)];
  if (typeof value === "boolean") return [...u32(BOOL), value ? 1 : 0];
  if (typeof value === "number") return Number.isInteger(value) ? [...u32(U32), ...u32(value)] : [...u32(F32), ...f32(value)];
  const strings = value.every((x) => typeof x === "string");
  const items = strings ? (value as string[]).flatMap(text) : (value as number[]).flatMap((n) => u32(n));
  return [...u32(LIST), ...u32(strings ? STRING : I32), ...u64(value.length), ...items];
}

export function writeGguf(metadata: Readonly<Record<string, Entry>>, tensors: ReadonlyMap<string, Tensor>): Uint8Array {
  const entries = Object.entries(metadata).flatMap(([key, value]) => [...text(key), ...entry(value)]);
  let end = 0;
  const places = [...tensors].map(([name, { shape, data }]) => {
    const at = end;
    end = Math.ceil((at + data.byteLength) / 32) * 32;
    return { name, shape, data, at };
  });
  const listed = places.flatMap(({ name, shape, at }) => [
    ...text(name),
    ...u32(shape.length),
    ...[...shape].reverse().flatMap(u64),
    ...u32(0),
    ...u64(at),
  ]);
  const count = Object.keys(metadata).length;
  const header = [...TEXT.encode("GGUF"), ...u32(3), ...u64(tensors.size), ...u64(count), ...entries, ...listed];
  const start = Math.ceil(header.length / 32) * 32;
  const bytes = new Uint8Array(start + end);
  bytes.set(header);
  for (const { data, at } of places) bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + at);
  return bytes;
}
