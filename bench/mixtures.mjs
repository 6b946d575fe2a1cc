/** Attention whose tokens are routed to some heads, against dense attention with as many heads and with fewer, ready to be timed. */
import {
  attentionOnly,
  attentionWork,
  byPath,
  cutHeads,
  initialize,
  nodeRuntime,
  normals,
  random,
  readConfig,
  tensor,
  transformerParameters,
} from "./headwise.mjs";

const [WIDTH, HEADS] = [256, 8];
/** Tokens of a text, and at least this many tokens in a batch. */
export const LENGTHS = [128, 512, 2048];
const TOKENS = 1024;

/** Mixtures that use half of their heads for each token. */
export const MIXTURES = {
  "MoH, 4 of 8": { kind: "moh", shared: 0, top: 4 },
  "MoH, 2 shared, 2 of 6": { kind: "moh", shared: 2, top: 2 },
  "MoA, 4 of 8, one key/value head": { kind: "moa", top: 4 },
};
export const DENSE = [8, 6, 4];

/** One layer with random weights; those of routers are large enough that each token has its own heads. */
function modelOf(routing) {
  const config = readConfig(
    {
      ...{ model_type: routing ? "headwise-bert" : "bert", vocab_size: 5, hidden_size: WIDTH, num_hidden_layers: 1 },
      ...{ num_attention_heads: HEADS, intermediate_size: WIDTH, max_position_embeddings: 8 },
      ...(routing && { headwise: { attention: { 0: { routing } } } }),
    },
    "bench",
  );
  const weights = initialize(transformerParameters(config), 1);
  const { attention } = weights.layers[0];
  for (const [path, { shape, data }] of byPath(attention))
    if (/router/i.test(path)) attention[path] = tensor(normals(random(path), data.length), shape);
  return { config, weights };
}

const withHeads = (model, heads) =>
  heads === HEADS ? model : cutHeads(model, new Map([["0", Array.from({ length: heads }, (_, head) => head)]]));

/** Runs by length and name, and the share of the multiply-adds of 8 dense heads that each removes. */
export async function mixtureRuns({ threads }) {
  const dense = modelOf();
  const models = new Map([
    ...DENSE.map((heads) => [`${heads} heads`, withHeads(dense, heads)]),
    ...Object.entries(MIXTURES).map(([name, routing]) => [name, modelOf(routing)]),
  ]);
  const runtime = await nodeRuntime({ threads, ownWeights: true }); // as in an ONNX file
  const runs = [];
  for (const length of LENGTHS) {
    const batch = Math.max(1, TOKENS / length);
    const x = tensor(normals(random(`x ${length}`), batch * length * WIDTH), [batch, length, WIDTH]);
    for (const [name, model] of models) {
      const program = await runtime.compile({ y: attentionOnly(model) }, { weights: byPath(model.weights) });
      runs.push({
        ...{ name, length, batch, run: () => program.run({ x }) },
        removed: 1 - attentionWork(model.config, length) / attentionWork(dense.config, length),
      });
    }
  }
  return { runs, release: () => runtime.release() };
}
