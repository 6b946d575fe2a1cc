/** The quality of the relations: the gold sources decide them, and weaker baselines fail. */
import { beforeAll, describe, expect, it, test } from "vitest";
import { bagReader } from "../../../src/corpus/world/bag.ts";
import { accuracy, countingReader, type Example, unigramReader } from "../../../src/corpus/world/counts.ts";
import { worldDocuments } from "../../../src/corpus/world/document.ts";
import { type Reading, readWorld } from "../../../src/corpus/world/readers.ts";
import { RELATIONS, type Relation } from "../../../src/corpus/world/target.ts";
import { random } from "../../../src/params/random.ts";

const halfWay = ({ chance, ceiling }: Reading): number => (chance + ceiling) / 2;

describe("in the synthetic world", () => {
  const readings = new Map<Relation, Reading>();
  beforeAll(() => {
    for (const reading of readWorld(worldDocuments("train", 3001), worldDocuments("test", 1999))) {
      readings.set(reading.relation, reading);
    }
  }, 300_000);

  test.each(RELATIONS)("the gold sources decide %s", (relation) => {
    expect(readings.get(relation)!.ceiling).toBeGreaterThan(0.99);
  });

  test.each(RELATIONS)("the frequencies of the candidates do not help with %s", (relation) => {
    const { unigram, chance } = readings.get(relation)!;
    expect(unigram - chance).toBeLessThan(0.05);
  });

  const far = RELATIONS.filter((relation) => !relation.startsWith("neighbour"));

  test.each(far)("%s is not decided by the word before, a fixed offset, the nearest source or the bag of words", (relation) => {
    const reading = readings.get(relation)!;
    for (const floor of ["previous", "offset", "nearest", "bag"] as const) {
      expect(reading[floor], floor).toBeLessThan(halfWay(reading));
    }
  });

  it("both kinds of neighbour are decided by their offset, and only one by the word before", () => {
    const [close, apart] = [readings.get("neighbour")!, readings.get("neighbour-2")!];
    expect([close.offsetAt, apart.offsetAt]).toEqual([1, 2]);
    expect(Math.min(close.offset, apart.offset)).toBeGreaterThan(0.99);
    expect(apart.previous - apart.chance).toBeLessThan(0.05);
    for (const { bag } of [close, apart]) expect(bag).toBeLessThan(0.7);
  });
});

/** Texts of seven words of which one, at a place that varies, is the candidate's sign. */
function signs(count: number, place: (uniform: () => number) => number): Example[] {
  const uniform = random("signs");
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: 7 }, () => `filler-${Math.floor(uniform() * 11)}`);
    const gold = Math.floor(uniform() * 3);
    const source = place(uniform);
    words[source] = `sign-${gold}`;
    const target = { relation: "joint", position: 7, sources: [source], candidates: ["a", "b", "c"], gold } as const;
    return { document: { words: [...words, "abc"[gold]!], targets: [] }, target: { ...target, distance: 7 - source } };
  });
}

describe("the readers", () => {
  const anywhere = signs(1009, (uniform) => Math.floor(uniform() * 7));
  const [known, unknown] = [anywhere.slice(0, 701), anywhere.slice(701)];
  const third = ({ document }: Example) => [document.words[3]!];

  it("that count learn what a word says, where they look at it", () => {
    const fixed = signs(1009, () => 3);
    expect(accuracy(countingReader(fixed.slice(0, 701), third), fixed.slice(701))).toBe(1);
    expect(accuracy(countingReader(known, third), unknown)).toBeLessThan(0.6);
  });

  it("of the bag find the sign anywhere, and do not see order", () => {
    const reader = bagReader(known);
    expect(accuracy(reader, unknown)).toBeGreaterThan(0.99);
    for (const { document, target } of unknown) {
      const words = [...document.words.slice(0, 7).reverse(), document.words[7]!];
      expect(reader({ document: { words, targets: [] }, target })).toBe(reader({ document, target }));
    }
  });

  it("copy a name that they see, even one they never saw", () => {
    const named = (name: string): Example => ({
      document: { words: [name, "again", name], targets: [] },
      target: { relation: "copy", position: 2, sources: [0], candidates: ["Ann", "Bob", "Cy", "Di"], gold: 0, distance: 2 },
    });
    const first = ({ document }: Example) => [document.words[0]!];
    const examples = ["Ann", "Ann", "Ann"].map(named);
    const stranger = { ...named("Di"), target: { ...named("Di").target, gold: 3 } };
    expect(countingReader(examples, first)(stranger)).toBe(3);
  });

  it("of frequencies take the most frequent candidate", () => {
    const documents = [{ words: ["b", "b", "a", "c", "c", "c"], targets: [] }];
    expect(unigramReader(documents)(known[0]!)).toBe(2);
  });
});
