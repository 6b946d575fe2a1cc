/** The whole report: it holds together, whatever the model and the texts are like. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConllu } from "../../../src/corpus/conllu.ts";
import { plainSentence } from "../../../src/corpus/plain.ts";
import { SAMPLE_CONLLU } from "../../../src/corpus/sample.ts";
import type { Corpus } from "../../../src/corpus/sentence.ts";
import { reportOn } from "../../../src/heads/report/report.ts";
import { LABELS, MANNERS, type Report, reportSchema } from "../../../src/heads/report/schema.ts";
import type { Checkpoint } from "../../../src/load/checkpoint.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { tinyCheckpoint } from "../models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const sample = parseConllu(SAMPLE_CONLLU, "sample");
const some: Corpus = { ...sample, sentences: sample.sentences.slice(0, 80) };
const plain = (...texts: string[]): Corpus => ({
  id: "plain",
  sentences: texts.map((t, k) => plainSentence(`${k}`, t)),
  trees: false,
});

/** A report as a reader of its JSON sees it: what is not a number there would have become null. */
async function reportOf(model: Checkpoint, corpus: Corpus, seed = 1): Promise<Report> {
  const { report } = await reportOn(runtime, model, corpus, { seed });
  return reportSchema.strict().parse(JSON.parse(JSON.stringify(report)));
}

describe.each([
  ["bert", true],
  ["llama", false],
] as const)("the report on %s", (family, framed) => {
  let model: Checkpoint;
  let report: Report;
  beforeAll(async () => {
    model = await tinyCheckpoint(family, framed);
    report = await reportOf(model, some);
  });

  it("has every head with its place, its keys and its twin", () => {
    const { heads, keyValueHeads } = model.config;
    const wanted = heads.flatMap((h, layer) =>
      Array.from({ length: h }, (_, head) => ({ layer, head, keyValueHead: Math.floor(head / (h / keyValueHeads[layer]!)) })),
    );
    expect(report.heads).toMatchObject(wanted);
    for (const [a, { twin }] of report.heads.entries()) {
      const row = report.similarity.matrix[a]!;
      const others = row.filter((_, b) => b !== a);
      expect(twin!.distance).toBe(Math.min(...others));
      expect(row[wanted.findIndex(({ layer, head }) => layer === twin!.layer && head === twin!.head)]).toBe(twin!.distance);
      expect(twin).not.toMatchObject({ layer: wanted[a]!.layer, head: wanted[a]!.head });
    }
  });

  it("gives shares between 0 and 1, inside their intervals, over all that was counted", () => {
    const specials = framed ? 2 : 1; // of a causal text the first token does not count
    const counted = report.corpus.tokens - specials * some.sentences.length;
    // some have their own: instances of a relation, texts, later words, or queries of texts that repeat
    const apart = new Set(["syntactic", "semantic", "rare-token", "duplicate-token", "induction", "retrieval"]);
    for (const { scores } of report.heads) {
      expect(scores.semantic!.n).toBe(some.sentences.length);
      for (const [name, { value, low, high, n, p, norm, shuffled, again }] of Object.entries(scores)) {
        if (name === "ov-copying") {
          // of weights, not of texts
          expect({ n, low, high, again }).toEqual({
            n: model.config.headWidth,
            low: undefined,
            high: undefined,
            again: undefined,
          });
          expect(Math.abs(value)).toBeLessThanOrEqual(1);
          continue;
        }
        if (/^(previous|next)-token$|^positional$|^delimiter:|^sub-word$/.test(name)) expect(n).toBeLessThanOrEqual(counted);
        else if (!apart.has(name)) expect(n).toBe(counted);
        expect(low, name).toBeDefined();
        expect(high, name).toBeDefined();
        if (p !== null) expect(p).toBeGreaterThan(0);
        if (p !== null) expect(p).toBeLessThanOrEqual(1);
        if (low !== undefined) expect(low).toBeLessThanOrEqual(value + 1e-5);
        if (high !== undefined) expect(high).toBeGreaterThanOrEqual(value - 1e-5);
        if (again !== undefined) expect(again >= 0 && again <= 1).toBe(true);
        // differences, and numbers of tokens
        if (["semantic", "sub-word", "distance", "dormant", "copy-suppression"].includes(name)) continue;
        for (const share of [value, norm, shuffled]) {
          if (share === null || share === undefined) continue;
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1 + 1e-5);
        }
      }
    }
  });

  it("has the copying, copy suppression and retrieval of heads if the model predicts tokens", () => {
    for (const { scores } of report.heads) {
      for (const name of ["ov-copying", "copy-suppression", "retrieval"])
        expect(scores[name] !== undefined, name).toBe(model.config.family === "decoder");
    }
  });

  it("has layers that are the means of their heads", () => {
    for (const { layer, entropy, distance, confidence, labels } of report.layers) {
      const own = report.heads.filter((head) => head.layer === layer);
      const mean = (name: string) => own.reduce((sum, { scores }) => sum + scores[name]!.value, 0) / own.length;
      expect(entropy).toBeCloseTo(mean("broad"), 4);
      expect(distance).toBeCloseTo(mean("distance"), 4);
      expect(confidence).toBeCloseTo(mean("confidence"), 4);
      const counts: Record<string, number> = {};
      for (const { label } of own) counts[label] = (counts[label] ?? 0) + 1;
      expect(labels).toEqual(counts);
    }
  });

  it("says how surely each label and manner would be given again, and tells the relations of a syntactic score", () => {
    for (const { label, manners, scores } of report.heads) {
      for (const name of [...LABELS, ...MANNERS]) {
        if (name === "unclassified" || !scores[name]) continue;
        // an end of every text that is a special token is no manner
        if (framed && /^(first|last)-position$/.test(name)) expect(scores[name].again, name).toBeUndefined();
        else if (name !== "first-position") expect(scores[name].again, name).toBeDefined();
      }
      for (const name of manners) expect(scores[name]).toBeDefined();
      const { relations } = scores.syntactic!;
      expect(relations![0]).toMatchObject({ value: scores.syntactic!.value, p: scores.syntactic!.p });
      expect(relations!.length).toBeGreaterThanOrEqual(2);
      if (label === "syntactic") expect(relations!.some(({ holds }) => holds)).toBe(true);
    }
  });

  it("puts the first label first, and knows the model and the texts by their hashes", async () => {
    for (const { label, labels } of report.heads) expect(labels[0]).toBe(label);
    const other = await reportOf(model, { ...some, sentences: some.sentences.slice(1) });
    expect(other.model.sha256).toBe(report.model.sha256);
    expect(other.corpus.sha256).not.toBe(report.corpus.sha256);
    expect(report.model).toMatchObject({ id: family, architecture: family, width: model.config.width });
  });

  it("tests relations, in both directions where words can look ahead", () => {
    const directions = new Set(report.relations.map(({ direction }) => direction));
    expect(report.relations.length).toBeGreaterThan(1);
    if (framed) expect(directions).toEqual(new Set(["dependent-to-head", "head-to-dependent"]));
    const gains = report.relations.map(({ accuracy, baseline }) => accuracy - baseline);
    expect(gains).toEqual([...gains].sort((a, b) => b - a));
    for (const { random, shuffled, accuracy } of report.relations) {
      for (const share of [random, shuffled, accuracy]) expect(share! >= 0 && share! <= 1).toBe(true);
    }
  });
});

it("calls a random model's heads nothing that untrained heads are not called", async () => {
  // the fixtures are random numbers: whatever a head does, it does by chance
  const { heads } = await reportOf(await tinyCheckpoint("bert"), some);
  for (const { labels } of heads) for (const label of ["syntactic", "semantic"]) expect(labels).not.toContain(label);
});

describe("a corpus that is hard to report on", () => {
  it("texts that get too long when their words are shuffled are left out of that control", async () => {
    const model = await tinyCheckpoint("bert");
    const thai = Array.from({ length: 20 }, () => "สวัสดีชาวโลก").join(" "); // one token a group, three words
    const mixed = await reportOf(model, plain(thai, "the cat sat on the mat"));
    expect(mixed.heads[0]!.scores.self!.shuffled).not.toBeNull();
    const alone = await reportOf(model, plain(thai));
    expect(alone.heads[0]!.scores.self!.shuffled).toBeNull();
  });

  it("causal texts of one token are left out, and there has to be another", async () => {
    const model = await tinyCheckpoint("llama", false);
    const texts = ["cat", "the dog", "mat", "sat", "old"];
    const { corpus } = await reportOf(model, plain(...texts));
    expect(corpus.tokens).toBe(2);
    await expect(reportOf(model, plain("cat", "dog"))).rejects.toThrow(
      /^plain: every text is a single token, so nothing can attend/,
    );
  });

  it("so is a text of one token without special tokens around it", async () => {
    const model = await tinyCheckpoint("bert", false);
    expect((await reportOf(model, plain("cat", "the dog sat"))).corpus.tokens).toBe(3);
    await expect(reportOf(model, plain("cat"))).rejects.toThrow(/use longer texts/);
  });

  it("a token whose embedding is all zeros has no meaning, and does no harm", async () => {
    const model = await tinyCheckpoint("bert");
    const { heads } = await reportOf(model, plain("the [PAD] cat sat on the mat", "a dog [PAD] sat"));
    expect(heads).toHaveLength(10);
  });

  it("words are not followed in long texts, and the notes say so", async () => {
    const model = await tinyCheckpoint("llama3", false);
    const longer: Checkpoint = { ...model, config: { ...model.config, maxPositions: 600 } };
    const { heads, notes } = await reportOf(longer, plain("the cat sat on the old mat ".repeat(75), "a dog"));
    expect(Object.keys(heads[0]!.scores)).not.toContain("rare-token");
    expect(heads[0]!.scores.self!.shuffled).toBeNull();
    expect(notes).toContainEqual({ code: "words-not-tracked", limit: 512 });
  });
});
