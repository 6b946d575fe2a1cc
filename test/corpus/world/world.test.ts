/** Laws of the synthetic world: each target agrees with its text. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createWorld, LONGEST_DOCUMENT, shuffledDocuments, worldDocuments } from "../../../src/corpus/world/document.ts";
import { nounForms, verbForms } from "../../../src/corpus/world/inflect.ts";
import { examplesOf } from "../../../src/corpus/world/readers.ts";
import { RELATIONS, type Target, type WorldDocument } from "../../../src/corpus/world/target.ts";
import { random } from "../../../src/params/random.ts";

const world = createWorld();
const { lexicon } = world;
const documents = worldDocuments("laws", 2003);
const of = (relation: Target["relation"]) => examplesOf(documents, relation);

/** How often each value stands among some, as a share. */
function shares<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1 / values.length);
  return counts;
}

describe("the lexicon", () => {
  it("has its word types once each, and always in the same order", () => {
    expect(world.words.length).toBe(670);
    expect(new Set(world.words).size).toBe(world.words.length);
    expect(createWorld().words).toEqual(world.words);
    expect(world.words.filter((_, i) => i % 89 === 0).join(" ")).toMatchInlineSnapshot(
      `"that polite delivers sweeping fiddler trumpets harbour Cormund"`,
    );
  });

  it("has at least eight domains, each with two doers for each pronoun and as many things", () => {
    expect(lexicon.domains.length).toBeGreaterThanOrEqual(8);
    for (const doers of lexicon.doers) {
      expect(doers.map(({ pronoun }) => pronoun).sort()).toEqual(["he", "he", "it", "it", "she", "she"]);
    }
    expect(new Set(lexicon.things.map(({ length }) => length))).toEqual(new Set([6]));
  });

  test.each([
    ["baker", "bakers"],
    ["lily", "lilies"],
    ["compass", "compasses"],
    ["torch", "torches"],
    ["essay", "essays"],
    ["loaf:loaves", "loaves"],
  ])("the plural of %s is %s", (noun, plural) => expect(nounForms(noun).plural).toBe(plural));

  test.each([
    ["carry", "carries", "carrying"],
    ["buy", "buys", "buying"],
    ["hide", "hides", "hiding"],
    ["flee", "flees", "fleeing"],
    ["fetch", "fetches", "fetching"],
  ])("%s, %s, %s", (plural, singular, progressive) => {
    expect(verbForms(plural)).toEqual({ singular, plural, progressive });
  });
});

describe("the stream of documents", () => {
  it("is the same on every machine", () => {
    expect(worldDocuments(7, 1, 11)[0]!.words.join(" ")).toMatchInlineSnapshot(
      `"earlier some glancing librarian below the toppling ploughs and the earthy turnip that pays everything was cheering up opposite the academy Fenova . earlier near the wandering oars , the surgeons that the clinic Kelelle visits were carrying the splendid bandages and our antiseptic bandages , whenever she shakes nothing off . so say your academy Fenova and the strolling clinic Kelelle ."`,
    );
  });

  it("gives document k whatever the start", () => {
    const whole = worldDocuments("s", 23);
    fc.assert(
      fc.property(fc.nat(22), fc.nat(22), (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        expect(worldDocuments("s", end - start, start)).toEqual(whole.slice(start, end));
      }),
    );
    expect(worldDocuments("t", 23)).not.toEqual(whole);
  });

  it("depends on nothing but the uniform numbers", () => {
    expect(createWorld().document(random(5))).toEqual(world.document(random(5)));
  });

  it("has two to four sentences, no more words than promised, and all of them known", () => {
    const known = new Set(world.words);
    for (const { words } of documents) {
      expect(words.length).toBeLessThanOrEqual(LONGEST_DOCUMENT);
      expect(words.at(-1)).toBe(".");
      expect([2, 3, 4]).toContain(words.filter((word) => word === ".").length);
      expect(words.filter((word) => !known.has(word))).toEqual([]);
    }
  });

  it("uses every word type", () => {
    const used = new Set(worldDocuments("all", 4001).flatMap(({ words }) => words));
    expect(world.words.filter((word) => !used.has(word))).toEqual([]);
  });

  it("shuffled has the same words in another order, and no targets", () => {
    const plain = worldDocuments("s", 101);
    const mixed = shuffledDocuments("s", 101);
    const sorted = ({ words }: WorldDocument) => [...words].sort();
    expect(mixed.map(sorted)).toEqual(plain.map(sorted));
    expect(mixed.filter(({ words }, i) => words.join() === plain[i]!.words.join())).toEqual([]);
    expect(mixed.flatMap(({ targets }) => targets)).toEqual([]);
    expect(shuffledDocuments("s", 3, 7)).toEqual(mixed.slice(7, 10));
  });
});

describe("a target", () => {
  it("stands after its sources, and its gold candidate is the word there", () => {
    const known = new Set(world.words);
    for (const { words, targets } of documents) {
      const positions = targets.map(({ position }) => position);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      for (const { position, sources, candidates, gold, distance } of targets) {
        expect(words[position]).toBe(candidates[gold]);
        expect(sources.every((source) => source >= 0 && source < position)).toBe(true);
        expect(distance).toBe(position - sources[0]!);
        expect(new Set(candidates).size).toBe(candidates.length);
        expect(candidates.every((word) => known.has(word))).toBe(true);
      }
    }
  });

  test.each(RELATIONS)("of %s comes often", (relation) => {
    expect(of(relation).length / documents.length).toBeGreaterThan(0.4);
  });

  test.each(["agreement", "selection", "reference", "copy", "joint"] as const)("of %s is at no fixed offset", (relation) => {
    const distances = shares(of(relation).map(({ target }) => target.distance));
    expect(Math.max(...distances.values())).toBeLessThan(0.25);
    expect(distances.size).toBeGreaterThan(15);
  });

  test.each([
    "agreement",
    "selection",
    "neighbour",
    "neighbour-2",
    "reference",
    "joint",
  ] as const)("of %s has each candidate about as often", (relation) => {
    const golds = [...shares(of(relation).map(({ target }) => target.gold)).values()];
    const chance = 1 / of(relation)[0]!.target.candidates.length;
    expect(golds).toHaveLength(Math.round(1 / chance));
    for (const share of golds) expect(Math.abs(share / chance - 1)).toBeLessThan(0.35);
  });
});

describe("the gold source", () => {
  const plurals = new Set(lexicon.doers.flat().map(({ plural }) => plural));
  const domainOf = new Map(lexicon.doers.flat().flatMap((noun) => [noun.singular, noun.plural].map((f) => [f, noun.domain])));
  const isAdverb = new Set([...lexicon.past, ...lexicon.present]);

  test.each(["agreement", "joint"] as const)("of %s is a noun of the verb's number, over 0 to 3 of the other", (relation) => {
    for (const { document, target } of of(relation)) {
      expect(target.gold % 2 === 1).toBe(plurals.has(document.words[target.sources[0]!]!));
    }
    const attractors = shares(of(relation).map(({ target }) => target.attractors!));
    for (const count of [0, 1, 2, 3]) expect(attractors.get(count)).toBeGreaterThan(0.02);
  });

  it("of selection is a doer of the object's domain", () => {
    for (const { document, target } of of("selection")) {
      expect(domainOf.get(document.words[target.sources[0]!]!)).toBe(target.gold);
    }
  });

  it("of reference is the one noun that `some` introduces, in an earlier sentence", () => {
    for (const { document, target } of of("reference")) {
      const before = document.words.slice(0, target.sources[0]! + 1);
      expect(before.slice(-3, -1)).toContain("some");
      expect(document.words.filter((word) => word === "some")).toHaveLength(1);
      expect(document.words.slice(target.sources[0]!, target.position)).toContain(".");
    }
  });

  it("of copy is the same name, after the same epithet, in an earlier sentence", () => {
    for (const { document, target } of of("copy")) {
      const source = target.sources[0]!;
      expect(document.words.indexOf(document.words[target.position]!)).toBe(source);
      expect(document.words[source - 1]).toBe(document.words[target.position - 1]);
      expect(document.words.slice(source, target.position)).toContain(".");
    }
  });

  it("of joint is also the adverb that opens the sentence, which says the tense", () => {
    for (const { document, target } of of("joint")) {
      const adverb = target.sources[1]!;
      expect(adverb === 0 || document.words[adverb - 1] === ".").toBe(true);
      expect(lexicon.past.includes(document.words[adverb]!)).toBe(target.gold > 1);
      expect(document.words.slice(adverb, target.position)).not.toContain(".");
    }
  });

  it("of joint is the only adverb of time in its sentence that `unlike` does not precede", () => {
    for (const { words } of documents) {
      words.forEach((word, i) => {
        if (isAdverb.has(word)) expect(["unlike", ".", undefined]).toContain(words[i - 1]);
      });
    }
  });

  test.each([
    ["neighbour", 1],
    ["neighbour-2", 2],
  ] as const)("of %s is the verb %i back, whose particle is always the same", (relation, back) => {
    const particles = new Map<string, number>();
    for (const { document, target } of of(relation)) {
      const verb = document.words[target.position - back]!;
      expect(target.sources).toEqual([target.position - back]);
      expect(particles.get(verb) ?? target.gold).toBe(target.gold);
      particles.set(verb, target.gold);
    }
    expect(particles.size).toBeGreaterThan(40);
  });
});
