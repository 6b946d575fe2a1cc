/** Our programs, ready to be timed: the forward pass, the same with statistics, and the hand-written graph of it. */
import * as ort from "onnxruntime-node";
import { handWritten } from "./hand-written.mjs";
import { batchFeatures, byPath, forward, nodeRuntime, random, statisticsGraph } from "./headwise.mjs";
import { here } from "./race.mjs";

const PLANS = {
  raw: { weightings: ["raw"], words: false },
  "raw+norm": { weightings: ["raw", "norm"], words: false },
  "raw+norm+words": { weightings: ["raw", "norm"], words: true },
};

/** Random texts of one length between two special tokens; every sixth token continues a word. */
export function randomTexts({ batch, length }, config) {
  const uniform = random("texts");
  const first = Math.min(999, config.vocabulary >> 1); // below are special or unused tokens in BERT's vocabularies
  return Array.from({ length: batch }, (_, t) => {
    const ids = Int32Array.from({ length }, () => first + Math.floor(uniform() * (config.vocabulary - first)));
    const special = Array.from(ids, (_, i) => i === 0 || i === length - 1);
    let words = 0;
    const wordOf = Int32Array.from(ids, (_, i) => (special[i] ? -1 : i % 6 === 5 ? words - 1 : words++));
    const sentence = {
      id: `${t}`,
      text: "",
      words: Array.from({ length: words }, () => ({ form: "", start: 0, end: 0, upos: "_" })),
    };
    return { sentence, ids, tokens: [], wordOf, special, punctuation: Array.from(ids, () => uniform() < 0.12) };
  });
}

/** A session on bytes, with the options that ours have. */
const session = (bytes, threads) =>
  ort.InferenceSession.create(bytes, {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });

/** All of ours, compiled: `runs` by name, each a function that runs once and gives its outputs. */
export async function ourRuns(checkpoint, options) {
  const { config } = checkpoint;
  const weights = byPath(checkpoint.weights);
  const fed = await nodeRuntime({ threads: options.threads });
  const owned = await nodeRuntime({ threads: options.threads, ownWeights: true });
  const texts = randomTexts(options, config);
  const features = async (words) => batchFeatures(texts, config.family === "decoder", words).feeds;
  const feeds = await features(true);

  const plain = { state: forward(config).states.at(-1) };
  const programs = {
    "plain, weights fed": await fed.compile(plain, { weights }),
    "plain, own weights": await owned.compile(plain, { weights }),
  };
  for (const [name, plan] of Object.entries(PLANS)) {
    const { outputs, forward: pass } = statisticsGraph(config, plan);
    programs[name] = await fed.compile(outputs, { weights });
    programs[`${name}, whole pass`] = await fed.compile({ ...outputs, state: pass.states.at(-1) }, { weights });
  }
  const byHand = await session(handWritten(checkpoint), options.threads);
  const given = { ids: asOrt(feeds.ids), mask: asOrt(feeds.mask) };
  const runs = Object.fromEntries(Object.entries(programs).map(([name, program]) => [name, () => program.run(feeds)]));
  return {
    texts,
    runs: {
      ...runs,
      "hand-written": () => byHand.run(given),
      "features in JavaScript": async () => features(false),
      "features in JavaScript, words too": async () => features(true),
    },
    release: async () => {
      await Promise.all([fed.release(), owned.release(), byHand.release()]);
    },
  };
}

const asOrt = ({ dtype, data, shape }) => new ort.Tensor(dtype, data, shape);

/** Throws unless the hand-written graph and ours agree; gives their largest difference. */
export async function sameStates(runs) {
  const expected = (await runs["hand-written"]()).state.data;
  const names = ["plain, weights fed", "plain, own weights", "raw, whole pass"];
  const apart = await Promise.all(
    names.map(async (name) => {
      const { data } = (await runs[name]()).state;
      return data.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i])), 0);
    }),
  );
  const most = Math.max(...apart);
  if (!(most < 1e-4)) throw new Error(`the hand-written graph and ours differ by ${most}: they do not compute the same`);
  return most;
}

/** The named runs as contestants. */
export const contestants = (runs, names = Object.keys(runs)) => names.map((name) => here(name, runs[name]));
