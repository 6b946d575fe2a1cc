/** Our statistics against a peer's, on the peer's ids: every query counts, every text and head is compared. */
import { readFile } from "node:fs/promises";
import { batchFeatures, byPath, nodeRuntime, PAIR_FEATURES, SUMS, statisticsGraph } from "./headwise.mjs";

const PLAN = { weightings: ["raw", "norm"], words: false };

/**
 * The names of our sums in torch_stats.py, in its order. Theirs are means; its entropy is not divided by ln n. Its last two pair features
 * are numbers of its own, which are fed in the places of two of ours.
 */
const NAMES = {
  keys: ["first-position", "last-position", "delimiter:punctuation"],
  pairs: ["distance", "duplicate-token", "sub-word", "sub-word-control"],
  weight: SUMS.filter((name) => name.startsWith("weight:")),
  top: SUMS.filter((name) => name.startsWith("top:")),
  entropy: ["broad"],
  confidence: ["confidence"],
};

/** The tensors of a safetensors file of float32. */
async function readTensors(path) {
  const bytes = await readFile(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, start));
  const read = ({ shape, data_offsets: [from, to] }) => ({
    shape,
    data: new Float32Array(new Uint8Array(bytes.subarray(start + from, start + to)).buffer),
  });
  return Object.fromEntries(Object.entries(header).map(([name, info]) => [name, name === "__metadata__" ? info : read(info)]));
}

/** The peer's texts as ours: no special tokens, so that every query counts. */
function textsOf({ ids, punctuation }) {
  const [b, n] = ids.shape;
  return Array.from({ length: b }, (_, t) => ({
    sentence: { id: `${t}`, text: "", words: [] },
    ids: Int32Array.from(ids.data.subarray(t * n, (t + 1) * n)),
    tokens: [],
    wordOf: new Int32Array(n).fill(-1),
    special: new Array(n).fill(false),
    punctuation: Array.from(punctuation.data.subarray(t * n, (t + 1) * n), Boolean),
  }));
}

async function ourSums(checkpoint, texts, masks, threads) {
  const runtime = await nodeRuntime({ threads });
  const { outputs } = statisticsGraph(checkpoint.config, PLAN);
  const program = await runtime.compile(outputs, { weights: byPath(checkpoint.weights) });
  const n2 = texts[0].ids.length ** 2;
  const { feeds } = batchFeatures(texts, false, false);
  const features = feeds.pairs.shape[1];
  for (const t of texts.keys())
    for (const k of [2, 3]) {
      const own = masks.data.subarray((t * 4 + k) * n2, (t * 4 + k + 1) * n2);
      feeds.pairs.data.set(own, (t * features + PAIR_FEATURES.indexOf(NAMES.pairs[k])) * n2);
    }
  const results = await program.run(feeds);
  await runtime.release();
  return results;
}

/**
 * The largest difference of each statistic, relative where it is above 1; `top` is the share of rows whose largest weight is
 * elsewhere. Throws where one is above 1e-4 (`top`: where more than one row of a text, for near-equal weights may swap places).
 * @returns {Promise<Record<string, number>>}
 */
export async function compareStatistics(checkpoint, path, threads) {
  const peer = await readTensors(path);
  const texts = textsOf(peer);
  const ours = await ourSums(checkpoint, texts, peer.masks, threads);
  const n = texts[0].ids.length;
  const apart = {};
  const note = (name, is, should) => {
    apart[name] = Math.max(apart[name] ?? 0, Math.abs(is - should) / Math.max(1, Math.abs(should)));
  };
  for (const [l, h] of checkpoint.config.heads.entries()) {
    for (let at = 0; at < texts.length * h; at++) {
      const place = l * texts.length * h + at;
      note("size", ours[`${l}.sizes`].data[at] / n, peer.size.data[place]);
      for (const weighting of PLAN.weightings) {
        const sums = ours[`${l}.${weighting}.sums`].data.subarray(at * SUMS.length, (at + 1) * SUMS.length);
        for (const [name, parts] of Object.entries(NAMES)) {
          const scale = name === "entropy" ? Math.log(n) / n : 1 / n;
          for (const [k, part] of parts.entries()) {
            note(
              `${weighting}.${name}`,
              sums[SUMS.indexOf(part)] * scale,
              peer[`${weighting}.${name}`].data[place * parts.length + k],
            );
          }
        }
      }
    }
  }
  const off = Object.entries(apart).filter(([name, d]) => !(d <= (name.endsWith("top") ? 1.01 / n : 1e-4)));
  if (off.length > 0) throw new Error(`our statistics are not the peer's: ${off.map(([k, d]) => `${k} by ${d}`).join(", ")}`);
  return apart;
}
