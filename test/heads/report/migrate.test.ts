/** Reports of schema 1 are read as schema 2. */
import { expect, it } from "vitest";
import { parseReport } from "../../../src/heads/report/migrate.ts";
import { type FakeModel, fakeReport } from "../../view/fake.ts";

const MODEL: FakeModel = { family: "encoder", heads: [3, 2], texts: [["[CLS]", "a", "b", "[SEP]"]] };

/** A report as version 1 wrote it: best cases and notes as sentences. */
function ofVersion1() {
  const report = structuredClone(fakeReport(MODEL)) as unknown as Record<string, unknown> & {
    heads: { scores: Record<string, Record<string, unknown>> }[];
  };
  for (const { scores } of report.heads) {
    if (scores.positional) scores.positional = { ...scores.positional, detail: "offset −2", offset: -2 };
    if (scores.semantic) scores.semantic = { ...scores.semantic, detail: "z = −12.3" };
    const { relation: _, ...syntactic } = scores.syntactic ?? {};
    if (scores.syntactic) scores.syntactic = { ...syntactic, detail: "nsubj:pass head-to-dependent, offset +3 gives 41%" };
  }
  return { ...report, schema: "headwise.report/1", notes: ["only 3 texts: intervals and tests over texts are unreliable"] };
}

it("what sentences had as numbers becomes data, and notes stay sentences", () => {
  const { schema, notes, heads } = parseReport(ofVersion1());
  expect(schema).toBe("headwise.report/2");
  expect(notes).toEqual([{ code: "text", text: "only 3 texts: intervals and tests over texts are unreliable" }]);
  for (const { scores } of heads) {
    if (scores.positional) expect(scores.positional.offset).toBe(-2);
    if (scores.semantic) expect(scores.semantic.z).toBe(-12.3);
    if (scores.syntactic)
      expect(scores.syntactic.relation).toEqual({ name: "nsubj:pass", direction: "head-to-dependent", rule: { offset: 3 } });
    for (const score of Object.values(scores)) expect(score).not.toHaveProperty("detail");
  }
});

it("the best rule may be a named word", () => {
  const old = ofVersion1();
  for (const { scores } of old.heads)
    if (scores.syntactic) scores.syntactic.detail = "obj dependent-to-head, the rarest word gives 38%";
  const found = parseReport(old).heads.flatMap(({ scores }) => (scores.syntactic ? [scores.syntactic.relation] : []));
  expect(found.length).toBeGreaterThan(0);
  for (const relation of found) expect(relation!.rule).toEqual({ word: "rarest word" });
});

it("a report of version 2 is read as it is, and anything else is refused", () => {
  const report = fakeReport(MODEL);
  expect(parseReport(JSON.parse(JSON.stringify(report)))).toEqual(JSON.parse(JSON.stringify(report)));
  for (const other of [null, 3, {}, { schema: "headwise.report/3" }, { schema: "headwise.report/1" }])
    expect(() => parseReport(other)).toThrow();
});
