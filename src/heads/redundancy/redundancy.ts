/** Similar heads of a model: in patterns, outputs, subspaces and maps, with the values of untrained heads. */

import type { Corpus } from "../../corpus/sentence.ts";
import { dims3 } from "../../graph/shape.ts";
import type { Checkpoint } from "../../load/checkpoint.ts";
import { keyed, mapValues } from "../../params/keyed.ts";
import { InputError } from "../../run/errors.ts";
import type { Runtime } from "../../run/runtime.ts";
import { type Tensor, tensor } from "../../run/tensor.ts";
import { averageLinkage, clustersAt } from "../../stats/linkage.ts";
import { randomTwin } from "../observe/controls.ts";
import type { Note } from "../observe/notes.ts";
import { countedQueries, halvesOfTexts, readable } from "../observe/text.ts";
import { type Sampled, sampleTokens, writtenOutputs } from "../observe/written.ts";
import { type ReportOptions, reportOn } from "../report/report.ts";
import type { Report } from "../report/schema.ts";
import { entryOf, ofHead } from "./by-head.ts";
import { debiasedCka, FEWEST_TOKENS } from "./cka.ts";
import { areTwins, findNoise, findTwins, type HeadPlace, largestPair, strongest, TWIN } from "./findings.ts";
import { headMaps, type LayerMaps, writtenCores } from "./head-maps.ts";
import {
  COMPOSITIONS,
  compositions,
  type HeadMatrix,
  mapCosines,
  overlapBaseline,
  SPACES,
  subspaceOverlaps,
} from "./map-likeness.ts";
import type { Redundancy } from "./redundancy-schema.ts";
import { classicalScaling } from "./scaling.ts";

/** The number of tokens for comparing outputs, and the number below which a warning is given. */
const TOKENS = 2048;
const FEW_TOKENS = 256;
/** The number of reported compositions of each kind. */
const STRONGEST = 20;
/** Clusters are cut at half of the largest √JS. */
const CUT = Math.sqrt(Math.LN2) / 2;

/**
 * Compares all pairs of heads of a model on a corpus. It builds on a full report, so labels, controls and √JS are the report's.
 * One seed gives one result, except for `cost`. Throws `InputError` if no text can be read, or if all texts together have fewer
 * than four tokens to compare.
 */
export async function redundancy(
  runtime: Runtime,
  checkpoint: Checkpoint,
  corpus: Corpus,
  options: ReportOptions,
): Promise<Redundancy> {
  const begun = performance.now();
  const { seed, progress = () => {}, peakBytes = () => 0 } = options;
  const { sample, halves } = tokensOf(checkpoint, corpus, seed);
  const { report, halves: patterns } = await reportOn(runtime, checkpoint, corpus, options);
  const maps = headMaps(checkpoint, (share) => progress("weights", share));
  const cores = maps.map(({ written }) => written);
  const written = await writtenOutputs(runtime, checkpoint, cores, sample, (s) => progress("outputs", s / 2));
  const outputs = await debiasedCka(runtime, written);
  const twin = randomTwin(checkpoint.config, seed + 1);
  const untrained = await writtenOutputs(runtime, twin, writtenCores(twin), sample, (s) => progress("outputs", (1 + s) / 2));
  const control = largestPair(await debiasedCka(runtime, untrained));
  const weights = await likenessOfWeights(runtime, checkpoint, maps, (share) => progress("maps", share));
  const result = assembled(report, { ...weights, outputs, control, tokens: countOf(sample) });
  const twins = await inHalves(runtime, result, { patterns, written, sample, control, halves });
  const cost = { ...report.cost, seconds: (performance.now() - begun) / 1000, peakBytes: peakBytes() };
  return frozen({ ...result, twins, cost });
}

function tokensOf({ config, tokenizer }: Checkpoint, corpus: Corpus, seed: number) {
  const causal = config.family === "decoder";
  const texts = readable(corpus, tokenizer, config).texts.filter((text) => countedQueries(text, causal).length > 0);
  const sample = sampleTokens(texts, causal, TOKENS, seed);
  const found = countOf(sample);
  if (found >= FEWEST_TOKENS) return { sample, halves: halvesOfTexts(texts, seed) };
  throw new InputError(
    `${corpus.id}: outputs are compared on at least ${FEWEST_TOKENS} tokens, got ${found}; give longer texts`,
  );
}

const countOf = (sample: readonly Sampled[]): number => sample.reduce((n, { positions }) => n + positions.length, 0);

interface Halves {
  /** √JS over each half of the texts. */
  readonly patterns: readonly (readonly (readonly number[])[])[];
  /** The outputs of each layer, [h, r, n], at the tokens of the sample. */
  readonly written: readonly Tensor[];
  readonly sample: readonly Sampled[];
  readonly control: number;
  /** The half of each text. */
  readonly halves: ReturnType<typeof halvesOfTexts>;
}

/** Adds to each pair of twins the number of halves of the texts in which it meets the thresholds. */
async function inHalves(
  runtime: Runtime,
  { heads, twins }: Pick<Redundancy, "heads" | "twins">,
  { patterns, written, sample, control, halves }: Halves,
): Promise<Redundancy["twins"]> {
  if (twins.length === 0) return [];
  const halfOf = sample.flatMap(({ text, positions }) => positions.map(() => halves.get(text.sentence)));
  const indexOf = ({ layer, head }: HeadPlace) => heads.findIndex((own) => own.layer === layer && own.head === head);
  const involved = [...new Set(twins.flatMap(({ a, b }) => [indexOf(a), indexOf(b)]))].sort((a, b) => a - b);
  const outputs: (HeadMatrix | null)[] = [];
  for (const part of [0, 1]) {
    const tokens = halfOf.flatMap((own, k) => (own === part ? [k] : []));
    outputs.push(tokens.length < FEWEST_TOKENS ? null : await debiasedCka(runtime, excerpt(written, involved, tokens)));
  }
  return twins.map((pair) => {
    const [a, b] = [indexOf(pair.a), indexOf(pair.b)];
    const holds = outputs.filter((matrix, part) => {
      const distances = patterns[part];
      if (!matrix || !distances) return false;
      const own = entryOf(matrix, involved.indexOf(a), involved.indexOf(b));
      return areTwins({ patterns: entryOf(distances, a, b), outputs: own }, control);
    });
    return { ...pair, halves: holds.length };
  });
}

/** Returns some heads (counted over all layers, in order) at some tokens, from [h, r, n] of each layer. */
function excerpt(written: readonly Tensor[], heads: readonly number[], tokens: readonly number[]): Tensor[] {
  let first = 0;
  return written.flatMap(({ data, shape }) => {
    const [h, r, n] = dims3(shape);
    const own = heads.flatMap((head) => (head >= first && head < first + h ? [head - first] : []));
    first += h;
    if (own.length === 0) return [];
    const rows = own.flatMap((head) => Array.from({ length: r }, (_, d) => head * r + d));
    const out = Float32Array.from(rows.flatMap((row) => tokens.map((token) => Number(data[row * n + token]))));
    return [tensor(out, [own.length, r, tokens.length])];
  });
}

interface Likeness {
  readonly spaces: Readonly<Record<(typeof SPACES)[number], HeadMatrix>>;
  readonly qk: HeadMatrix;
  readonly ov: HeadMatrix;
  readonly composed: Readonly<Record<(typeof COMPOSITIONS)[number], HeadMatrix>>;
  readonly baseline: number;
}

async function likenessOfWeights(
  runtime: Runtime,
  { config }: Checkpoint,
  maps: readonly LayerMaps[],
  progress: (share: number) => void,
): Promise<Likeness> {
  let done = 0;
  const step = async (work: Promise<HeadMatrix>) => {
    const made = await work;
    progress(++done / (SPACES.length + COMPOSITIONS.length + 2));
    return made;
  };
  const [spaces, composed] = [keyed(SPACES, (): HeadMatrix => []), keyed(COMPOSITIONS, (): HeadMatrix => [])];
  for (const space of SPACES) spaces[space] = await step(subspaceOverlaps(runtime, maps, space));
  for (const kind of COMPOSITIONS) composed[kind] = await step(compositions(runtime, maps, kind));
  return {
    spaces,
    composed,
    qk: await step(mapCosines(runtime, maps, "qk")),
    ov: await step(mapCosines(runtime, maps, "ov")),
    baseline: overlapBaseline(config),
  };
}

interface Measured extends Likeness {
  readonly outputs: HeadMatrix;
  /** The largest CKA between two untrained heads. */
  readonly control: number;
  readonly tokens: number;
}

/** Rounds to four decimals, for meaningful digits and small files. */
const rounded = (x: number): number => Math.round(1e4 * x) / 1e4 + 0;

function assembled(report: Report, measured: Measured): Omit<Redundancy, "cost"> {
  const { headwise, seed, model, corpus, similarity } = report;
  const { spaces, outputs, qk, ov, control, composed } = measured;
  const at = places(report);
  const matrices = { patterns: similarity.matrix, outputs, ...spaces, qk, ov };
  return {
    ...{ schema: "headwise.redundancy/2" as const, headwise, seed, model, corpus },
    ...grouped(report),
    matrices: mapValues(matrices, short),
    baselines: {
      subspaces: rounded(measured.baseline),
      compositions: rounded(1 / Math.sqrt(model.width)),
      outputs: rounded(control),
    },
    samples: { rows: similarity.rows, tokens: measured.tokens },
    compositions: COMPOSITIONS.flatMap((kind) => strongest(at, kind, short(composed[kind]), STRONGEST)),
    thresholds: { ...TWIN },
    twins: findTwins(at, matrices, control).map(shortPair),
    noise: findNoise(report.heads),
    notes: notesOn(report, measured),
  };
}

const short = (matrix: HeadMatrix): HeadMatrix => matrix.map((row) => row.map(rounded));

/** Computes clusters and the map of heads from √JS alone. */
function grouped({ heads, similarity: { matrix } }: Report): Pick<Redundancy, "heads" | "clusters" | "map"> {
  const tree = averageLinkage(matrix);
  const clusters = clustersAt(tree, CUT);
  const { points, share } = classicalScaling(matrix);
  return {
    heads: heads.map(({ layer, head, keyValueHead, label }, k) => {
      const [x, y] = ofHead(points, k);
      return { layer, head, keyValueHead, label, cluster: ofHead(clusters, k), x: rounded(x), y: rounded(y) };
    }),
    clusters: {
      ...{ distance: "sqrt-js", linkage: "average", cut: rounded(CUT), count: new Set(clusters).size },
      merges: tree.merges.map((merge) => ({ ...merge, height: rounded(merge.height) })),
      order: [...tree.order],
    },
    map: { method: "classical-scaling", distance: "sqrt-js", share: rounded(share) },
  };
}

const places = ({ heads }: Report) => heads.map(({ layer, head }) => ({ layer, head }));

const shortPair = ({ a, b, patterns, outputs, qk, ov }: Redundancy["twins"][number]) => ({
  ...{ a, b, patterns: rounded(patterns), outputs: rounded(outputs) },
  ...{ qk: rounded(qk), ov: rounded(ov) },
});

function notesOn({ notes, model }: Report, { tokens }: Measured): Note[] {
  const shared = model.heads.some((h, l) => h !== model.keyValueHeads[l]);
  return [
    ...notes,
    ...(tokens < FEW_TOKENS ? [{ code: "few-tokens" as const, tokens }] : []),
    ...(shared ? [{ code: "shared-key-value-heads" as const }] : []),
  ];
}

/** Freezes data deeply. */
function frozen<T>(data: T): T {
  if (typeof data === "object" && data !== null && !Object.isFrozen(data)) for (const part of Object.values(data)) frozen(part);
  return Object.freeze(data);
}
