/** Broken safetensors files and indexes by the thousand: they open, or an InputError of one line says why not. */
import { describe, expect, it } from "vitest";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { openSharded } from "../../src/load/format/shards.ts";
import type { Source } from "../../src/load/format/source.ts";
import { InputError } from "../../src/run/errors.ts";
import { type Dice, dice, FUZZ_CASES, mutateBytes, mutateJson, mutateText } from "./mutate.ts";

const HEADER = {
  __metadata__: { format: "pt" },
  "model.embed_tokens.weight": { dtype: "F32", shape: [7, 5], data_offsets: [0, 140] },
  "model.norm.weight": { dtype: "BF16", shape: [5], data_offsets: [140, 150] },
  "model.a": { dtype: "F8_E4M3", shape: [3, 2], data_offsets: [150, 156] },
  "model.b": { dtype: "F64", shape: [2], data_offsets: [156, 172] },
  "model.empty": { dtype: "F16", shape: [0, 4], data_offsets: [172, 172] },
  "model.ids": { dtype: "I64", shape: [1], data_offsets: [172, 180] },
};
const DATA = 180;

/** A file with this text for a header, over zeros; `length`: what it says of the header's length. */
function fileOf(text: string, length?: bigint): Uint8Array {
  const header = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + header.length + DATA);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(header.length), true);
  bytes.set(header, 8);
  return bytes;
}

const LENGTHS = [0n, 1n, 7n, 8n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, 99_999_999n];
const NUMBERS = ["-1", "0.5", "1e999", "-0", "9007199254740993", "1e308", "null", '"1"', "[1]", "4294967296", "00"];

/** A number of the header replaced by an odd one. */
const oddNumber = (text: string, d: Dice): string => {
  const places = [...text.matchAll(/\d+/g)];
  const { index, 0: digits } = d.pick(places);
  return text.slice(0, index) + d.pick(NUMBERS) + text.slice(index + digits.length);
};

/** Odd entries as they stand in the text: doubled names, nesting, many tensors, overlaps. */
const odd = (text: string, d: Dice): string => {
  const entry = '"model.norm.weight":{"dtype":"BF16","shape":[5],"data_offsets":[140,150]}';
  return d.pick([
    text.replace(/}$/, `,${entry}}`),
    text.replace(/}$/, `,"x":${"[".repeat(50_000)}${"]".repeat(50_000)}}`),
    text.replace(/}$/, `,"x":${'{"a":'.repeat(20_000)}`),
    text.replace(/}$/, `,"x":{"dtype":"U8","shape":[${"1,".repeat(20_000)}0],"data_offsets":[180,180]}}`),
    text.replace(
      /}$/,
      `${Array.from({ length: 3000 }, (_, i) => `,"t${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`)}}`,
    ),
    text.replace("[140,150]", "[138,148]"),
    text.replace("[7,5]", "[35000000000,0.000000001]"),
    text.replace('"F32"', '"F4"'),
  ]);
};

function mutated(d: Dice): Uint8Array {
  const text = JSON.stringify(HEADER);
  const kind = d.below(6);
  if (kind === 0) return fileOf(JSON.stringify(mutateJson(HEADER, d)));
  if (kind === 1) return fileOf(mutateText(text, d));
  if (kind === 2) return mutateBytes(fileOf(text), d);
  if (kind === 3) return fileOf(text, d.pick(LENGTHS));
  return fileOf(kind === 4 ? oddNumber(text, d) : odd(text, d));
}

/** A source that allows no read outside of itself. */
const strict = (bytes: Uint8Array): Source => ({
  name: "m.safetensors",
  size: bytes.length,
  read: async (offset, length) => {
    if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) throw new Error(`read ${length} at ${offset}`);
    return bytes.subarray(offset, offset + length);
  },
});

/** Everything in the file; true where it opened. */
async function readAll(bytes: Uint8Array): Promise<boolean> {
  try {
    const file = await openSafetensors(strict(bytes));
    let numbers = 0;
    for (const name of file.tensors.keys()) numbers += (await file.read(name).catch(refused))?.data.length ?? 0;
    expect(numbers).toBeLessThanOrEqual(bytes.length);
    return true;
  } catch (error) {
    refused(error);
    return false;
  }
}

function refused(error: unknown): undefined {
  if (!(error instanceof InputError)) throw error;
  expect(error.message.length).toBeLessThan(1000);
  expect(error.message).not.toContain("\n");
}

describe("safetensors", () => {
  it("files, mutated, open or are refused in one line, and hold no more numbers than bytes", async () => {
    const d = dice("safetensors");
    let opened = 0;
    for (let i = 0; i < FUZZ_CASES; i++) if (await readAll(mutated(d))) opened++;
    expect(opened).toBeGreaterThan(FUZZ_CASES / 100);
    expect(opened).toBeLessThan(FUZZ_CASES * 0.9);
  });

  it("indexes, mutated, open or are refused in one line, and name no file outside of their folder", async () => {
    const d = dice("index");
    const index = { metadata: { total_size: 180 }, weight_map: { a: "model-1.safetensors", b: "sub dir/model-2.safetensors" } };
    const places = [
      "../x.safetensors",
      "/etc/x.safetensors",
      "a/../../x.safetensors",
      "a\\..\\x.safetensors",
      "a//b.safetensors",
    ];
    const open = async (file: string): Promise<Source> => {
      expect(file).toMatch(/^(?!\/)[^\\:\0]+$/);
      expect(file.split("/")).not.toContain("..");
      if (!/^(model-1|sub dir\/model-2)\.safetensors$/.test(file)) throw new InputError(`${JSON.stringify(file)}: not there`);
      return strict(fileOf(file.startsWith("sub") ? "{}".padEnd(8) : JSON.stringify(HEADER)));
    };
    for (let i = 0; i < FUZZ_CASES; i++) {
      const changed = d.roll() < 0.3 ? { weight_map: { ...index.weight_map, c: d.pick(places) } } : mutateJson(index, d);
      await openSharded(open, changed).catch(refused);
    }
  });
});
