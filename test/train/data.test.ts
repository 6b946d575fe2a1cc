/** Batches: every example once an epoch, in rows that fit, in an order that depends on the seed and the epoch alone. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Masking } from "../../src/corpus/masking.ts";
import { random } from "../../src/params/random.ts";
import { type Batch, causalBatch, filled, maskedBatch, maskOf, translationBatch } from "../../src/train/batch.ts";
import { epochs, type Group } from "../../src/train/buckets.ts";
import { documentData, endlessData, maskedData, streamData, translationData } from "../../src/train/data.ts";

/** A feed as rows of numbers. */
function rowsOf({ feeds }: Batch, name: string): number[][] {
  const { data, shape } = feeds[name]!;
  return Array.from({ length: shape[0]! }, (_, r) =>
    Array.from(data.slice(r * shape[1]!, (r + 1) * shape[1]!) as BigInt64Array, Number),
  );
}

const counting = (n: number, from = 0): Int32Array => Int32Array.from({ length: n }, (_, i) => from + i);
const sorted = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b);

describe("rows of a batch", () => {
  it("are filled up behind, and rows that are missing altogether", () => {
    const rows = [Int32Array.of(5, 6, 7), Int32Array.of(8)];
    expect(filled(rows, 3, 4, -1)).toEqual({
      dtype: "int64",
      shape: [3, 4],
      data: BigInt64Array.of(5n, 6n, 7n, -1n, 8n, -1n, -1n, -1n, -1n, -1n, -1n, -1n),
    });
    expect(Array.from(maskOf(rows, 3, 4).data, Number)).toEqual([1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect(() => filled(rows, 2, 2, 0)).toThrow("a row of 3 does not fit into 2");
  });

  it("of running text predict the next token", () => {
    const batch = causalBatch([Int32Array.of(5, 6, 7), Int32Array.of(8, 9)], { batch: 3, sequence: 3 });
    expect(rowsOf(batch, "ids")).toEqual([[5, 6, 0], [8, 0, 0], [0, 0, 0]]); // biome-ignore format: rows
    expect(rowsOf(batch, "targets")).toEqual([
      [6, 7, -1],
      [9, -1, -1],
      [-1, -1, -1],
    ]);
    expect(batch).toMatchObject({ targets: 3, tokens: 3 });
  });

  it("of translations read the start and then what they have to say", () => {
    const [sources, translations] = [[Int32Array.of(5, 2)], [Int32Array.of(7, 8, 2)]];
    const shape = { batch: 1, sequence: 3, target: 4 };
    const batch = translationBatch(sources, translations, shape, { start: 1, padding: 3 });
    expect(rowsOf(batch, "ids")).toEqual([[5, 2, 3]]);
    expect(rowsOf(batch, "mask")).toEqual([[1, 1, 0]]);
    expect(rowsOf(batch, "decoderIds")).toEqual([[1, 7, 8, 3]]);
    expect(rowsOf(batch, "targets")).toEqual([[7, 8, 2, -1]]);
    expect(batch).toMatchObject({ targets: 3, tokens: 5 });
  });
});

const lengthPairs = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 })), {
  minLength: 1,
  maxLength: 120,
});
const bucketOptions = fc.record({
  tokens: fc.integer({ min: 1, max: 500 }),
  buckets: fc.integer({ min: 1, max: 9 }),
  step: fc.constantFrom(1, 4, 8),
});

describe("epochs", () => {
  const epochOf = (source: ReturnType<typeof epochs>, epoch: number): Group[] =>
    Array.from({ length: source.batches }, (_, k) => source.group(epoch * source.batches + k));
  const examplesOf = (groups: readonly Group[]) => groups.flatMap(({ examples }) => examples);

  it("have every example once, in a constant number of batches of few shapes that hold their rows", () => {
    fc.assert(
      fc.property(lengthPairs, bucketOptions, fc.boolean(), (pairs, options, oneSide) => {
        const lengths = oneSide ? pairs.map(([a]) => [a] as const) : pairs;
        const source = epochs(lengths, 3, options);
        expect(source.shapes.length).toBeLessThanOrEqual(options.buckets);
        for (const groups of [epochOf(source, 0), epochOf(source, 4), source.all()]) {
          expect(groups).toHaveLength(source.batches);
          expect(sorted(examplesOf(groups))).toEqual(lengths.map((_, i) => i));
          for (const { shape, examples } of groups) {
            expect(source.shapes).toContainEqual(shape);
            expect(shape.target === undefined).toBe(oneSide);
            expect(examples.length).toBeGreaterThan(0);
            expect(examples.length).toBeLessThanOrEqual(shape.batch);
            const longest = Math.max(shape.sequence, shape.target ?? 0);
            expect(shape.batch === 1 || shape.batch * longest <= options.tokens).toBe(true);
            for (const i of examples) {
              expect(lengths[i]![0]).toBeLessThanOrEqual(shape.sequence);
              if (shape.target) expect(lengths[i]![1]).toBeLessThanOrEqual(shape.target);
            }
          }
        }
      }),
    );
  });

  it("are no longer than the longest example, which may take all positions that a model has", () => {
    fc.assert(
      fc.property(lengthPairs, bucketOptions, (lengths, options) => {
        for (const { sequence, target } of epochs(lengths, 3, options).shapes)
          expect(Math.max(sequence, target!)).toBeLessThanOrEqual(Math.max(...lengths.flat()));
      }),
    );
  });

  it("may be of very many examples", () => {
    const lengths = Array.from({ length: 400_009 }, (_, i) => [1 + (i % 29), 1 + (i % 23)] as const);
    const source = epochs(lengths, 1, { tokens: 640, buckets: 2 });
    const seen = new Uint8Array(lengths.length);
    for (const i of examplesOf(epochOf(source, 0))) seen[i]!++;
    expect(seen.every((times) => times === 1)).toBe(true);
  });

  it("come in an order that depends on the seed and the epoch, not on what was asked before", () => {
    const lengths = Array.from({ length: 200 }, (_, i) => [1 + ((i * 7) % 31)] as const);
    const make = (seed: number) => epochs(lengths, seed, { tokens: 60 });
    const [a, b, other] = [make(1), make(1), make(2)];
    const backward = Array.from({ length: 3 * a.batches }, (_, k) => b.group(3 * a.batches - 1 - k)).reverse();
    expect([0, 1, 2].flatMap((epoch) => epochOf(a, epoch))).toEqual(backward);
    expect(examplesOf(epochOf(a, 1))).not.toEqual(examplesOf(epochOf(a, 0)));
    expect(examplesOf(epochOf(other, 0))).not.toEqual(examplesOf(epochOf(a, 0)));
  });

  it("put examples of alike length together", () => {
    const lengths = Array.from({ length: 300 }, (_, i) => [1 + ((i * 37) % 64)] as const);
    const source = epochs(lengths, 1, { tokens: 256 });
    const read = lengths.reduce((n, [a]) => n + a, 0);
    const padded = source.all().reduce((n, { shape, examples }) => n + examples.length * shape.sequence, 0);
    expect(source.shapes).toHaveLength(6);
    expect(padded).toBeLessThan(1.25 * read); // 64 a row would be nearly twice as much
  });
});

describe("running text", () => {
  const LENGTH = 13;
  const options = { seed: 5, tokens: 70, accumulate: 1 };
  const make = (count: number, heldOut: number, change: Partial<typeof options> = {}) =>
    streamData({ tokens: counting(count), heldOut: counting(heldOut, 1000), heldOutBytes: 77 }, LENGTH, {
      ...options,
      ...change,
    });

  it("is read once an epoch at most, in rows that overlap by one, from another place in every epoch", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3 * LENGTH, max: 900 }), fc.integer({ min: 1, max: 5 }), (count, epoch) => {
        const data = make(count, 30);
        const steps = data.epoch!;
        const batches = Array.from({ length: steps }, (_, k) => data.batches(epoch * steps + k + 1)).flat();
        const targets = batches.flatMap((b) => rowsOf(b, "targets")).flat();
        expect(new Set(targets).size).toBe(targets.length);
        expect(Math.max(...targets)).toBeLessThan(count);
        // no more is left out than an offset, a row at the end and a batch that is not full
        expect(targets.length).toBeGreaterThan(count - LENGTH * (2 + batches[0]!.shape.batch));
        for (const batch of batches) {
          const [ids, next] = [rowsOf(batch, "ids"), rowsOf(batch, "targets")];
          expect(ids.map((row) => row.map((id) => id + 1))).toEqual(next);
          expect(batch).toMatchObject({ targets: ids.flat().length, tokens: ids.flat().length });
        }
        const starts = batches.flatMap((b) => rowsOf(b, "ids").map(([first]) => first! % LENGTH));
        expect(new Set(starts).size).toBe(1);
      }),
    );
  });

  it("repeats the first tokens of some rows to their end, the same ones for the same step", () => {
    const length = 40;
    const source = { tokens: counting(9000), heldOut: counting(90, 1000), heldOutBytes: 77 };
    const make = (repeats: number) => streamData(source, length, { ...options, tokens: 400, repeats });
    const periodOf = (row: readonly number[]) => row.findIndex((id, i) => i > 0 && id === row[0]);
    const rowsIn = (data: ReturnType<typeof make>) =>
      Array.from({ length: 20 }, (_, k) => data.batches(k + 1)).flatMap(([batch]) => {
        const [ids, next] = [rowsOf(batch!, "ids"), rowsOf(batch!, "targets")];
        return ids.map((row, r) => [...row, next[r]!.at(-1)!]);
      });
    const [plain, some, all] = [make(0), make(0.3), make(0.999)].map(rowsIn);
    expect(plain!.every((row) => periodOf(row) < 0)).toBe(true);
    const repeated = some!.filter((row) => periodOf(row) > 0);
    expect(repeated.length / some!.length).toBeGreaterThan(0.2);
    expect(repeated.length / some!.length).toBeLessThan(0.4);
    for (const row of repeated) {
      const period = periodOf(row);
      expect(period).toBeGreaterThanOrEqual(8);
      expect(period).toBeLessThanOrEqual((length + 1) / 2);
      expect(row).toEqual(row.map((_, i) => row[0]! + (i % period)));
    }
    expect(all!.filter((row) => periodOf(row) > 0).length).toBeGreaterThan(0.95 * all!.length);
    expect(rowsIn(make(0.3))).toEqual(some);
    // held-out text is as it is
    expect([...make(0.3).heldOut()]).toEqual([...make(0).heldOut()]);
  });

  it("starts its cuts in many places", () => {
    const data = make(400, 30);
    const first = Array.from({ length: 60 }, (_, epoch) => rowsOf(data.batches(epoch * data.epoch! + 1)[0]!, "ids")[0]![0]!);
    expect(new Set(first.map((id) => id % LENGTH)).size).toBe(LENGTH);
  });

  it("gives accumulated steps the batches of as many plain ones", () => {
    const [plain, two] = [make(900, 30), make(900, 30, { accumulate: 2 })];
    expect(two.epoch).toBe(plain.epoch! / 2);
    for (const step of [9, 1, 4])
      expect(two.batches(step)).toEqual([...plain.batches(2 * step - 1), ...plain.batches(2 * step)]);
  });

  it("is measured on every held-out token but the first, once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (heldOut) => {
        const data = make(200, heldOut);
        const batches = [...data.heldOut()];
        const targets = batches.flatMap((b) => rowsOf(b, "targets").flat()).filter((t) => t >= 0);
        expect(targets).toEqual(Array.from(counting(heldOut - 1, 1001)));
        expect(batches.reduce((n, b) => n + b.targets, 0)).toBe(heldOut - 1);
        for (const batch of batches) expect(batch.shape).toEqual(data.batches(1)[0]!.shape);
      }),
    );
  });
});

const MASKING: Masking = { special: new Set([0, 1, 2, 3]), paddingId: 0, maskId: 3, vocabulary: 1009 };

/** [CLS] words [SEP] */
const sentence = (length: number, uniform: () => number): Int32Array =>
  Int32Array.of(1, ...Array.from({ length }, () => 4 + Math.floor(uniform() * 1005)), 2);

describe("hidden tokens", () => {
  const near = (count: number, of: number, share: number) =>
    expect(Math.abs(count - of * share)).toBeLessThan(5 * Math.sqrt(of * share * (1 - share)));

  it.each([0.15, 0.4])("are %d of all: 80% [MASK], 10% another, 10% themselves; special ones never", (share) => {
    const uniform = random(19);
    const rows = Array.from({ length: 400 }, () => sentence(101, uniform));
    const batch = maskedBatch(rows, { batch: 401, sequence: 104 }, { ...MASKING, share }, random(23));
    const [ids, targets, mask] = [rowsOf(batch, "ids"), rowsOf(batch, "targets"), rowsOf(batch, "mask")];
    const was = rows.map((row) => [...row, 0]).concat([new Array(104).fill(0)]);
    expect(mask).toEqual(was.map((row) => row.map((id) => Number(id !== 0))));
    const places = was.flatMap((row, r) => row.map((id, i) => ({ id, now: ids[r]![i]!, target: targets[r]![i]! })));
    const chosen = places.filter(({ target }) => target >= 0);
    expect(places.filter(({ id, now, target }) => (target < 0 ? now : target) !== id)).toEqual([]);
    expect(chosen.filter(({ id }) => id < 4)).toEqual([]);
    expect(batch).toMatchObject({ targets: chosen.length, tokens: 400 * 103 });
    near(chosen.length, 400 * 101, share);
    near(chosen.filter(({ now }) => now === MASKING.maskId).length, chosen.length, 0.8 + 0.1 / 1009);
    near(chosen.filter(({ id, now }) => now === id).length, chosen.length, 0.1 + 0.1 / 1009);
    const others = chosen.filter(({ id, now }) => now !== id && now !== MASKING.maskId).map(({ now }) => now);
    near(others.filter((now) => now < 504).length, others.length, 0.5);
  });

  it("are one at least in every row that has a word", () => {
    const rows = Array.from({ length: 200 }, (_, r) => sentence(1 + (r % 2), random(r)));
    const batch = maskedBatch(rows, { batch: 200, sequence: 4 }, { ...MASKING, share: 0.01 }, random(29));
    for (const row of rowsOf(batch, "targets")) expect(row.filter((t) => t >= 0).length).toBeGreaterThanOrEqual(1);
    const none = maskedBatch([Int32Array.of(1, 2)], { batch: 1, sequence: 4 }, MASKING, random(31));
    expect(none.targets).toBe(0);
  });

  it("are others in every epoch, and the same in what is held out and when asked again", () => {
    const rows = Array.from({ length: 40 }, (_, r) => sentence(5 + (r % 13), random(r)));
    const make = () => maskedData(rows, rows.slice(0, 7), MASKING, { seed: 1, tokens: 2000, buckets: 1, accumulate: 1 });
    const data = make();
    expect(data.epoch).toBe(1);
    const hidden = (step: number) =>
      new Set(rowsOf(data.batches(step)[0]!, "targets").map((row) => row.flatMap((t, i) => (t < 0 ? [] : i)).join()));
    expect(hidden(1)).not.toEqual(hidden(2));
    expect([...data.heldOut()]).toEqual([...make().heldOut()]);
    expect(make().batches(3)).toEqual(data.batches(3));
  });
});

describe("documents and translations", () => {
  const options = { seed: 2, tokens: 64, accumulate: 1 };
  const texts = Array.from({ length: 90 }, (_, i) => counting(2 + ((i * 11) % 23), 100 * (i + 1)));
  const targetsOf = (batches: readonly Batch[]) =>
    sorted(batches.flatMap((b) => rowsOf(b, "targets").flat()).filter((t) => t >= 0));

  it("of documents: every token but the first of each is predicted once an epoch, and once of what is held out", () => {
    const data = documentData(texts, texts.slice(0, 17), options);
    const batches = Array.from({ length: data.epoch! }, (_, k) => data.batches(k + 1)).flat();
    expect(targetsOf(batches)).toEqual(texts.flatMap((row) => [...row.subarray(1)]));
    expect(targetsOf([...data.heldOut()])).toEqual(texts.slice(0, 17).flatMap((row) => [...row.subarray(1)]));
  });

  it("of pairs: sources stay with their translations, and every target token is predicted once an epoch", () => {
    const pairs = texts.map((source, i) => ({ source, target: texts[(i * 7 + 3) % texts.length]! }));
    const data = translationData(pairs, pairs.slice(0, 5), { start: 1, padding: 0 }, options);
    const batches = Array.from({ length: data.epoch! }, (_, k) => data.batches(k + 1)).flat();
    expect(targetsOf(batches)).toEqual(sorted(pairs.flatMap(({ target }) => [...target])));
    const partner = new Map(pairs.map(({ source, target }) => [source[0]!, target[0]!]));
    for (const batch of batches) {
      const [sources, targets] = [rowsOf(batch, "ids"), rowsOf(batch, "targets")];
      for (const [r, [first]] of sources.entries()) expect(targets[r]![0]).toBe(partner.get(first!) ?? -1);
    }
  });

  it("without end: every step reads documents that no other step reads, cut to the length", () => {
    const asked: number[] = [];
    const documents = (first: number, count: number) =>
      Array.from({ length: count }, (_, i) => {
        asked.push(first + i);
        return counting(3 + ((first + i) % 17), 100 * (first + i) + 100);
      });
    const held = texts.slice(0, 11);
    const data = endlessData(documents, held, 4, { ...options, accumulate: 3, sequence: 7 });
    expect(data.epoch).toBeUndefined();
    const batches = [1, 2, 3].flatMap((step) => data.batches(step));
    expect(asked).toEqual(Array.from(counting(3 * 3 * 4)));
    for (const batch of batches) expect(batch.shape).toEqual({ batch: 4, sequence: 7 });
    expect(data.batches(2)).toEqual(batches.slice(3, 6));
    const cut = held.flatMap((row) => [...row.subarray(1, 8)]);
    expect(targetsOf([...data.heldOut()])).toEqual(cut);
  });
});
