/** What a page says of a head without a label, compared with the head's own numbers: of a built-in model's whole report. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConllu } from "../../../src/corpus/conllu.ts";
import { SAMPLE_CONLLU } from "../../../src/corpus/sample.ts";
import { reportOn } from "../../../src/heads/report/report.ts";
import type { FailedRule, HeadReport, Score } from "../../../src/heads/report/schema.ts";
import { nearestLabels } from "../../../src/heads/scores/labels.ts";
import { loadCheckpoint } from "../../../src/load/checkpoint.node.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { decimal } from "../../../src/view/page/numbers.ts";
import { explanationOf } from "../../../src/view/report/explain.ts";
import { unlabelled } from "../../../src/view/report/unlabelled.ts";

let runtime: Runtime;
let heads: readonly HeadReport[];
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
  const model = await loadCheckpoint("builtin:english");
  const { report } = await reportOn(runtime, model, parseConllu(SAMPLE_CONLLU, "sample"), { seed: 1 });
  heads = report.heads.filter(({ label }) => label === "unclassified");
}, 300_000);
afterAll(() => runtime.release());

/** The least values that docs/labels/README.md gives. */
const THRESHOLDS: Readonly<Record<string, number>> = {
  ...{ "previous-token": 0.5, "next-token": 0.5, self: 0.5, positional: 0.9, delimiter: 0.6, "rare-token": 0.5 },
  ...{ semantic: 0.2, "sub-word": 0.4, "duplicate-token": 0.4, induction: 0.4 },
};

/** The rules that a score fails, from the report's numbers and the documented rules alone. */
function rulesOf(label: string, { scores }: HeadReport): FailedRule["rule"][] {
  const { value, control, p, shuffled, halves, offsetBaseline } = scores[label]! as Score;
  const needed = label === "syntactic" ? offsetBaseline! + 0.1 : THRESHOLDS[label]!;
  return [
    ...(value < needed ? (["threshold"] as const) : []),
    ...(control !== null && value <= control ? (["control"] as const) : []),
    ...(p !== null && p > 0.05 ? (["chance"] as const) : []),
    ...(label === "syntactic" && value <= (shuffled ?? 0) ? (["shuffled"] as const) : []),
    ...(label === "positional" && scores.confidence!.value <= 0.8 ? (["confidence"] as const) : []),
    ...(halves && Math.min(halves.first, halves.second) <= 0 ? (["halves"] as const) : []),
  ];
}

const WORDS: Readonly<Record<FailedRule["rule"], RegExp>> = {
  threshold: /the threshold is/,
  control: /the control reaches/,
  chance: /p = /,
  shuffled: /on shuffled words/,
  confidence: /largest weight in a row/,
  halves: /on one half of the sentences its lead over the best rule is/,
};

describe("of every unclassified head", () => {
  it("the rules that failed are those that its numbers fail, and no label was nearer", () => {
    expect(heads.length).toBeGreaterThan(3);
    for (const head of heads) {
      expect(head.missed).toHaveLength(3);
      for (const { label, failed } of head.missed!) {
        expect(failed.map(({ rule }) => rule)).toEqual(rulesOf(label, head));
        expect(failed).not.toEqual([]);
      }
      const most = Math.max(...head.missed!.map(({ failed }) => failed.length));
      const others = [...Object.keys(THRESHOLDS), "syntactic"].filter(
        (label) => head.scores[label] && !head.missed!.some((missed) => missed.label === label),
      );
      for (const label of others) expect(rulesOf(label, head).length).toBeGreaterThanOrEqual(most);
    }
  });

  it("the sentence has each label, its value and a reason for every rule, and does not say that no score beats a control", () => {
    for (const head of heads) {
      const text = unlabelled(head);
      for (const { label, failed } of head.missed!) {
        expect(text).toContain(`${explanationOf(label).title}, ${decimal(head.scores[label]!.value)}`);
        for (const { rule } of failed) expect(text).toMatch(WORDS[rule]);
      }
      expect(text).not.toMatch(/beats/);
    }
  });

  it("what is nearest is a label, never a manner of attending", () => {
    for (const { missed } of heads)
      for (const { label } of missed!) expect(Object.keys({ ...THRESHOLDS, syntactic: 0 })).toContain(label);
  });

  it("one of syntax that leads its rule by enough is told by chance", () => {
    const nearest = ({ missed }: HeadReport) => missed![0]!;
    const head = heads.find((one) => nearest(one).label === "syntactic" && nearest(one).failed.length === 1)!;
    expect(nearest(head).failed.map(({ rule }) => rule)).toEqual(["chance"]);
    expect(unlabelled(head)).toMatch(
      /^No score satisfies all rules of a label\. Nearest: syntactic relation, 0\.\d\d \(p = [01]\.\d+, over 0\.05\)\. Next: /,
    );
  });
});

it("one of syntax whose lead is on one half of the sentences only is told by its halves", () => {
  const scores = {
    syntactic: {
      ...{ value: 0.7, control: 0.5, offsetBaseline: 0.5, p: 0.005, n: 200, shuffled: 0.1 },
      halves: { first: 0.42, second: -0.021 },
    },
  };
  expect(unlabelled({ scores, missed: nearestLabels(scores) })).toBe(
    "No score satisfies all rules of a label. Nearest: syntactic relation, 0.70 (on one half of the sentences its lead over the best rule is −0.02 and must exceed 0).",
  );
});

it("a head of an earlier report, which has no reasons, is said to fulfill no label's rules", () => {
  expect(unlabelled({ scores: {} })).toBe("No score satisfies all rules of a label.");
});
