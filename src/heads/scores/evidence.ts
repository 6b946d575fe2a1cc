/** All measurements behind a report: the model on the corpus, and the same for its controls. */
import type { Corpus } from "../../corpus/sentence.ts";
import type { Checkpoint } from "../../load/checkpoint.ts";
import { withoutFixed } from "../../models/features-of.ts";
import { headCount } from "../../models/sites.ts";
import type { Transformer } from "../../models/transformer.ts";
import { itemsAt } from "../../params/keyed.ts";
import { random, shuffled } from "../../params/random.ts";
import { InputError } from "../../run/errors.ts";
import type { Runtime } from "../../run/runtime.ts";
import { type Repetitions, repetitions, shuffleWords } from "../observe/controls.ts";
import { predictsTokens } from "../observe/direct-effects.ts";
import { createMeasurer, type Measurer, type Tally } from "../observe/measure.ts";
import { compileBatchPatterns, PATTERN_NUMBERS } from "../observe/patterns.ts";
import type { StatisticsPlan } from "../observe/statistics.ts";
import {
  batches,
  countedQueries,
  halvesOfTexts,
  type LeftOut,
  prepare,
  readable,
  startOf,
  type Text,
} from "../observe/text.ts";
import { matchedTwins } from "../observe/twins/twins.ts";
import type { PatternText } from "../report/schema.ts";
import { type Copying, ovCopying } from "./copying.ts";
import { type Retrieval, retrieved } from "./retrieval.ts";
import { type SemanticScore, semanticScores } from "./semantic/semantic.ts";
import { type HalvedDistances, halvedDistances, type PatternRow, patternRow } from "./similarity.ts";

/** The most tokens that a text may have for its words to be tracked. */
export const LONGEST_FOR_WORDS = 512;
/** The number of texts that the controls run on. */
const CONTROL_TEXTS = 300;
/**
 * The number of heads in all untrained twins, within the limits on twins; large, since each of a dozen scores may pass by
 * chance.
 */
const CONTROL_HEADS = 240;
const [LEAST_TWINS, MOST_TWINS] = [2, 12];
/**
 * The number of sentences, and of texts that repeat tokens, that each twin reads: fewer if a model is so large that the least
 * number of twins has more heads than needed.
 */
const TWIN_TEXTS = { plain: 120, repeated: 32 } as const;
const TWIN_TEXTS_OF_LARGE = { plain: 40, repeated: 8 } as const;
/** The number of a text's first tokens that the pictures and the distances between heads use. */
const PICTURE_TOKENS = 128;
/** The number of table lookups for the distances between heads. */
const SIMILARITY_BUDGET = 3e8;
const EXAMPLES = 12;

export interface Evidence extends HalvedDistances {
  readonly texts: readonly Text[];
  readonly leftOut: LeftOut;
  readonly tally: Tally;
  readonly words: boolean;
  /** Untrained twins on a sample of the texts; their heads form one pool. */
  readonly twins: readonly Tally[];
  /** The model on shuffled words of the same sample (only if words are tracked). */
  readonly shuffled: Tally | null;
  readonly repeated: { readonly texts: Repetitions; readonly tally: Tally; readonly twins: readonly Tally[] };
  /** The copying of tokens by the heads' weights; null if the model predicts no tokens. */
  readonly copying: Copying | null;
  /** The retrieval of heads in the repeated texts; null if the model predicts no tokens. */
  readonly retrieval: Retrieval | null;
  /** Semantic similarity of queries to the keys that each head attends to, on a sample of the texts. */
  readonly semantic: readonly SemanticScore[];
  readonly semanticTexts: number;
  readonly rows: number;
  readonly examples: readonly PatternText[];
}

export interface EvidenceOptions {
  readonly seed: number;
  /** Called with the current stage and its progress, from 0 to 1. */
  readonly progress?: (stage: string, share: number) => void;
}

/** Runs all measurements. Throws `InputError` if no text can be read. */
export async function gatherEvidence(
  runtime: Runtime,
  checkpoint: Checkpoint,
  corpus: Corpus,
  { seed, progress = () => {} }: EvidenceOptions,
): Promise<Evidence> {
  const { config, tokenizer } = checkpoint;
  const causal = config.family === "decoder";
  const { texts: all, leftOut } = readable(corpus, tokenizer, config);
  const texts = all.filter((t) => countedQueries(t, causal).length > 0);
  if (texts.length === 0)
    throw new InputError(`${corpus.id}: every text is a single token, so nothing can attend; use longer texts`);
  const words = texts.every((t) => t.ids.length <= LONGEST_FOR_WORDS);
  const plan: StatisticsPlan = { weightings: ["raw", "norm"], words, effects: predictsTokens(config) };
  const measurer = createMeasurer(runtime, config, plan);
  const tally = await measurer.measure(checkpoint, texts, { progress: (d, n) => progress("reading", d / n) });
  const part = sample(texts, CONTROL_TEXTS, seed);
  const repeating = repetitions(config, tokenizer, seed);
  const own = await measurer.measure(checkpoint, repeating.texts, { continuations: repeating.continuations });
  const mixed = words ? shuffledTexts(part, checkpoint, seed) : [];
  const learned = withoutFixed(config);
  const ofTwins = learned === config ? measurer : createMeasurer(runtime, learned, plan);
  const controls = await measureTwins(runtime, ofTwins, checkpoint, part, repeating, seed, (s) => progress("controls", s));
  return {
    texts,
    leftOut,
    tally,
    words,
    twins: controls.tallies.map((c) => c.plain),
    shuffled: mixed.length > 0 ? await measurer.measure(checkpoint, mixed) : null,
    repeated: { texts: repeating, tally: own, twins: controls.tallies.map((c) => c.repeated) },
    copying: controls.copying,
    retrieval: await retrieved(runtime, checkpoint, repeating, seed),
    semantic: await semanticScores(runtime, checkpoint, part, seed),
    semanticTexts: part.length,
    ...(await compareHeads(runtime, checkpoint, texts, seed)),
  };
}

/** Draws some of the texts without replacement; returns them in their own order, or as drawn. */
function sample(texts: readonly Text[], count: number, seed: number, sorted = true): Text[] {
  const drawn = shuffled(random(`${seed}/sample`), texts.length).slice(0, count);
  return itemsAt(texts, sorted ? drawn.sort() : drawn);
}

/**
 * Returns the texts with their words in random order; skips those that the spaces between words make too long for the model.
 */
const shuffledTexts = (texts: readonly Text[], { config, tokenizer }: Checkpoint, seed: number): Text[] =>
  texts
    .map(({ sentence }) => shuffleWords(sentence, seed))
    .filter(({ text }) => tokenizer.encode(text).ids.length <= config.maxPositions)
    .map((sentence) => prepare(sentence, tokenizer, config));

async function measureTwins(
  runtime: Runtime,
  measurer: Measurer,
  model: Transformer,
  part: readonly Text[],
  repeating: Repetitions,
  seed: number,
  progress: (share: number) => void,
): Promise<{ tallies: { plain: Tally; repeated: Tally }[]; copying: Copying | null }> {
  const wanted = Math.ceil(CONTROL_HEADS / Math.max(1, headCount(model.config)));
  const count = Math.min(MOST_TWINS, Math.max(LEAST_TWINS, wanted));
  const large = wanted < LEAST_TWINS;
  const sizes = large ? TWIN_TEXTS_OF_LARGE : TWIN_TEXTS;
  const read = sample(part, sizes.plain, seed + 2);
  const repeated = repeating.texts.slice(0, sizes.repeated);
  const tallies: { plain: Tally; repeated: Tally }[] = [];
  const twins = await matchedTwins(runtime, model, read, seed, count, large);
  for (const twin of twins) {
    const plain = await measurer.measure(twin, read);
    const { continuations } = repeating;
    tallies.push({ plain, repeated: await measurer.measure(twin, repeated, { continuations }) });
    progress(tallies.length / count);
  }
  return { tallies, copying: await ovCopying(runtime, model, twins.slice(0, wanted)) };
}

/** Computes the distances between heads, on as many texts as the budget allows, and the patterns of the examples. */
async function compareHeads(runtime: Runtime, model: Checkpoint, texts: readonly Text[], seed: number) {
  const patterns = await compileBatchPatterns(runtime, model, "raw");
  const heads = headCount(model.config);
  const causal = model.config.family === "decoder";
  const keysOf = ({ ids }: Text, query: number) => (causal ? query + 1 : ids.length);
  const order = sample(texts, texts.length, seed + 1, false).map((text) => startOf(text, PICTURE_TOKENS));
  const pictured = [...order.filter(fitsPicture), ...order.filter((t) => !fitsPicture(t))].slice(0, EXAMPLES);
  let left = SIMILARITY_BUDGET / (heads ** 2 / 2);
  const compared = new Set(
    order.filter((text) => {
      const within = left > 0;
      for (const query of countedQueries(text, causal)) left -= keysOf(text, query);
      return within;
    }),
  );
  const examples = new Map<Text, PatternText>();
  const halves: readonly PatternRow[][] = [[], []];
  let rows = 0;
  const halfOf = halvesOfTexts(texts, seed);
  const wanted = [...new Set([...compared, ...pictured])];
  for (const members of batches(wanted, { pairs: PATTERN_NUMBERS / heads, tokens: 4096 })) {
    const batch = itemsAt(wanted, members);
    const found = await patterns(batch);
    for (const [b, text] of batch.entries()) {
      const own = found[b]!;
      // a copy, since a batch's patterns are in one buffer
      if (pictured.includes(text))
        examples.set(text, { tokens: text.tokens, patterns: own.map((layer) => layer.map((pattern) => pattern.slice())) });
      if (!compared.has(text)) continue;
      const all = own.flat();
      for (const query of countedQueries(text, causal)) {
        halves[halfOf.get(text.sentence)!]!.push(patternRow(all, text.ids.length, query, keysOf(text, query)));
        rows++;
      }
    }
  }
  return { ...halvedDistances(halves, heads), rows, examples: pictured.map((text) => examples.get(text)!) };
}

const fitsPicture = ({ ids }: Text): boolean => ids.length >= 6 && ids.length <= 16;
