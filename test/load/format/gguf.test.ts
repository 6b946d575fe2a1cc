import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openGguf } from "../../../src/load/format/gguf.ts";
import { openSafetensors } from "../../../src/load/format/safetensors.ts";
import { bytesSource, type Source } from "../../../src/load/format/source.ts";
import { InputError } from "../../../src/run/errors.ts";

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`../../fixtures/gguf/${name}`, import.meta.url)));
const open = (bytes: Uint8Array) => openGguf(bytesSource("m.gguf", bytes));

const words = (...values: number[]) => [...new Uint8Array(Uint32Array.from(values).buffer)];
const long = (value: number | bigint) => [...new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)];
const text = (value: string) => [...long(new TextEncoder().encode(value).length), ...new TextEncoder().encode(value)];
const [U8, U32, BOOL, STRING, LIST, U64] = [0, 4, 7, 8, 9, 10];
const [F32, Q8_0] = [0, 8];

type Entry = readonly [key: string, type: number, value: number[]];
type Listed = readonly [name: string, dims: readonly (number | bigint)[], type: number, offset: number | bigint];

/** A GGUF file of these parts, its data of zeros, or of ones in every bit. */
function file(tensors: readonly Listed[], dataBytes = 0, entries: readonly Entry[] = [], data = 0): Uint8Array {
  const header = [...text("GGUF").slice(8), ...words(3), ...long(tensors.length), ...long(entries.length)];
  for (const [key, type, value] of entries) header.push(...text(key), ...words(type), ...value);
  for (const [name, dims, type, offset] of tensors) {
    header.push(...text(name), ...words(dims.length), ...dims.flatMap(long), ...words(type), ...long(offset));
  }
  while (header.length % 32 > 0) header.push(0);
  return Uint8Array.from([...header, ...new Array(dataBytes).fill(data)]);
}

/** The same file with other bytes written over it. */
const over = (bytes: Uint8Array, at: number, values: number[]) => {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
};

const whole = file([["w", [3, 2], F32, 0]], 24);
const again = "convert the model again";
const BAD: readonly (readonly [what: string, bytes: Uint8Array, message: string])[] = [
  ["an empty file", new Uint8Array(), "the file is empty; download or copy it again"],
  ["3 bytes", whole.subarray(0, 3), "the file ends within the first word; download it again"],
  ["another format", over(whole, 0, [80, 75, 3, 4]), "the file does not start with GGUF; check that this is a .gguf file"],
  ["version 1", over(whole, 4, words(1)), "GGUF version 1 is not supported, only 2 and 3; convert the model again"],
  ["version 4", over(whole, 4, words(4)), "GGUF version 4 is not supported, only 2 and 3; convert the model again"],
  ["big-endian", over(whole, 4, [0, 0, 0, 3]), "the file is big-endian; convert the model to little-endian"],
  ["half a count", whole.subarray(0, 12), "the file ends within the number of tensors; download it again"],
  [
    "too many tensors",
    over(whole, 8, long(2n ** 63n)),
    "9223372036854776000 tensors do not fit into 104 bytes; download the file again",
  ],
  ["too many entries", over(whole, 16, long(9)), "9 metadata entries do not fit into 96 bytes; download the file again"],
  ["an endless key", file([], 0, [["", 0, []]]).fill(255, 24), "the file ends within the key of metadata entry 0"],
  ["an endless text", file([], 32, [["k", STRING, long(999)]]), 'the file ends within metadata "k"; download it again'],
  ["an endless list", file([], 32, [["k", LIST, [...words(U64), ...long(2n ** 61n)]]]), 'the file ends within metadata "k"'],
  [
    "an endless list of text",
    file([], 32, [["k", LIST, [...words(STRING), ...long(99)]]]),
    'the file ends within metadata "k"',
  ],
  [
    "a list of lists",
    file([], 32, [["k", LIST, [...words(LIST), ...long(1)]]]),
    `metadata "k" has the unknown type 9; ${again}`,
  ],
  ["an unknown type of entry", file([], 32, [["k", 13, []]]), `metadata "k" has the unknown type 13; ${again}`],
  [
    "a key twice",
    file([], 0, [
      ["k", U8, [1]],
      ["k", U8, [2]],
    ]),
    `"k" is listed twice; ${again}`,
  ],
  [
    "a tensor twice",
    file(
      [
        ["w", [8], F32, 0],
        ["w", [8], F32, 32],
      ],
      64,
    ),
    `"w" is listed twice; ${again}`,
  ],
  ["no alignment", file([], 0, [["general.alignment", U32, words(0)]]), `general.alignment is 0, not a power of two; ${again}`],
  [
    "an odd alignment",
    file([], 0, [["general.alignment", U32, words(24)]]),
    `general.alignment is 24, not a power of two; ${again}`,
  ],
  [
    "text for alignment",
    file([], 0, [["general.alignment", STRING, text("x")]]),
    "general.alignment is NaN, not a power of two",
  ],
  ["5 axes", file([["w", [1, 1, 1, 1, 1], F32, 0]], 4), `the entry of tensor "w" has 5 axes, but ggml has at most 4; ${again}`],
  [
    "types that cannot be read",
    file(
      [
        ["a", [256], 12, 0],
        ["b", [256], 13, 160],
        ["c", [256], 12, 352],
        ["d", [1], 99, 512],
        ["e", [1], 4, 544],
      ],
      600,
    ),
    '"a" and 4 other tensors are stored as Q4_K, Q5_K, type 99, type 4, which is not supported; ' +
      "use a file in F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q6_K",
  ],
  [
    "half a block",
    file([["w", [48, 2], Q8_0, 0]], 102),
    `tensor "w": its rows of 48 weights do not divide into blocks of 32 (Q8_0); convert the model again`,
  ],
  ["a crooked offset", file([["w", [2], F32, 4]], 16), `tensor "w": its offset 4 is not a multiple of 32; ${again}`],
  [
    "an offset beyond the file",
    file([["w", [2], F32, 2n ** 63n]], 16),
    'tensor "w": its bytes end at 9223372036854776000 in a file of 80',
  ],
  [
    "a tensor cut short",
    whole.subarray(0, -1),
    'tensor "w": its bytes end at 120 in a file of 119; download the file again, since it is truncated',
  ],
  [
    "an endless shape",
    file([["w", [2n ** 63n, 2n ** 63n], F32, 0]], 4),
    'tensor "w": its bytes end at 3.402823669209385e+38 in a file of 100',
  ],
  [
    "an overlap",
    file(
      [
        ["a", [9], F32, 0],
        ["b", [1], F32, 32],
      ],
      64,
    ),
    'tensors "a" and "b" overlap; write the file again',
  ],
];

describe("openGguf", () => {
  it.each(BAD)("refuses %s", async (_, bytes, message) => {
    const error = await open(bytes).catch((error) => error);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^m\.gguf: [^\n]+$/);
  });

  it("dequantises every type as gguf's reference does, bit for bit", async () => {
    const expected = await openSafetensors(bytesSource("expected", fixture("expected.safetensors")));
    const checkpoint = await open(fixture("all-types.gguf"));
    const types = [...checkpoint.tensors.values()].map(({ storedAs }) => storedAs);
    expect(types).toEqual(["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q6_K"]);
    for (const name of expected.tensors.keys()) {
      const [ours, theirs] = [await checkpoint.read(name), await expected.read(name)];
      expect(ours.shape).toEqual(theirs.shape);
      expect(bitsOf(ours.data)).toEqual(bitsOf(theirs.data));
    }
  });

  it("reads metadata of every kind", async () => {
    const { metadata } = await open(fixture("all-types.gguf"));
    expect(metadata).toEqual({
      "general.architecture": "llama",
      "llama.block_count": 2,
      "llama.rope.freq_base": 10_000,
      "tokenizer.ggml.add_bos_token": true,
      "tokenizer.ggml.tokens": ["a", "\uFEFFb", "ĠÄ"],
      "tokenizer.ggml.token_type": Int32Array.of(1, 3, -1),
      "general.big": 2n ** 63n,
      "general.negative": -5,
    });
    const flags = await open(
      file([], 0, [
        ["k", LIST, [...words(BOOL), ...long(3), 1, 0, 1]],
        ["__proto__", U64, long(7)],
      ]),
    );
    expect(Object.entries(flags.metadata)).toEqual([
      ["k", Uint8Array.of(1, 0, 1)],
      ["__proto__", 7],
    ]);
  });

  it("reads version 2, gives axes in PyTorch's order, and keeps to the alignment it is told", async () => {
    const checkpoint = await open(over(file([["w", [3, 2], F32, 8]], 40, [["general.alignment", U32, words(8)]]), 4, words(2)));
    expect(await checkpoint.read("w")).toMatchObject({ dtype: "float32", shape: [2, 3] });
  });

  it("reads a header longer than its first piece, and no more of the file than it needs", async () => {
    const entries: Entry[] = [["vocabulary", LIST, [...words(STRING), ...long(1), ...long(5 << 20)]]];
    const front = file([], 0, entries).subarray(0, 24 + 18 + 12 + 12);
    const bytes = new Uint8Array(80 << 20);
    bytes.set(front);
    const reads: number[] = [];
    const read = async (at: number, length: number) => {
      reads.push(length);
      return bytes.subarray(at, at + length);
    };
    const { metadata } = await openGguf({ name: "m", size: bytes.length, read });
    expect((metadata.vocabulary as string[])[0]!.length).toBe(5 << 20);
    expect(reads).toEqual([4 << 20, 16 << 20]);
  });

  it("lists integers, and refuses them as weights", async () => {
    const checkpoint = await open(file([["ids", [2], 26, 0]], 8));
    expect(checkpoint.tensors.get("ids")).toMatchObject({ storedAs: "I32", shape: [2] });
    await expect(checkpoint.read("ids")).rejects.toThrow(
      'tensor "ids" is stored as I32, which is not supported; convert it to one of F32',
    );
  });

  it("refuses weights that are not finite", async () => {
    const checkpoint = await open(
      file(
        [
          ["w", [32], Q8_0, 0],
          ["v", [2], F32, 64],
        ],
        72,
        [],
        255,
      ),
    );
    await expect(checkpoint.read("w")).rejects.toThrow(/^m.gguf: tensor "w" has NaN at element 0/);
    await expect(checkpoint.read("v")).rejects.toThrow(/^m.gguf: tensor "v" has NaN at element 0/);
  });
});

describe("damage", () => {
  it("makes 6,000 mutated files open or fail with an InputError, and reads nothing outside them", async () => {
    const good = fixture("all-types.gguf");
    const random = numbers(13);
    const opened = await Promise.all(Array.from({ length: 6_000 }, () => survives(mutate(good, random))));
    expect(opened.filter(Boolean).length).toBeGreaterThan(300);
    expect(opened.filter((ok) => !ok).length).toBeGreaterThan(3_000);
  });
});

const bitsOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint32Array(buffer.slice(byteOffset, byteOffset + byteLength));

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

/** A copy with bytes or whole words of the header changed, or cut short. */
function mutate(good: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = good.slice();
  const header = 704;
  const hostile = [0, 1, 4, 8, 9, 32, 64, 2 ** 31, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
  for (let i = random(3); i >= 0; i--) {
    if (random(2)) bytes[random(header)] = random(256);
    else bytes.set(long(hostile[random(hostile.length)]!).slice(0, random(2) ? 4 : 8), random(header));
  }
  return random(5) ? bytes : bytes.subarray(0, random(bytes.length));
}

async function survives(bytes: Uint8Array): Promise<boolean> {
  const read: Source["read"] = async (offset, length) => {
    if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) throw new Error(`read ${length} at ${offset}`);
    return bytes.slice(offset, offset + length);
  };
  try {
    const checkpoint = await openGguf({ name: "m", size: bytes.length, read });
    for (const name of checkpoint.tensors.keys())
      expect((await checkpoint.read(name)).data.length).toBeLessThan(2 * bytes.length);
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return false;
  }
}
