/** A made-up report and made-up patterns, seeded, that look like those of a real model: for tests and for looking at pictures. */
import type { SitePatterns } from "../../src/heads/observe/text-patterns.ts";
import {
  type HeadReport,
  LABELS,
  type Label,
  type Manner,
  type PatternText,
  type Report,
  type Score,
} from "../../src/heads/report/schema.ts";
import { random } from "../../src/params/random.ts";

/** Not all that there are: reports from before `dormant` have to be shown too. */
const MANNERS = ["first-position", "last-position", "sink", "broad"] as const;

export interface FakeModel {
  readonly family: "encoder" | "decoder";
  /** Heads of each layer; zero is allowed. */
  readonly heads: readonly number[];
  readonly texts: readonly (readonly string[])[];
}

const words = (text: string) => text.split(" ");
const wordPiece = [
  words("[CLS] the cat that the dogs chased sat on the mat . [SEP]"),
  words("[CLS] after the long meeting , the engineers walk ##ed home and their manager wrote a short report about it . [SEP]"),
  words("[CLS] a & b < c [SEP]"),
];
const bytePair = [
  words("The Ġkeys Ġto Ġthe Ġcab inet Ġare Ġon Ġthe Ġtable Ġand Ġthe Ġkeys Ġto Ġthe Ġdoor Ġare Ġlost ."),
  words("Ċ Ġ<b> Ġmary Ġand Ġjohn Ġwent Ġto Ġthe Ġstore , Ġand Ġjohn Ġgave Ġa Ġdrink Ġto Ġmary ."),
];

/** Six layers of twelve heads, BERT's way. */
export const small: FakeModel = { family: "encoder", heads: Array(6).fill(12), texts: wordPiece };
/** Thirty layers of nine heads, Llama's way. */
export const deep: FakeModel = { family: "decoder", heads: Array(30).fill(9), texts: bytePair };
/** A cut model: heads differ from layer to layer, down to none. */
export const uneven: FakeModel = { family: "encoder", heads: [3, 0, 7, 1], texts: wordPiece };
/** The smallest model there is. */
export const single: FakeModel = { family: "encoder", heads: [1], texts: [words("<s> hi & bye </s>")] };

/** How a fake head of a kind likes key j from query i: a logit. */
const habits: Partial<Record<Label | Manner, (i: number, j: number, tokens: readonly string[]) => number>> = {
  "previous-token": (i, j) => (j === i - 1 ? 5 : 0),
  "next-token": (i, j) => (j === i + 1 ? 5 : 0),
  self: (i, j) => (j === i ? 5 : 0),
  positional: (i, j) => (j === i - 2 ? 4.5 : 0),
  "first-position": (_, j) => (j === 0 ? 5 : 0),
  "last-position": (_, j, tokens) => (j === tokens.length - 1 ? 5 : 0),
  delimiter: (_, j, tokens) => (/^(\[|[.,]$)/.test(tokens[j]!) ? 4.5 : 0),
  syntactic: (i, j) => (j === i + (((i * 7) % 5) - 2) ? 4 : 0),
  "rare-token": (_, j, tokens) => tokens[j]!.length * 0.6,
  semantic: (i, j) => 2.5 * Math.sin(i * 1.7 + j * 2.3),
  "sub-word": (i, j, tokens) => (j === i - 1 && tokens[i]!.startsWith("##") ? 5 : 0),
  "duplicate-token": (i, j, tokens) => (j < i && tokens[i] === tokens[j] ? 5 : 0),
  induction: (i, j, tokens) => (j > 0 && j <= i && tokens[j - 1] === tokens[i] ? 5 : 0),
  sink: (_, j) => (j === 0 ? 6 : 0),
};

/** A head's label, fixed by its place: earlier layers look at positions, later ones at words. */
export function fakeLabel(model: FakeModel, layer: number, head: number): Label {
  const draw = random(`label ${layer}.${head}`)();
  const depth = layer / Math.max(1, model.heads.length - 1);
  if (draw > 0.86) return "unclassified";
  const last = LABELS.length - 2;
  return LABELS[Math.min(last, Math.floor(((0.6 * draw) / 0.86 + 0.4 * depth) * (last + 1)))]!;
}

/** How a head attends, fixed by its place too: half of all heads rest somewhere or have no focus, whatever their label. */
function fakeManners(_: FakeModel, layer: number, head: number): Manner[] {
  const draw = random(`way ${layer}.${head}`)();
  if (draw > 0.5) return [];
  const manner = MANNERS[Math.floor(draw * 2 * MANNERS.length)]!;
  return manner === "sink" ? ["sink", "first-position"] : [manner];
}

/** One text with a pattern for every head. */
export function fakeText(model: FakeModel, tokens: readonly string[]): PatternText {
  const patterns = model.heads.map((heads, layer) =>
    Array.from({ length: heads }, (_, head) => fakePattern(model, tokens, layer, head)),
  );
  return { tokens, patterns };
}

/** The same as the attentions of one text. */
export function fakeSites(model: FakeModel, tokens: readonly string[]): SitePatterns[] {
  const { patterns } = fakeText(model, tokens);
  return patterns.map((heads, layer) => ({ site: `${layer}`, rows: tokens, columns: tokens, patterns: heads }));
}

/** The attentions of an encoder–decoder with one layer each of `heads` heads, on a text and its translation. */
export function fakeTranslation(heads: number, source: readonly string[], target: readonly string[]): SitePatterns[] {
  const site = (name: string, rows: readonly string[], columns: readonly string[]): SitePatterns => ({
    ...{ site: name, rows, columns },
    patterns: Array.from({ length: heads }, (_, head) => {
      const draw = random(`pattern ${name}.${head}`);
      return Float32Array.from({ length: rows.length * columns.length }, () => draw() / columns.length);
    }),
  });
  return [site("encoder.0", source, source), site("decoder.0", target, target), site("cross.0", target, source)];
}

function fakePattern(model: FakeModel, tokens: readonly string[], layer: number, head: number): Float32Array {
  const n = tokens.length;
  const draw = random(`pattern ${layer}.${head}.${n}`);
  const named = [fakeLabel(model, layer, head), ...fakeManners(model, layer, head)];
  const habit = (i: number, j: number) => Math.max(...named.map((name) => habits[name]?.(i, j, tokens) ?? 0));
  const out = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    const seen = model.family === "decoder" ? i + 1 : n;
    const row = Array.from({ length: seen }, (_, j) => Math.exp(habit(i, j) + 1.6 * draw()));
    const sum = row.reduce((a, b) => a + b);
    out.set(
      row.map((weight) => weight / sum),
      i * n,
    );
  }
  return out;
}

/** All texts of a fake model. */
export function fakeTexts(model: FakeModel): PatternText[] {
  return model.texts.map((tokens) => fakeText(model, tokens));
}

/** A report on a fake model; the similarity is that of its fake patterns. */
export function fakeReport(model: FakeModel): Report {
  const text = fakeText(model, model.texts[0]!);
  const flat = text.patterns.flat();
  const matrix = flat.map((a) => flat.map((b) => divergence(a, b, text.tokens.length)));
  const heads = fakeHeads(model, matrix);
  return {
    schema: "headwise.report/2",
    headwise: "0.1.0",
    seed: 1,
    model: {
      id: model.family === "encoder" ? "fake/all-MiniLM-L6" : "fake/SmolLM2-135M",
      family: model.family,
      architecture: model.family === "encoder" ? "BertModel" : "LlamaForCausalLM",
      layers: model.heads.length,
      width: 384,
      parameters: 22_713_216,
      sha256: "9f2c4be1d07a8e35".repeat(4),
      heads: [...model.heads],
      keyValueHeads: model.heads.map((heads) => (model.family === "decoder" ? Math.ceil(heads / 3) : heads)),
    },
    corpus: { id: "builtin:sample", sentences: 512, tokens: 9_874, sha256: "0b".repeat(32) },
    heads,
    layers: model.heads.map((_, layer) => fakeLayer(layer, model.heads.length, heads)),
    relations: heads.length < 2 ? [] : fakeRelations(heads),
    similarity: { measure: "sqrt-js", rows: 3_000, matrix },
    cost: { seconds: 12.4, peakBytes: 734_003_200, tokens: 9_874 },
    notes: [
      { code: "too-long", texts: 3, limit: 128 },
      { code: "text", text: "Norm-weighted scores ignore that parts of f(x) may cancel <each other> out." },
    ],
  };
}

function fakeHeads(model: FakeModel, matrix: readonly (readonly number[])[]): Report["heads"] {
  const places = model.heads.flatMap((heads, layer) => Array.from({ length: heads }, (_, head) => ({ layer, head })));
  return places.map(({ layer, head }, at) => {
    const label = fakeLabel(model, layer, head);
    const nearest = matrix[at]!.map((distance, other) => ({ ...places[other]!, distance, other }))
      .filter(({ other }) => other !== at)
      .sort((a, b) => a.distance - b.distance)[0];
    const twin = nearest ? { layer: nearest.layer, head: nearest.head, distance: nearest.distance } : null;
    const manners = fakeManners(model, layer, head);
    return {
      layer,
      head,
      keyValueHead: model.family === "decoder" ? Math.floor(head / 3) : head,
      label,
      labels: [label],
      manners,
      scores: fakeScores([label, ...manners], layer, head, layer / model.heads.length),
      twin,
    };
  });
}

function fakeScores(given: readonly (Label | Manner)[], layer: number, head: number, depth: number): Record<string, Score> {
  const draw = random(`scores ${layer}.${head}`);
  const names = [...LABELS.filter((name) => name !== "unclassified"), ...MANNERS];
  const all = [...names, "delimiter:cls", "delimiter:sep", "delimiter:punctuation"];
  const scores = Object.fromEntries(
    all.map((name) => [
      name,
      fakeScore(
        name,
        given.some((own) => own === name),
        draw,
      ),
    ]),
  );
  const spread = 0.5 + draw();
  const measured = (value: number): Score => ({ value, control: null, p: null, n: 9_874 });
  const breadth = Math.min(0.98, spread * (0.45 + 0.3 * Math.sin(3 * depth)));
  return {
    ...scores,
    broad: { ...scores.broad!, value: breadth },
    confidence: measured(spread * (0.65 - 0.3 * depth)),
    distance: measured(spread * (3.5 + 5 * depth)),
  };
}

function fakeScore(name: string, strong: boolean, draw: () => number): Score {
  const scale = name === "semantic" ? 0.6 : 1;
  const value = scale * (strong ? 0.55 + 0.4 * draw() : 0.3 * draw());
  const control = scale * (0.1 + 0.15 * draw());
  const rest = {
    shuffled: value * (0.2 + 0.7 * draw()),
    norm: value * (0.3 + 0.5 * draw()),
    low: value * 0.95,
    high: value * 1.05,
    ...(name.includes(":") ? {} : { again: strong ? 0.5 + 0.5 * draw() : 0.1 * draw() }),
    ...(name === "syntactic" ? fakeSyntax(value) : {}),
  };
  const best: Partial<Record<string, Partial<Score>>> = {
    positional: { offset: -2 },
    syntactic: { relation: { name: "obj", direction: "dependent-to-head", rule: { offset: -2 } } },
  };
  return { value, control, p: strong ? 1 / 1001 : 0.2 + 0.7 * draw(), n: 9_874, ...rest, ...best[name] };
}

/** A head that follows one relation, and a second one that is clearly behind. */
function fakeSyntax(value: number): Pick<Score, "halves" | "offsetBaseline" | "relations"> {
  const relation = (name: string, direction: FakeRelation["direction"], accuracy: number, first: boolean): FakeRelation => ({
    ...{ relation: name, direction, n: 400, value: accuracy, baseline: value / 2, margin: accuracy - value / 2 },
    ...{ marginLow: accuracy - value / 2 - 0.03, p: first ? 1 / 200 : 0.4, holds: first, tied: false },
  });
  return {
    offsetBaseline: value / 2,
    halves: { first: 0.4 * value, second: 0.6 * value },
    relations: [relation("obj", "dependent-to-head", value, true), relation("nsubj", "head-to-dependent", 0.55 * value, false)],
  };
}

type FakeRelation = NonNullable<HeadReport["scores"][string]["relations"]>[number];

function fakeLayer(layer: number, layers: number, heads: Report["heads"]): Report["layers"][number] {
  const own = heads.filter((head) => head.layer === layer);
  const draw = random(`layer ${layer}`);
  const depth = layer / layers;
  const labels: Partial<Record<Label, number>> = {};
  for (const { label } of own) labels[label] = (labels[label] ?? 0) + 1;
  return {
    layer,
    entropy: own.length ? 0.45 + 0.3 * Math.sin(3 * depth) + 0.05 * draw() : 0,
    distance: own.length ? 3 + 5 * depth + draw() : 0,
    norm: own.length ? 1 + 2 * depth * depth + 0.2 * draw() : 0,
    confidence: own.length ? 0.6 - 0.3 * depth + 0.1 * draw() : 0,
    diversity: own.length < 2 ? null : 0.4 + 0.2 * draw(),
    labels,
  };
}

function fakeRelations(heads: Report["heads"]): Report["relations"] {
  const draw = random("relations");
  const names = words("det nsubj obj amod advmod case aux mark conj cc nmod obl cop");
  return names.flatMap((relation) =>
    (["dependent-to-head", "head-to-dependent"] as const).map((direction) => {
      const { layer, head } = heads[Math.floor(draw() * heads.length)]!;
      const baseline = 0.2 + 0.4 * draw();
      const accuracy = Math.min(0.97, baseline + 0.5 * draw() - 0.05);
      const interval = { low: accuracy - 0.03, high: Math.min(1, accuracy + 0.03) };
      const controls = { shuffled: 0.2 * draw(), random: 0.15 + 0.2 * draw(), p: accuracy > baseline + 0.1 ? 1 / 1001 : 0.3 };
      const n = 40 + Math.floor(900 * draw());
      return {
        relation,
        direction,
        n,
        offset: Math.floor(5 * draw()) - 2,
        ...(draw() < 0.25 && { rule: "rarest word" }),
        baseline,
        layer,
        head,
        accuracy,
        ...interval,
        ...controls,
      };
    }),
  );
}

/** √ of the mean Jensen–Shannon divergence between two patterns' rows. */
function divergence(a: Float32Array, b: Float32Array, n: number): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) {
    const middle = (a[at]! + b[at]!) / 2;
    if (a[at]! > 0) sum += (a[at]! * Math.log(a[at]! / middle)) / 2;
    if (b[at]! > 0) sum += (b[at]! * Math.log(b[at]! / middle)) / 2;
  }
  return Math.sqrt(Math.max(0, sum / n));
}
