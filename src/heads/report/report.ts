/** The head report: every head of a model scored on a corpus, compared with controls, and labeled. */

import type { Corpus } from "../../corpus/sentence.ts";
import type { Checkpoint } from "../../load/checkpoint.ts";
import { ofLayer } from "../../models/layer.ts";
import { sitesOf } from "../../models/sites.ts";
import type { Runtime } from "../../run/runtime.ts";
import { VERSION } from "../../version.ts";
import { type AdaptiveMeasures, adaptiveMeasures } from "../observe/adaptive.ts";
import { describeCorpus, describeModel, rounded } from "../observe/describe.ts";
import { type Note, textNotes } from "../observe/notes.ts";
import { countLeftOut } from "../observe/text.ts";
import { entryOf, ofHead } from "../redundancy/by-head.ts";
import { type Evidence, type EvidenceOptions, gatherEvidence, LONGEST_FOR_WORDS } from "../scores/evidence.ts";
import { type HeadScores, headScores } from "../scores/head-scores.ts";
import { type LabelContext, labelsOf, nearestLabels, scoreOf } from "../scores/labels.ts";
import type { TallyScore } from "../scores/scores.ts";
import { nearestHeads } from "../scores/similarity.ts";
import { agreementOf } from "./also.ts";
import type { HeadReport, Label, LayerReport, MissedLabel, PatternText, RelationReport, Report, Score } from "./schema.ts";

export interface ReportOptions extends EvidenceOptions {
  /** A second text, to label every head on again. */
  readonly also?: Corpus;
  /** Returns the peak memory of the process in bytes, if known. */
  readonly peakBytes?: () => number;
}

export interface ReportResult {
  readonly report: Report;
  /** A few texts with the patterns of every head, for the pages. */
  readonly examples: readonly PatternText[];
  /** √JS between heads over each half of the texts. */
  readonly halves: Evidence["halves"];
}

/**
 * Reports on a model: scores with controls, labels, layers, relations, twins. One seed gives one report, except for `cost`.
 * Texts that are empty or longer than the model's positions are skipped, with a note. Throws `InputError` if none is left.
 */
export async function reportOn(
  runtime: Runtime,
  checkpoint: Checkpoint,
  corpus: Corpus,
  options: ReportOptions,
): Promise<ReportResult> {
  const begun = performance.now();
  const evidence = await gatherEvidence(runtime, checkpoint, corpus, options);
  options.progress?.("testing", 0);
  const scored = headScores(evidence, checkpoint.config, corpus.trees, options.seed);
  const adaptive = await adaptiveMeasures(runtime, checkpoint, evidence.texts);
  const heads = headReports(checkpoint, evidence, scored).map((head, k) => withAdaptive(head, ofHead(adaptive, k)));
  const also = options.also && (await alsoOn(runtime, checkpoint, options.also, options, heads));
  const report: Report = {
    schema: "headwise.report/2",
    headwise: VERSION,
    seed: options.seed,
    model: await describeModel(checkpoint),
    corpus: await describeCorpus(corpus, tokensOf(evidence)),
    heads,
    layers: layerReports(checkpoint, evidence, scored, heads),
    relations: relationReports(checkpoint, scored),
    ...(also && { also }),
    similarity: {
      measure: "sqrt-js",
      rows: evidence.rows,
      matrix: evidence.distances.map((row) => row.map((d) => rounded(d))),
    },
    cost: { seconds: (performance.now() - begun) / 1000, peakBytes: options.peakBytes?.() ?? 0, tokens: tokensOf(evidence) },
    notes: notesOn(checkpoint, evidence, corpus),
  };
  return { report, examples: evidence.examples, halves: evidence.halves };
}

const withAdaptive = (head: HeadReport, measures: AdaptiveMeasures): HeadReport =>
  Object.keys(measures).length === 0 ? head : { ...head, adaptive: roundNumbers(measures) };

const tokensOf = ({ texts }: Evidence): number => texts.reduce((n, { ids }) => n + ids.length, 0);

async function alsoOn(
  runtime: Runtime,
  checkpoint: Checkpoint,
  corpus: Corpus,
  { seed, progress = () => {} }: ReportOptions,
  heads: readonly HeadReport[],
): Promise<NonNullable<Report["also"]>> {
  const told = (stage: string, share: number) => progress(`${stage} (second text)`, share);
  const evidence = await gatherEvidence(runtime, checkpoint, corpus, { seed, progress: told });
  const others = headReports(checkpoint, evidence, headScores(evidence, checkpoint.config, corpus.trees, seed));
  return { corpus: await describeCorpus(corpus, tokensOf(evidence)), ...agreementOf(heads, others) };
}

interface Place {
  readonly layer: number;
  readonly head: number;
}

const places = ({ config }: Checkpoint): Place[] =>
  config.heads.flatMap((h, layer) => Array.from({ length: h }, (_, head) => ({ layer, head })));

function headReports(checkpoint: Checkpoint, evidence: Evidence, scored: HeadScores): HeadReport[] {
  const at = places(checkpoint);
  const twins = nearestHeads(evidence.distances);
  const twinsOfHalves = evidence.halves.map(nearestHeads);
  const special = (pick: (special: readonly boolean[]) => boolean | undefined) => evidence.texts.every((t) => pick(t.special));
  const framed = { framedFirst: special((s) => s[0]), framedLast: special((s) => s.at(-1)) };
  return at.map(({ layer, head }, k) => {
    const scores = ofHead(scored.byHead, k);
    const group = ofLayer(checkpoint.config.heads, layer) / ofLayer(checkpoint.config.keyValueHeads, layer);
    const twin = ofHead(twins, k);
    const noise = ofHead(scored.noiseAgain, k);
    const halves = twinsOfHalves.filter((nearest) => nearest[k] === twin).length;
    return {
      layer,
      head,
      keyValueHead: Math.floor(head / group),
      ...labelled(scores, framed),
      scores: Object.fromEntries(
        Object.entries(scores).map(([name, score]) => [name, roundScore(isFrame(name, framed) ? withoutAgain(score) : score)]),
      ),
      ...(noise !== null && { noiseAgain: rounded(noise) }),
      twin: twin < 0 ? null : { ...ofHead(at, twin), distance: rounded(entryOf(evidence.distances, k, twin)), halves },
    };
  });
}

/** Returns true for manners that are not assigned because a special token is at that end of every text. */
const isFrame = (name: string, { framedFirst, framedLast }: LabelContext): boolean =>
  (framedFirst && name === "first-position") || (framedLast && name === "last-position");

const withoutAgain = ({ again: _, ...score }: Score): Score => score;

function labelled(scores: HeadScores["byHead"][number], context: LabelContext) {
  const { label, labels, manners } = labelsOf(scores, context);
  const missed = label === "unclassified" ? nearestLabels(scores) : undefined;
  return { label, labels: [...labels], manners: [...manners], ...(missed && { missed: missed.map(roundMissed) }) };
}

const roundMissed = ({ label, failed }: MissedLabel): MissedLabel => ({ label, failed: failed.map(roundNumbers) });

const roundNumbers = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).map(([key, x]) => [key, typeof x === "number" ? rounded(x) : x])) as T;

const roundScore = ({ halves, relations, ...score }: Score): Score => ({
  ...roundNumbers(score),
  ...(halves && { halves: roundNumbers(halves) }),
  ...(relations && { relations: relations.map(roundNumbers) }),
});

function layerReports(
  { config }: Checkpoint,
  evidence: Evidence,
  scored: HeadScores,
  heads: readonly HeadReport[],
): LayerReport[] {
  const counted = evidence.tally.counted.reduce((n, c) => n + c, 0);
  let first = 0;
  return config.heads.map((h, layer) => {
    const own = Array.from({ length: h }, (_, k) => first + k);
    first += h;
    const mean = (f: (k: number) => number) => rounded(own.reduce((sum, k) => sum + f(k), 0) / Math.max(1, h));
    const value = (name: TallyScore) => mean((k) => scoreOf(ofHead(scored.byHead, k), name).value);
    const labels: Partial<Record<Label, number>> = {};
    for (const k of own) {
      const { label } = ofHead(heads, k);
      labels[label] = (labels[label] ?? 0) + 1;
    }
    const pairs = own.flatMap((a) => own.filter((b) => b > a).map((b) => entryOf(evidence.distances, a, b)));
    return {
      layer,
      entropy: value("broad"),
      distance: value("distance"),
      norm: mean((k) => ofHead(evidence.tally.sizes, k) / counted),
      confidence: value("confidence"),
      diversity: pairs.length ? rounded(pairs.reduce((a, b) => a + b, 0) / pairs.length) : null,
      labels,
    };
  });
}

function relationReports(checkpoint: Checkpoint, { syntax, shuffledAccuracy, randomAccuracy }: HeadScores): RelationReport[] {
  const at = places(checkpoint);
  const rows = (syntax?.best ?? []).map((skill) => {
    const { relation, direction, n, offset, rule, baseline, accuracy, low, high, p } = skill;
    const random = randomAccuracy(skill);
    return {
      ...{ relation, direction, n, offset, ...(rule && { rule }), p: rounded(p), ...ofHead(at, skill.head) },
      ...roundNumbers({ baseline, accuracy, low, high }),
      shuffled: shuffledAccuracy(skill, skill.head),
      random: random === null ? null : rounded(random),
    };
  });
  return rows.sort((a, b) => b.accuracy - b.baseline - (a.accuracy - a.baseline));
}

function notesOn({ config }: Checkpoint, { leftOut, texts, words }: Evidence, corpus: Corpus): Note[] {
  const single = corpus.sentences.length - texts.length - countLeftOut(leftOut);
  const fixed = sitesOf(config).reduce((sum, { features }) => sum + (features.fixed?.length ?? 0), 0);
  return [
    ...(corpus.trees ? [] : [{ code: "no-trees" as const }]),
    ...textNotes({ ...leftOut, single, texts: texts.length }),
    ...(words ? [] : [{ code: "words-not-tracked" as const, limit: LONGEST_FOR_WORDS }]),
    ...(config.family === "decoder" ? [{ code: "first-token-excluded" as const }] : []),
    ...(fixed > 0 ? [{ code: "fixed-heads" as const, heads: fixed }] : []),
  ];
}
