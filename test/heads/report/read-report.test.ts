/** Labels taken from a report that was written before. */
import { expect, it } from "vitest";
import { labelsIn, readReport } from "../../../src/heads/report/read-report.ts";
import { InputError } from "../../../src/run/errors.ts";
import { fakeReport, small, uneven } from "../../view/fake.ts";

const report = fakeReport(uneven);
const text = JSON.stringify(report);

it("every head has the label that the report gives it", () => {
  const labels = labelsIn(readReport(text, "report.json"), report.model, "report.json");
  expect(labels.size).toBe(report.heads.length);
  for (const { layer, head, label } of report.heads) expect(labels.get(`${layer}.${head}`)).toBe(label);
});

it("the name of the model may differ, its weights may not", () => {
  expect(labelsIn(report, { ...report.model, id: "renamed" }, "report.json").size).toBe(11);
  expect(() => labelsIn(report, { ...report.model, sha256: "0".repeat(64) }, "report.json")).toThrow(
    /^report\.json is for .*, not for .*; run headwise report on this model$/,
  );
  expect(() => labelsIn(report, fakeReport(small).model, "report.json")).toThrow(InputError);
});

it.each([
  ["{", "report.json: not valid JSON ("],
  ["[]", 'report.json: "the whole": '],
  ['{"schema": "headwise.importance/1"}', 'report.json: "schema": '],
  [text.replace('"sha256"', '"sha"'), 'report.json: "model.sha256": '],
])("%.40s is refused in one line", (content, said) => {
  expect(() => readReport(content, "report.json")).toThrow(InputError);
  expect(() => readReport(content, "report.json")).toThrow(said);
  expect(() => readReport(content, "report.json")).toThrow("; give the report.json of headwise report");
});
