/** What a summary says, in sentences: what was found, and, as much a result, what was not. */
import { RELATIONS } from "../corpus/world/target.ts";
import type { StudyConfig } from "./arms.ts";
import type { Comparison, Curve, Summary } from "./summary.ts";

const LEVEL = 0.05;
const points = (x: number): string => `${(100 * x).toFixed(1)} points`;
const p3 = (p: number): string => (p < 0.001 ? "< .001" : `= ${p.toFixed(3).replace(/^0/, "")}`);
const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "none") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

interface Finding {
  readonly found: boolean;
  readonly text: string;
}

/** Sentences with their figures, sorted by whether they say that something was found. */
export function findings(study: StudyConfig, summary: Summary): { found: string[]; notFound: string[] } {
  const all = [oneOrMany(study, summary), ...relations(study, summary), stopsPaying(study, summary), ...specific(summary)];
  all.push(...divergent(summary), compromise(summary), symmetric(study, summary));
  const texts = (found: boolean) => all.filter((f) => f.found === found && f.text !== "").map(({ text }) => text);
  return { found: texts(true), notFound: texts(false) };
}

function oneOrMany({ heads, controls }: StudyConfig, { manyAgainstOne: test }: Summary): Finding {
  const what = `${controls.heads} heads against ${heads[0]}: mean accuracy over relations`;
  const found = test.p <= LEVEL;
  const figures = `${test.difference >= 0 ? "higher" : "lower"} by ${points(Math.abs(test.difference))} (exact permutation p ${p3(test.p)})`;
  return { found, text: found ? `${what} is ${figures}.` : `${what} is not told apart: ${figures}.` };
}

function relations({ controls }: StudyConfig, { relations: tests }: Summary): Finding[] {
  const name = (r: (typeof RELATIONS)[number]) => `${r} (${points(tests[r].difference)}, q ${p3(tests[r].corrected)})`;
  const lost = RELATIONS.filter((r) => tests[r].corrected <= LEVEL && tests[r].difference > 0);
  const gained = RELATIONS.filter((r) => tests[r].corrected <= LEVEL && tests[r].difference < 0);
  const same = RELATIONS.filter((r) => tests[r].corrected > LEVEL);
  return [
    { found: lost.length > 0, text: `A single head loses, against ${controls.heads}: ${list(lost.map(name))}.` },
    { found: true, text: gained.length > 0 ? `A single head is better at: ${list(gained.map(name))}.` : "" },
    {
      found: false,
      text:
        same.length > 0 ? `No difference between one head and ${controls.heads} is certain at: ${list(same.map(name))}.` : "",
    },
  ];
}

function stopsPaying({ heads }: StudyConfig, { enough }: Summary): Finding {
  const most = heads.at(-1)!;
  const each = RELATIONS.map((r) => `${r} ${enough[r]}`).join(", ");
  const text = `No count of heads beyond these is better for certain (p < .05, uncorrected): on the mean ${enough.mean}; ${each}.`;
  return { found: enough.mean < most, text };
}

function specific({ specificity, specificityTests }: Summary): Finding[] {
  return (["random", "shuffled"] as const).map((arm) => {
    const test = specificityTests[arm];
    const against = arm === "random" ? "untrained models" : "models trained on the same words without order";
    const figures = `${specificity.trained.mean.toFixed(2)} nats against ${specificity[arm].mean.toFixed(2)} (Holm p ${p3(test.corrected)})`;
    const found = test.corrected <= LEVEL && test.difference > 0;
    const text = found
      ? `The most specific head is more specific to its relation than in ${against}: ${figures}.`
      : `No head is certain to be more specific to a relation than in ${against}: ${figures}.`;
    return { found, text };
  });
}

function divergent({ divergence, divergenceTests }: Summary): Finding[] {
  const words = (test: Comparison, layer: number, arm: "random" | "shuffled"): Finding => {
    const found = test.corrected <= LEVEL;
    const against = arm === "random" ? "before training" : "after training without order";
    const figures = `${divergence.trained[layer]!.mean.toFixed(3)} nats against ${divergence[arm][layer]!.mean.toFixed(3)} (Holm p ${p3(test.corrected)})`;
    const than = test.difference > 0 ? "more" : "less";
    const text = found
      ? `Layer ${layer}: heads look ${than} differently than ${against}: ${figures}.`
      : `Layer ${layer}: heads are not certain to look differently than ${against}: ${figures}.`;
    return { found, text };
  };
  return (["random", "shuffled"] as const).flatMap((arm) => divergenceTests[arm].map((test, l) => words(test, l, arm)));
}

function compromise({ relationsOfHead, headsOfRelation }: Summary): Finding {
  const row = (curve: readonly Curve[]) => curve.map(({ heads, value }) => `${heads}: ${value.mean.toFixed(1)}`).join(", ");
  const text = `Relations that a head serves, in effect, by head count: ${row(relationsOfHead)}; heads that a relation rests on: ${row(headsOfRelation)}.`;
  const [first, last] = [relationsOfHead[0]!.value, relationsOfHead.at(-1)!.value];
  return { found: last.high < first.low, text };
}

function symmetric({ controls, heads }: StudyConfig, { symmetric: s, meanAccuracy }: Summary): Finding {
  const many = meanAccuracy.find((c) => c.heads === controls.heads)!.value.mean;
  const one = meanAccuracy.find((c) => c.heads === heads[0])!.value.mean;
  const found = s.againstMany.p <= LEVEL;
  const text = `Heads that start equal end with weights at most ${s.asymmetry.mean.toExponential(1)} apart and a mean accuracy of ${s.meanAccuracy.mean.toFixed(3)}, against ${many.toFixed(3)} from a random start and ${one.toFixed(3)} with one head (p ${p3(s.againstMany.p)} against the random start).`;
  return { found, text };
}
