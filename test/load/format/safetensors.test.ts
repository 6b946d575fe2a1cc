import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileSource } from "../../../src/load/files/files.node.ts";
import { halfTable } from "../../../src/load/format/number-formats.ts";
import { openSafetensors } from "../../../src/load/format/safetensors.ts";
import { toF16, writeSafetensors } from "../../../src/load/format/safetensors-write.ts";
import { openSharded } from "../../../src/load/format/shards.ts";
import { blobSource, bytesSource, type Source } from "../../../src/load/format/source.ts";
import { InputError } from "../../../src/run/errors.ts";
import { int64, tensor } from "../../../src/run/tensor.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** A file of a header (JSON text or bytes) and so many zero bytes of data. */
function file(header: string | Uint8Array, dataBytes = 0, length?: bigint): Uint8Array {
  const text = typeof header === "string" ? encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const open = (bytes: Uint8Array) => openSafetensors(bytesSource("m.safetensors", bytes));
const one = (dtype: string, shape: number[], data: Uint8Array) => {
  const bytes = file(JSON.stringify({ w: { dtype, shape, data_offsets: [0, data.length] } }), data.length);
  bytes.set(data, bytes.length - data.length);
  return bytes;
};
const words = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer);
const small = () =>
  new Map([
    ["a", tensor(Float32Array.from([1.5, -2, 3, 0, 5, 1e-40]), [2, 3])],
    ["b.weight", tensor(Float32Array.from([7, 8, 9, 10, 11]), [5])],
    ["empty", tensor(new Float32Array(0), [0, 7])],
    ["scalar", tensor(Float32Array.from([13]), [])],
  ]);

const entry = (w: string) => `{"w":${w}}`;
const f32 = (shape: string, offsets: string) => `{"dtype":"F32","shape":${shape},"data_offsets":${offsets}}`;
const deep = "[".repeat(50_000) + "]".repeat(50_000);
const BAD: readonly (readonly [what: string, bytes: Uint8Array, message: string])[] = [
  ["an empty file", new Uint8Array(), "the file is empty; download or copy it again"],
  ["7 bytes", new Uint8Array(7), "a safetensors file has at least 8 bytes, got 7; download or copy it again"],
  [
    "a Git LFS pointer",
    encode("version https://git-lfs.github.com/spec/v1"),
    "this is a Git LFS pointer, not the file itself; run `git lfs pull`",
  ],
  ["no header", file(""), "the header is not JSON; check that this is a complete safetensors file"],
  [
    "a header beyond the file",
    file("{}", 0, 3n),
    "the header declares 3 bytes in a file of 10; download the file again, since it is truncated",
  ],
  [
    "a header over the limit",
    file("{}", 0, 2n ** 64n - 1n),
    "the header declares 18446744073709552000 bytes, over the limit of 100000000; check that this is a safetensors file",
  ],
  ["a header that is not JSON", file('{"w":'), "the header is not JSON; check that this is a complete safetensors file"],
  [
    "a header that is not UTF-8",
    file(Uint8Array.of(0x7b, 0xff, 0x7d)),
    "the header is not JSON; check that this is a complete safetensors file",
  ],
  ["a list for a header", file("[]"), "the header is not a JSON object; check that this is a safetensors file"],
  ["null for a header", file("null"), "the header is not a JSON object; check that this is a safetensors file"],
  ["an entry that is a number", file(entry("5")), 'tensor "w": its header entry is 5, not an object; write the file again'],
  ["an entry that is null", file(entry("null")), 'tensor "w": its header entry is null, not an object; write the file again'],
  [
    "an unknown dtype",
    file(entry('{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}'), 4),
    'tensor "w": unknown dtype "Q4"; use one of F64, F32, F16, BF16, C64, F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ, F8_E8M0, F6_E2M3, F6_E3M2, F4, BOOL, U8, I8, U16, I16, U32, I32, U64, I64',
  ],
  [
    "a dtype from Object's prototype",
    file(entry('{"dtype":"constructor"}')),
    'tensor "w": unknown dtype "constructor"; use one of F64',
  ],
  ["no dtype", file(entry("{}")), 'tensor "w": unknown dtype undefined; use one of F64'],
  ["a deeply nested dtype", file(entry(`{"dtype":${deep}}`)), 'tensor "w": unknown dtype [[…]]; use one of F64'],
  ["no shape", file(entry('{"dtype":"F32"}')), 'tensor "w": its shape undefined is not a list of whole numbers'],
  ["a negative size", file(entry(f32("[-1]", "[0,4]")), 4), 'tensor "w": its shape [-1] is not a list of whole numbers'],
  ["half a size", file(entry(f32("[1.5]", "[0,6]")), 6), 'tensor "w": its shape [1.5] is not a list of whole numbers'],
  ["a size as text", file(entry(f32('["2"]', "[0,8]")), 8), 'tensor "w": its shape ["2"] is not a list of whole numbers'],
  [
    "no offsets",
    file(entry('{"dtype":"F32","shape":[]}')),
    'tensor "w": its data_offsets undefined are not whole numbers [begin, end]',
  ],
  ["one offset", file(entry(f32("[1]", "[0]")), 4), 'tensor "w": its data_offsets [0] are not whole numbers [begin, end]'],
  [
    "a negative offset",
    file(entry(f32("[1]", "[-4,0]")), 4),
    'tensor "w": its data_offsets [-4, 0] are not whole numbers [begin, end]',
  ],
  [
    "a broken offset",
    file(entry(f32("[1]", "[0,4.5]")), 4),
    'tensor "w": its data_offsets [0, 4.5] are not whole numbers [begin, end]',
  ],
  [
    "an unsafe offset",
    file(entry(f32("[1]", "[0,1e300]")), 4),
    'tensor "w": its data_offsets [0, 1e+300] are not whole numbers [begin, end]',
  ],
  [
    "offsets turned round",
    file(entry(f32("[1]", "[4,0]")), 4),
    'tensor "w": its data_offsets [4, 0] are not whole numbers [begin, end]',
  ],
  [
    "a range beyond the file",
    file(entry(f32("[2]", "[0,8]")), 4),
    'tensor "w": its bytes end at 8 in 4 bytes of data; download the file again, since it is truncated',
  ],
  [
    "a shape that is too small",
    file(entry(f32("[2,3]", "[0,20]")), 20),
    'tensor "w": shape [2, 3] of F32 takes 24 bytes, not 20',
  ],
  [
    "a shape beyond all numbers",
    file(entry(f32("[1e15,1e15]", "[0,4]")), 4),
    'tensor "w": shape [1000000000000000, 1000000000000000] of F32 takes 4e+30 bytes, not 4',
  ],
  [
    "an overlap",
    file(`{"a":${f32("[2]", "[0,8]")},"b":${f32("[2]", "[4,12]")}}`, 12),
    'tensors "a" and "b" overlap; write the file again',
  ],
  ["a hole", file(`{"a":${f32("[1]", "[0,4]")},"b":${f32("[1]", "[8,12]")}}`, 12), "belong to no tensor; write the file again"],
  ["a hole in front", file(entry(f32("[1]", "[4,8]")), 8), "belong to no tensor; write the file again"],
  ["bytes left over", file(entry(f32("[1]", "[0,4]")), 9), "belong to no tensor; write the file again"],
  [
    "a name twice",
    file(`{"w":${f32("[1]", "[0,4]")}, "\\u0077" : ${f32("[1]", "[0,4]")}}`, 4),
    'tensor "w" is listed twice; write the file again',
  ],
  ["an endless name", file(`{"${"x".repeat(10_000)}":5}`), `tensor "${"x".repeat(80)}…": its header entry is 5, not an object`],
];

describe("openSafetensors", () => {
  it.each(BAD)("refuses %s", async (_, bytes, message) => {
    const error = await open(bytes).catch((error) => error);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^m\.safetensors: [^\n]+$/);
  });

  it("gives back what writeSafetensors wrote, from memory, a blob and a file", async () => {
    const bytes = writeSafetensors(small(), { metadata: { format: "pt", note: '"quoted" {' } });
    const folder = mkdtempSync(join(tmpdir(), "headwise-"));
    writeFileSync(join(folder, "m.safetensors"), bytes);
    const onDisk = await fileSource(join(folder, "m.safetensors"));
    for (const source of [bytesSource("m", bytes), blobSource("m", new Blob([bytes.slice()])), onDisk]) {
      const read = await openSafetensors(source);
      expect([...read.tensors.keys()]).toEqual([...small().keys()]);
      for (const [name, value] of small()) expect(await read.read(name)).toEqual(value);
    }
    await onDisk.close();
    rmSync(folder, { recursive: true });
  });

  it("writes half precision as the nearest number there is, halves to even", async () => {
    const table = halfTable();
    const patterns = Array.from({ length: 65_536 }, (_, k) => k).filter((k) => !Number.isNaN(table[k]!));
    expect([...toF16(Float32Array.from(patterns, (k) => table[k]!))]).toEqual(patterns);
    const positive = patterns.filter((k) => k < 0x7bff);
    const between = (share: number) =>
      toF16(Float32Array.from(positive, (k) => table[k]! + share * (table[k + 1]! - table[k]!)));
    expect([...between(0.49)]).toEqual(positive);
    expect([...between(0.51)]).toEqual(positive.map((k) => k + 1));
    expect([...between(0.5)]).toEqual(positive.map((k) => k + (k % 2)));
    expect([...toF16(Float32Array.of(65519, 65520, 1e30, -1e30, Number.NaN, 1e-9, -1e-9))]).toEqual([
      0x7bff, 0x7c00, 0x7c00, 0xfc00, 0x7e00, 0, 0x8000,
    ]);
    const read = await openSafetensors(bytesSource("m", writeSafetensors(small(), { type: "F16" })));
    for (const [name, { shape, data }] of small()) {
      const back = await read.read(name);
      expect(back.shape).toEqual(shape);
      for (const [i, x] of (back.data as Float32Array).entries()) expect(x).toBeCloseTo(data[i] as number, 2);
    }
  });

  it("views aligned F32 in place and copies the rest", async () => {
    const data = new Uint8Array(Float32Array.from([1, 2, 3]).buffer);
    const [aligned, shifted] = [" ", "  ", "   ", "    "]
      .map((pad) => {
        const header = JSON.stringify({ w: { dtype: "F32", shape: [3], data_offsets: [0, 12] } }) + pad;
        const bytes = file(header, 12);
        bytes.set(data, bytes.length - 12);
        return bytes;
      })
      .sort((a, b) => (a.length % 4) - (b.length % 4));
    const views = [(await (await open(aligned!)).read("w")).data, (await (await open(shifted!)).read("w")).data];
    expect(views.map((view) => [...view])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect([views[0]!.buffer === aligned!.buffer, views[1]!.buffer === shifted!.buffer]).toEqual([true, false]);
  });

  it("reads F16 with its subnormals, and BF16", async () => {
    const half = await open(one("F16", [7], words(0x3c00, 0xc000, 0x0001, 0x83ff, 0x0400, 0x7bff, 0x8000)));
    const expected = [1, -2, 2 ** -24, -1023 * 2 ** -24, 2 ** -14, 65504, -0];
    expect([...(await half.read("w")).data]).toEqual(expected);
    const brain = await open(one("BF16", [5], words(0x3f80, 0xc049, 0x0001, 0x7f7f, 0x8000)));
    expect([...(await brain.read("w")).data]).toEqual([1, -3.140625, 2 ** -133, (2 - 2 ** -7) * 2 ** 127, -0]);
  });

  it("lists integer buffers, and refuses them as weights", async () => {
    const checkpoint = await open(one("I64", [2], new Uint8Array(16)));
    expect(checkpoint.tensors.get("w")).toMatchObject({ storedAs: "I64", shape: [2] });
    await expect(checkpoint.read("w")).rejects.toThrow(
      new InputError(
        'm.safetensors: tensor "w" is stored as I64, which is not supported; convert it to one of F64, F32, F16, BF16, F8_E4M3, F8_E5M2',
      ),
    );
  });

  it.each([
    ["F32", new Uint8Array(Float32Array.from([1, Number.NaN]).buffer), "NaN"],
    ["F32", new Uint8Array(Float32Array.from([1, -Infinity]).buffer), "-Infinity"],
    ["F16", words(0, 0x7c00), "Infinity"],
    ["F16", words(0, 0xfe00), "NaN"],
    ["BF16", words(0, 0xff80), "-Infinity"],
    ["BF16", words(0, 0x7fc0), "NaN"],
  ])("refuses numbers that are not finite in %s", async (dtype, data, value) => {
    const checkpoint = await open(one(dtype, [2], data));
    const message = `tensor "w" has ${value} at element 1; use another file, since this one is damaged or its training diverged`;
    await expect(checkpoint.read("w")).rejects.toThrow(new InputError(`m.safetensors: ${message}`));
  });

  it("names a tensor that is not there", async () => {
    const checkpoint = await open(writeSafetensors(small()));
    const message = 'm.safetensors: there is no tensor "toString" among its 4; check that the file belongs to this model';
    await expect(checkpoint.read("toString")).rejects.toThrow(new InputError(message));
  });

  it("writes weights only", () => {
    expect(() => writeSafetensors(new Map([["ids", int64([1])]]))).toThrow(TypeError);
  });
});

const outside = (place: string) =>
  `the tensor "a" is in ${place}, which is not a .safetensors file beside the index; download the index again`;

describe("openSharded", () => {
  const shards = new Map([
    ["one.safetensors", writeSafetensors(new Map([["a", tensor(Float32Array.of(1, 2, 3), [3])]]))],
    ["again.safetensors", writeSafetensors(new Map([["a", tensor(Float32Array.of(6), [1])]]))],
    ["a folder/two (1).safetensors", writeSafetensors(new Map([["b", tensor(Float32Array.of(4, 5), [2])]]))],
  ]);
  const find = async (name: string): Promise<Source> => {
    if (!shards.has(name)) throw new InputError("there is no such file");
    return bytesSource(name, shards.get(name)!);
  };
  const at = (weight_map: unknown) => openSharded(find, { metadata: {}, weight_map });

  it("reads each tensor from its shard", async () => {
    const checkpoint = await at({ b: "a folder/two (1).safetensors", a: "one.safetensors" });
    expect([...checkpoint.tensors.keys()]).toEqual(["b", "a"]);
    expect((await checkpoint.read("a")).data).toEqual(Float32Array.of(1, 2, 3));
    expect((await checkpoint.read("b")).data).toEqual(Float32Array.of(4, 5));
    await expect(checkpoint.read("c")).rejects.toThrow('there is no tensor "c" among its 2');
  });

  it("believes the shards, not the index, on what they hold", async () => {
    const checkpoint = await at({ phantom: "one.safetensors" });
    expect([...checkpoint.tensors.keys()]).toEqual(["a"]);
  });

  it("passes on why a shard cannot be opened", async () => {
    await expect(at({ a: "three.safetensors" })).rejects.toThrow(new InputError("there is no such file"));
  });

  it.each<[string, unknown, string]>([
    ["no map", undefined, 'there is no "weight_map" from tensors to files; download the index again'],
    ["an empty map", {}, 'there is no "weight_map" from tensors to files; download the index again'],
    ["a map that is a list", ["one.safetensors"], 'there is no "weight_map" from tensors to files; download the index again'],
    ["a place that is a number", { a: 5 }, outside("5")],
    ["a place outside", { a: "../one.safetensors" }, outside('"../one.safetensors"')],
    ["a way out through a folder", { a: "x/../../one.safetensors" }, outside('"x/../../one.safetensors"')],
    ["an absolute place", { a: "/one.safetensors" }, outside('"/one.safetensors"')],
    ["a place on a drive", { a: "C:one.safetensors" }, outside('"C:one.safetensors"')],
    ["a pickle", { a: "one.bin" }, outside('"one.bin"')],
    [
      "a tensor in two shards",
      { a: "one.safetensors", b: "again.safetensors" },
      'two shards have the tensor "a"; download them again',
    ],
  ])("refuses %s", async (_, map, message) => {
    await expect(at(map)).rejects.toThrow(new InputError(`model.safetensors.index.json: ${message}`));
  });
});

describe("damage", () => {
  it("makes 6,000 mutated files open or fail with an InputError, and reads nothing outside them", async () => {
    const random = numbers(11);
    const good = writeSafetensors(small());
    const opened = await Promise.all(Array.from({ length: 6_000 }, () => survives(mutate(good, random), good.length)));
    expect(opened.filter(Boolean).length).toBeGreaterThan(300);
    expect(opened.filter((ok) => !ok).length).toBeGreaterThan(3_000);
  });
});

/** Seeded random numbers in [0, below) (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A copy with bytes of the header changed, or numbers in its JSON, or cut short. */
function mutate(good: Uint8Array, random: (below: number) => number): Uint8Array {
  const length = Number(new DataView(good.buffer).getBigUint64(0, true));
  if (random(2)) {
    const text = new TextDecoder().decode(good.subarray(8, 8 + length));
    const hostile = ["-1", "1e99", "[]", "null", '"w"', "0", "4", "20", "24", "0.5", "9007199254740991"];
    const changed = file(text.replace(/\d+/g, (digits) => (random(9) ? digits : hostile[random(hostile.length)]!)));
    return Uint8Array.of(...changed, ...good.subarray(8 + length));
  }
  const bytes = good.slice();
  for (let i = random(4); i >= 0; i--) bytes[random(9) ? 8 + random(length) : random(8)] = random(256);
  return random(5) ? bytes : bytes.subarray(0, random(bytes.length));
}

async function survives(bytes: Uint8Array, limit: number): Promise<boolean> {
  const read = async (offset: number, length: number) => {
    if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) throw new Error(`read ${length} at ${offset}`);
    return bytes.slice(offset, offset + length);
  };
  try {
    const checkpoint = await openSafetensors({ name: "m", size: bytes.length, read });
    for (const name of checkpoint.tensors.keys()) expect((await checkpoint.read(name)).data.byteLength).toBeLessThan(2 * limit);
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return false;
  }
}
