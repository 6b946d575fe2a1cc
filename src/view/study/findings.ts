/** The findings of a study as sentences: positive and negative results. */
import { RELATIONS, type Relation } from "../../corpus/world/target.ts";
import { leastP } from "../../stats/inference.ts";
import type { StudyConfig } from "../../study/arms.ts";
import type { AccuracyCurve, Summary, TestedDifference } from "../../study/summary.ts";
import { decimal, plural } from "../page/numbers.ts";

const LEVEL = 0.05;
const points = (x: number): string => `${decimal(100 * x, 1)} points`;
const signed = (x: number): string => (Number(x.toFixed(3)) > 0 ? `+${points(x)}` : points(x));
const p3 = (p: number): string => (p < 0.001 ? "< .001" : `= ${p.toFixed(3).replace(/^0/, "")}`);
const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "none") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

const scientific = (x: number): string => x.toExponential(1).replace("e+0", "").replace("e-", " · 10^−");

interface Finding {
  readonly found: boolean;
  readonly text: string;
}

/** Returns sentences with figures, grouped by result. */
export function findings(study: StudyConfig, summary: Summary): { found: string[]; notFound: string[] } {
  const all = [
    power(study),
    oneOrMany(study, summary),
    ...relations(study, summary),
    stopsPaying(study, summary),
    ...specific(summary),
  ];
  all.push(...divergent(summary), compromise(summary), symmetric(study, summary));
  const texts = (found: boolean) => all.filter((f) => f.found === found && f.text !== "").map(({ text }) => text);
  return { found: texts(true), notFound: texts(false) };
}

/** Warns if the number of seeds is too small for any significant result. */
function power({ seeds, controls }: StudyConfig): Finding {
  const all = Math.min(seeds, controls.seeds);
  const least = leastP(all, all);
  const text = `With ${plural(all, "seed")} per group, no exact test can reach p below ${p3(least).slice(2)}, so nothing here can be significant at 0.05.`;
  return { found: false, text: least > LEVEL ? text : "" };
}

function oneOrMany({ heads, controls }: StudyConfig, { manyAgainstOne: test }: Summary): Finding {
  const what = `${controls.heads} heads compared with ${heads[0]}: mean accuracy over relations`;
  const found = test.p <= LEVEL;
  const figures = `${test.difference >= 0 ? "higher" : "lower"} by ${points(Math.abs(test.difference))} (exact permutation p ${p3(test.p)})`;
  return { found, text: found ? `${what} is ${figures}.` : `${what} shows no significant difference: ${figures}.` };
}

function relations({ controls }: StudyConfig, { relations: tests }: Summary): Finding[] {
  const name = (r: Relation) => `${r} (${points(Math.abs(tests[r].difference))}, q ${p3(tests[r].corrected)})`;
  const either = (r: Relation) => `${r} (${signed(tests[r].difference)}, q ${p3(tests[r].corrected)})`;
  const lost = RELATIONS.filter((r) => tests[r].corrected <= LEVEL && tests[r].difference > 0);
  const gained = RELATIONS.filter((r) => tests[r].corrected <= LEVEL && tests[r].difference < 0);
  const same = RELATIONS.filter((r) => tests[r].corrected > LEVEL);
  return [
    { found: lost.length > 0, text: `A single head is worse than ${controls.heads} heads at: ${list(lost.map(name))}.` },
    {
      found: true,
      text: gained.length > 0 ? `A single head is better than ${controls.heads} heads at: ${list(gained.map(name))}.` : "",
    },
    {
      found: false,
      text:
        same.length > 0
          ? `No significant difference between ${controls.heads} heads and one at: ${list(same.map(either))}.`
          : "",
    },
  ];
}

function stopsPaying({ heads }: StudyConfig, { enough }: Summary): Finding {
  const counts = [enough.mean, ...RELATIONS.map((r) => enough[r])];
  const each = `on the mean ${enough.mean}; ${RELATIONS.map((r) => `${r} ${enough[r]}`).join(", ")}`;
  // a count that beats no smaller one gives no information about saturation
  const found = counts.some((count) => count > heads[0]!);
  const text = found
    ? `More heads help up to these counts; no larger count is significantly better (p ≤ 0.05, uncorrected): ${each}.`
    : `No number of heads is significantly better than ${heads[0]} (p ≤ 0.05, uncorrected), on the mean or on any relation.`;
  return { found, text };
}

function specific({ specificity, specificityTests }: Summary): Finding[] {
  return (["random", "shuffled"] as const).map((arm) => {
    const test = specificityTests[arm];
    const against = arm === "random" ? "untrained models" : "models trained on shuffled words";
    const figures = `${specificity.trained.mean.toFixed(2)} nats against ${specificity[arm].mean.toFixed(2)} (Holm p ${p3(test.corrected)})`;
    const found = test.corrected <= LEVEL && test.difference > 0;
    const text = found
      ? `The most specific head is more specific to its relation than in ${against}: ${figures}.`
      : `No head is significantly more specific to a relation than in ${against}: ${figures}.`;
    return { found, text };
  });
}

function divergent({ divergence, divergenceTests }: Summary): Finding[] {
  const words = (test: TestedDifference, layer: number, arm: "random" | "shuffled"): Finding => {
    const found = test.corrected <= LEVEL;
    const against = arm === "random" ? "before training" : "after training on shuffled words";
    const figures = `${divergence.trained[layer]!.mean.toFixed(3)} nats against ${divergence[arm][layer]!.mean.toFixed(3)} (Holm p ${p3(test.corrected)})`;
    const than = test.difference > 0 ? "more" : "less";
    const text = found
      ? `Layer ${layer}: heads differ ${than} from one another than ${against}: ${figures}.`
      : `Layer ${layer}: the difference between heads is not significantly larger or smaller than ${against}: ${figures}.`;
    return { found, text };
  };
  return (["random", "shuffled"] as const).flatMap((arm) => divergenceTests[arm].map((test, l) => words(test, l, arm)));
}

function compromise({ relationsOfHead, headsOfRelation }: Summary): Finding {
  const row = (curve: readonly AccuracyCurve[]) =>
    curve.map(({ heads, value }) => `${heads}: ${value.mean.toFixed(1)}`).join(", ");
  const figures = `effective relations per head, by head count: ${row(relationsOfHead)}; effective heads per relation: ${row(headsOfRelation)}.`;
  const [first, last] = [relationsOfHead[0]!, relationsOfHead.at(-1)!];
  const found = (last.value.high ?? Number.POSITIVE_INFINITY) < (first.value.low ?? Number.NEGATIVE_INFINITY);
  const text = found
    ? `A head serves fewer relations in a model with ${plural(last.heads, "head")} than with ${first.heads} (intervals do not overlap): ${figures}`
    : `A head does not serve significantly fewer relations in a model with ${plural(last.heads, "head")} than with ${first.heads}: ${figures}`;
  return { found, text };
}

function symmetric({ controls, heads }: StudyConfig, { symmetric: s, meanAccuracy }: Summary): Finding {
  const many = meanAccuracy.find((c) => c.heads === controls.heads)!.value.mean;
  const one = meanAccuracy.find((c) => c.heads === heads[0])!.value.mean;
  const found = s.againstMany.p <= LEVEL;
  const apart =
    s.asymmetry.mean === 0
      ? "bit-identical,"
      : `with weights that differ by at most ${scientific(s.asymmetry.mean)} (mean over seeds),`;
  const text = `Heads that start equal end ${apart} with a mean accuracy of ${s.meanAccuracy.mean.toFixed(3)}, compared with ${many.toFixed(3)} from a random start and ${one.toFixed(3)} with one head (p ${p3(s.againstMany.p)} against the random start).`;
  return { found, text };
}
