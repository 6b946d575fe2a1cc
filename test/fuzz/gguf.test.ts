/** Broken GGUF files: they are read or refused in one line, whatever sizes they claim. */
import { beforeAll, expect, it } from "vitest";
import { readGguf } from "../../src/load/checkpoint.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import { InputError } from "../../src/run/errors.ts";
import { fixtureGguf } from "../load/gguf-llama.ts";
import { type Dice, dice, FUZZ_CASES, mutateBytes } from "./mutate.ts";

let whole: Uint8Array;
let header: number;
beforeAll(async () => {
  whole = await fixtureGguf("llama");
  header = headerLength(whole);
});

/** Where the last tensor's name is, roughly the end of the header. */
const headerLength = (bytes: Uint8Array): number => Buffer.from(bytes).lastIndexOf("blk.") + 64;

/** Mostly the header is broken, at times by a huge number of 8 bytes. */
function broken(d: Dice): Uint8Array {
  const part = mutateBytes(whole.subarray(0, header), d);
  const made = part.length < header ? part : Buffer.concat([part, whole.subarray(header)]);
  if (d.roll() < 0.3 && made.length > 8) {
    const at = d.below(Math.min(made.length, header) - 8);
    new DataView(made.buffer, made.byteOffset).setBigUint64(at, BigInt(d.pick([2 ** 31, 2 ** 40, 2 ** 62, 1e6, 0])), true);
  }
  return made;
}

it(`of ${FUZZ_CASES} broken files each is read or refused in one line`, { timeout: 600_000 }, async () => {
  const d = dice("gguf");
  let read = 0;
  for (let k = 0; k < FUZZ_CASES; k++) {
    const bytes = broken(d);
    try {
      await readGguf("m", bytesSource("m.gguf", bytes));
      read++;
    } catch (error) {
      if (!(error instanceof InputError)) throw new Error(`case ${k}: ${(error as Error).stack}`);
      expect(error.message).not.toContain("\n");
    }
  }
  expect(read).toBeGreaterThan(0);
});
