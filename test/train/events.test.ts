/** Event files byte by byte, as TensorBoard's own writer and readers have them. */
import { expect, it } from "vitest";
import {
  evaluationEvent,
  type ScalarEvent,
  scalarRecord,
  startRecord,
  stepEvent,
  versionRecord,
  wallTimesIn,
} from "../../src/train/events/events.ts";
import { crc32c, recordOf, recordsIn } from "../../src/train/events/records.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

it("CRC-32C has its published values", () => {
  expect(crc32c(ascii("123456789"))).toBe(0xe3069283);
  // RFC 3720, appendix B.4
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, k) => k))).toBe(0x46dd794e);
  expect(crc32c(new Uint8Array())).toBe(0);
});

it("records are read back up to the first one that is incomplete or has a wrong byte", () => {
  const data = [ascii("one"), new Uint8Array(), ascii("three")];
  const file = Buffer.concat(data.map(recordOf));
  expect(recordsIn(file).map(hex)).toEqual(data.map(hex));
  const ends = [19, 35, 56];
  expect(file.length).toBe(ends[2]);
  const before = (at: number) => ends.filter((end) => end <= at).length;
  for (let at = 0; at < file.length; at++) {
    expect(recordsIn(file.subarray(0, at)), `cut to ${at} bytes`).toHaveLength(before(at));
    const spoiled = Uint8Array.from(file);
    spoiled[at]! ^= 16;
    expect(recordsIn(spoiled), `byte ${at} changed`).toHaveLength(before(at));
  }
});

it("records have the bytes of TensorBoard's RecordWriter", () => {
  expect(hex(versionRecord(1.5))).toBe("1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c");
  const loss = { step: 300, scalars: [{ tag: "held_out/loss", value: 2.5 }] };
  expect(hex(scalarRecord(loss, 1234567891))).toBe(
    "2400000000000000422b804d090000c0b48065d24110ac022a160a140a0d68656c645f6f75742f6c6f73731500002040161ccfb1",
  );
  // read by TensorBoard as session_log { status: START }
  expect(hex(startRecord(1.5))).toBe("0d000000000000003c37b83409000000000000f83f3a020801b718825c");
});

it("steps and evaluations have their tags, and bits per byte only if they are known", () => {
  const step = stepEvent({ step: 3, loss: 2, learningRate: 0.5, gradientNorm: 7, targets: 11, tokens: 13 });
  const values = ({ scalars }: ScalarEvent) => Object.fromEntries(scalars.map(({ tag, value }) => [tag, value]));
  expect(values(step)).toEqual({ "train/loss": 2, "train/learning_rate": 0.5, "train/gradient_norm": 7 });
  const evaluation = { step: 5, loss: 2, perplexity: Math.exp(2) };
  const known = { "held_out/loss": 2, "held_out/perplexity": Math.exp(2) };
  expect(values(evaluationEvent(evaluation))).toEqual(known);
  expect(values(evaluationEvent({ ...evaluation, bitsPerByte: 1.5 }))).toEqual({ ...known, "held_out/bits_per_byte": 1.5 });
});

it("numbers are rounded to 32-bit floats, and those above the largest are infinite", () => {
  const floatOf = (value: number) => {
    const data = recordsIn(scalarRecord({ step: 1, scalars: [{ tag: "a", value }] }, 0))[0]!;
    return new DataView(data.buffer, data.byteOffset).getFloat32(data.length - 4, true);
  };
  for (const value of [0.1, 1 / 3, -2.5, 16777217, 1e-46, Number.MAX_VALUE, -1e39, Number.POSITIVE_INFINITY, Number.NaN])
    expect(floatOf(value)).toBe(Math.fround(value));
  expect(floatOf(1e39)).toBe(Number.POSITIVE_INFINITY);
});

it("wall times are found by tag and step, in files that end in half a record", () => {
  const [step, evaluation] = ["train/loss", "held_out/loss"].map((tag) => ({ step: 2 ** 40, scalars: [{ tag, value: 1 }] }));
  const file = Buffer.concat([versionRecord(1), startRecord(1), scalarRecord(step!, 2.25), scalarRecord(evaluation!, 3.5)]);
  const both = wallTimesIn([file]);
  expect([both(step!), both(evaluation!), both({ ...step!, step: 1 })]).toEqual([2.25, 3.5, undefined]);
  const cut = wallTimesIn([file.subarray(0, -1)]);
  expect([cut(step!), cut(evaluation!)]).toEqual([2.25, undefined]);
});
