/** A report and importance of one model joined, and what cannot be joined. */
import { describe, expect, it } from "vitest";
import { importanceSchema, parseImportance, type WrittenImportance } from "../../../src/heads/importance/importance-report.ts";
import { describeModel } from "../../../src/heads/observe/describe.ts";
import { withImportance } from "../../../src/heads/report/join-importance.ts";
import { type Report, reportSchema } from "../../../src/heads/report/schema.ts";
import { leaves } from "../../../src/params/tree.ts";
import type { Tensor } from "../../../src/run/tensor.ts";
import { importanceContent } from "../../../src/view/report/report-importance.ts";
import { loadFixture } from "../../models/golden.ts";
import { translatorFixture } from "../../models/translation-golden.ts";
import { fakeReport, small, uneven } from "../../view/fake.ts";
import { madeImportance } from "../../view/joined-importance.ts";

const report = fakeReport(uneven);
const made = madeImportance(report.model, ({ place }) => ({ value: place / 7, low: place / 7 - 1, high: place / 7 + 1 }));
const text = (changed: object) => JSON.stringify({ ...made, ...changed });

describe("a joined report", () => {
  const joined = withImportance(report, made);

  it("has the importance of each head at that head, whatever the order in the file", () => {
    const turned = withImportance(report, { ...made, heads: made.heads.toReversed() });
    for (const { heads } of [joined, turned]) {
      expect(heads.map(({ importance }) => importance!.ablation!.value)).toEqual(
        heads.map((_, place) => Number((place / 7).toPrecision(6))),
      );
    }
    expect(turned).toEqual(joined);
  });

  it("says what the task was, and is otherwise the report", () => {
    const { name, measure, better, examples } = made.task;
    const { corpus, quality } = made;
    expect(joined.task).toEqual({ name, measure, better, examples, corpus, quality, ablation: "zero", range: 20 });
    const heads = joined.heads.map(({ importance, judgement, ...head }) => head);
    const { task, ...rest } = joined;
    expect({ ...rest, heads }).toEqual(report);
  });

  it("follows the schema, and so does a report without importance", () => {
    for (const one of [joined, report]) expect(reportSchema.strict().parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
  });

  it("of the same weights may have another name", () => {
    expect(withImportance(report, { ...made, model: { ...made.model, id: "moved" } })).toEqual(joined);
  });

  it("has the role of each head by causal gating, if it was measured", () => {
    const role = (k: number) => (k % 2 === 0 ? "facilitating" : "irrelevant");
    const heads = made.heads.map(({ name }, k) => ({
      ...({ name, role: role(k), agreement: 0.8 } as const),
      ...{ facilitating: 0.9, interfering: 0, irrelevant: 0.1 },
    }));
    const gating = { lambda: 0.1, updates: 300, masks: 5, threshold: 0.02, agreement: 0.8, heads: heads.toReversed() };
    const { heads: found } = withImportance(report, { ...made, gating } as WrittenImportance);
    expect(found.map((head) => head.role)).toEqual(found.map((_, k) => ({ role: role(k), agreement: 0.8 })));
    expect(importanceContent(withImportance(report, { ...made, gating } as WrittenImportance)).join("")).toContain(
      "facilitating (0.80)",
    );
  });

  it("without exact ablation says that nothing can be called removable", () => {
    const heads = made.heads.map(({ name, scores: { michel } }) => ({ name, scores: { michel: michel! } }));
    const { notes, task, heads: found } = withImportance(report, { ...made, heads });
    expect(notes).toHaveLength(report.notes.length + 1);
    expect(notes.at(-1)).toEqual({ code: "no-ablation" });
    expect(task!.ablation).toBeUndefined();
    expect(found.map(({ importance }) => Object.keys(importance!))).toEqual(found.map(() => ["michel"]));
  });
});

describe("importance.json", () => {
  it("is read as it was written, scores without an order included", () => {
    const written: WrittenImportance = { ...made, stability: { michel: null } };
    expect(parseImportance(JSON.stringify(written), "a.json")).toEqual(written);
  });

  const model = (change: object) => ({ model: { ...made.model, ...change } });
  const scores = (change: object) => ({
    heads: made.heads.map((head, k) => (k === 2 ? { ...head, scores: { ...head.scores, ...change } } : head)),
  });
  it.each<[what: string, written: string, says: RegExp]>([
    ["is broken", "{", /^a\.json: not valid JSON \(.*\); give the importance\.json/],
    ["is null", "null", /^a\.json: "the whole": .*expected object/],
    [
      "is a report",
      text({ schema: "headwise.report/1" }),
      /its schema is "headwise\.report\/1", not "headwise\.importance\/1"/,
    ],
    ["has no schema", text({ schema: undefined }), /^a\.json: its schema is missing/],
    ["does not say what its model weighs", text({ model: { id: "x" } }), /^a\.json: "model\.family"/],
    ["has no hash of the weights", text(model({ sha256: undefined })), /^a\.json: "model\.sha256": it is missing/],
    ["has no task", text({ task: undefined }), /^a\.json: "task": it is missing/],
    [
      "has a score that is no number",
      text(scores({ taylor: { value: null, low: 0, high: 0 } })),
      /"heads\.2\.scores\.taylor\.value"/,
    ],
    ["has an unknown method", text(scores({ odd: { value: 0, low: 0, high: 0 } })), /"heads\.2\.scores/],
  ])("that %s is refused in one line", (_, written, says) => {
    expect(() => parseImportance(written, "a.json")).toThrow(says);
    expect(() => parseImportance(written, "a.json")).not.toThrow(/\n|undefined/);
  });
});

describe("importance that is not of the report's model", () => {
  const other = fakeReport(small).model;
  const translator = { encoderHeads: [3], decoderHeads: [3], crossHeads: [3] };
  const { layers, heads, keyValueHeads, ...shared } = report.model;
  it.each<[what: string, model: object, says: RegExp]>([
    [
      "has other weights",
      { ...report.model, sha256: "a1".repeat(32) },
      /is for fake\/all-MiniLM-L6 \(sha256 a1a1a1a1a1a1\), not for/,
    ],
    ["has the same numbers in other heads", { ...report.model, heads: [4, 0, 7, 1] }, /is for .*, not for/],
    ["has the same numbers in another architecture", { ...report.model, architecture: "bert2" }, /is for .*, not for/],
    ["is another model", other, /is for .*, not for .*; run headwise importance on this model/],
    ["is an encoder-decoder", { ...shared, ...translator, family: "encoder-decoder" }, /is for .*, not for/],
  ])("%s", (_, model, says) => {
    const importance = importanceSchema.parse({ ...made, model });
    expect(() => withImportance(report, importance, "a.json")).toThrow(says);
  });

  const withHeads = (change: (heads: WrittenImportance["heads"]) => WrittenImportance["heads"]) => () =>
    withImportance(report, { ...made, heads: change(made.heads) }, "a.json");
  it.each<[what: string, join: () => Report, says: string]>([
    ["lacks a head", withHeads((all) => all.toSpliced(4, 1)), "a.json: head 2.1 is missing"],
    ["lacks all heads", withHeads(() => []), "a.json: head 0.0 is missing"],
    ["has a head too many", withHeads((all) => [...all, { ...all[0]!, name: "1.0" }]), "a.json: head 1.0 is not in the model"],
    ["has a head twice", withHeads((all) => [...all, all[3]!]), "a.json: head 2.0 is not in the model, or is listed twice"],
    ["has no scores", withHeads((all) => all.map(({ name }) => ({ name, scores: {} }))), "a.json: its heads have no scores"],
    [
      "lacks a score of one head",
      withHeads((all) => all.with(3, { ...all[3]!, scores: { michel: all[3]!.scores.michel! } })),
      "a.json: head 2.0 has no score of ablation, which other heads have",
    ],
  ])("%s", (_, join, says) => expect(join).toThrow(says));
});

describe("the description of a model", () => {
  it("of one stack has its heads, and another hash when a number changes", async () => {
    const { config, weights } = await loadFixture("llama");
    const described = await describeModel({ id: "a", config, weights });
    expect(described).toMatchObject({ family: "decoder", layers: config.heads.length, heads: [...config.heads] });
    const touched = structuredClone(weights);
    (leaves<Tensor>(touched).at(-1)![1].data as Float32Array)[3]! += 1;
    const changed = await describeModel({ id: "a", config, weights: touched });
    expect(changed).toEqual({ ...described, sha256: changed.sha256 });
    expect(changed.sha256).not.toBe(described.sha256);
  });

  it("of an encoder-decoder has the heads of its three kinds of attention", async () => {
    const { config, weights } = await translatorFixture("marian");
    const model = await describeModel({ id: "a", config, weights } as { id: string; config: typeof config; weights: object });
    const { encoderHeads, decoderHeads, crossHeads } = config;
    expect(model).toMatchObject({ family: "encoder-decoder", architecture: "marian", encoderHeads, decoderHeads, crossHeads });
    expect(importanceSchema.shape.model.parse(model)).toEqual(model);
  });
});
