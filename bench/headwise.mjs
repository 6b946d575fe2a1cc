/**
 * What the benchmark uses of Headwise, as `npm run build` leaves it in dist/. Found while running and not by `import … from`,
 * so that the checks of imports also pass where nothing has been built.
 */
const built = async (path) => {
  try {
    return await import(new URL(`../dist/${path}`, import.meta.url).href);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Error(`bench: there is no dist/${path}: run \`npm run build\` first (\`npm run bench\` does)`, { cause: error });
  }
};

export const { VERSION, byPath, forward, int64, statisticsGraph, tensor } = await built("index.js");
export const { causalBatch, createTrainer, initialState, input, matmul, normals, readConfig } = await built("index.js");
export const { attention, attentionParameters, bandedAttention, bias, causal, entmax, reachOf, softmax } =
  await built("index.js");
export const { declare } = await built("params/tree.js");
export const { initialize } = await built("params/initialize.js");
export const { cutHeads, singleHeads, similarityTask } = await built("index.js");
export const { createSweep } = await built("heads/importance/ablation.js");
export const { createGradients } = await built("heads/importance/gradients.js");
export const { attentionOnly, attentionWork } = await built("prune/attention-work.js");
export const { loadCheckpoint, nodeRuntime } = await built("index.node.js");
export const { batchFeatures } = await built("heads/observe/features.js");
export const { PAIR_FEATURES, SUMS } = await built("heads/observe/statistics.js");
export const { transformerParameters } = await built("models/transformer.js");
export const { random, shuffled } = await built("params/random.js");
export const { broken, confusion, summarize } = await built("study/truth/confusion.js");
export const { brokenText, truthText } = await built("view/study/truth-text.js");
export const { sameLabels } = await built("heads/report/also.js");
export const { parseConllu } = await built("corpus/conllu.js");
export const { reportOn } = await built("heads/report/report.js");
export const { drawSome, splitInTwo } = await built("stats/split.js");
export const { drawExamples, estimate } = await built("stats/bootstrap.js");
export const { createTextReader } = await built("tasks/text-reader.js");
export const { poolingOf } = await built("load/pooling.js");
export const { parseRated } = await built("corpus/tables/rated.js");
export const { evaluate } = await built("tasks/task.js");
