/** A model of one layer whose heads are planted: what each of them attends to is known, and so is what every token means. */
import type { Text } from "../../src/heads/observe/text.ts";
import type { TransformerConfig } from "../../src/models/config.ts";
import { type Transformer, transformerParameters } from "../../src/models/transformer.ts";
import { initialize } from "../../src/params/initialize.ts";
import { normals, random } from "../../src/params/random.ts";
import { mapTree } from "../../src/params/tree.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { fixtureConfig } from "../models/golden.ts";

/** What the planted heads attend to, in their order. */
export const PLANTED = ["meaning", "rare", "as frequent", "same kind", "previous", "uniform"] as const;
export const headOf = (name: (typeof PLANTED)[number]): number => PLANTED.indexOf(name);

const WIDTH = 35;
const HEAD_WIDTH = 7;
const MEANINGS = 7;
/** Where a token's embedding says what it means, how frequent it is and what kind of word it is; where a position's says what it is. */
const [MEANING, FREQUENCY, KIND, PLACE, NOISE] = [0, 7, 8, 12, 18];
const KINDS = ["NOUN", "VERB", "ADJ", "DET"];
const WAVES = [1, 3, 7].map((k) => (2 * Math.PI * k) / 29);

export interface Vocabulary {
  readonly size: number;
  readonly meaning: readonly number[];
  readonly kind: readonly number[];
  /** How likely each token is, up to a factor. */
  readonly weight: readonly number[];
}

/** Tokens of random meanings and kinds; each is rarer than the one before it. */
export function vocabularyOf(size: number, seed: string): Vocabulary {
  const uniform = random(seed);
  const drawn = (count: number) => Array.from({ length: size }, () => Math.floor(uniform() * count));
  const weight = Array.from({ length: size }, (_, id) => 1 / (id + 3) ** 0.8);
  return { size, meaning: drawn(MEANINGS), kind: drawn(KINDS.length), weight };
}

/** Texts of random tokens, one token a word. */
export function randomTexts({ size, kind, weight }: Vocabulary, count: number, length: number, seed: string): Text[] {
  const uniform = random(seed);
  const total = weight.reduce((a, b) => a + b);
  const drawn = () => {
    let left = uniform() * total;
    const id = weight.findIndex((w) => (left -= w) < 0);
    return id < 0 ? size - 1 : id;
  };
  return Array.from({ length: count }, (_, t) => {
    const ids = Array.from({ length }, drawn);
    return textOfTokens(`${t}`, ids, (id) => KINDS[kind[id]!]!);
  });
}

/** A text of one token a word, of parts of speech that its tokens have. */
export function textOfTokens(id: string, ids: readonly number[], kindOf: (id: number) => string): Text {
  const words = ids.map((token, w) => ({ form: `w${token}`, start: 5 * w, end: 5 * w + 4, upos: kindOf(token) }));
  return {
    sentence: { id, text: words.map(({ form }) => form.padEnd(4)).join(" "), words },
    ids: Int32Array.from(ids),
    tokens: words.map(({ form }) => form),
    wordOf: Int32Array.from(ids, (_, i) => i),
    special: ids.map(() => false),
    punctuation: words.map(({ upos }) => upos === "PUNCT"),
  };
}

/** The planted model of a family: `bert` sees both ways, `gpt2` back. */
export function plantedModel(family: "bert" | "gpt2", vocabulary: Vocabulary, seed = 1): Transformer {
  const heads = [PLANTED.length];
  const config: TransformerConfig = {
    ...fixtureConfig(family),
    ...{ vocabulary: vocabulary.size, width: WIDTH, headWidth: HEAD_WIDTH, heads, keyValueHeads: heads },
  };
  const weights = mapTree<Transformer["weights"]>(
    initialize<object>(transformerParameters(config), seed),
    (leaf: Tensor, path) => {
      if (path === "embeddings.tokens") return embeddings(vocabulary, seed);
      if (path === "embeddings.positions") return positions(leaf.shape[0]!);
      const part = /^layers\.0\.attention\.(wq|wk|bq|bk)$/.exec(path)?.[1];
      if (part === "wq" || part === "wk") return projection(part);
      return part === "bq" ? queryBias() : part === "bk" ? tensor(new Float32Array(leaf.data.length), leaf.shape) : leaf;
    },
  );
  return { config, weights };
}

function embeddings({ size, meaning, kind, weight }: Vocabulary, seed: number): Tensor {
  const noise = normals(random(`${seed}/noise`), size * WIDTH);
  const logs = weight.map(Math.log);
  const mean = logs.reduce((a, b) => a + b) / size;
  return tensor(
    Float32Array.from({ length: size * WIDTH }, (_, at) => {
      const [id, m] = [Math.floor(at / WIDTH), at % WIDTH];
      if (m === MEANING + meaning[id]!) return 1;
      if (m === FREQUENCY) return 0.5 * (logs[id]! - mean);
      if (m === KIND + kind[id]!) return 0.7;
      return m >= NOISE ? 0.15 * noise[at]! : 0;
    }),
    [size, WIDTH],
  );
}

/** Waves, so that the position before is a turn away. */
const positions = (rows: number): Tensor =>
  tensor(
    Float32Array.from({ length: rows * WIDTH }, (_, at) => {
      const [i, k] = [Math.floor(at / WIDTH), (at % WIDTH) - PLACE];
      if (k < 0 || k >= 2 * WAVES.length) return 0;
      const angle = WAVES[k >> 1]! * i;
      return 0.6 * (k % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    }),
    [rows, WIDTH],
  );

/** Which numbers of a state each head reads as a query or as a key: [m, h, d]. */
function projection(part: "wq" | "wk"): Tensor {
  const out = new Float32Array(WIDTH * PLANTED.length * HEAD_WIDTH);
  const set = (head: (typeof PLANTED)[number], m: number, d: number, value: number) => {
    out[(m * PLANTED.length + headOf(head)) * HEAD_WIDTH + d] = value;
  };
  for (let k = 0; k < MEANINGS; k++) set("meaning", MEANING + k, k, 1.2);
  for (const k of KINDS.keys()) set("same kind", KIND + k, k, 1.5);
  set("as frequent", FREQUENCY, 0, 1.5);
  if (part === "wk") set("rare", FREQUENCY, 0, -1.5);
  for (const [k, wave] of WAVES.entries()) {
    // a query turned back by one place meets the key before it
    const [cos, sin] = part === "wq" ? [Math.cos(wave), Math.sin(wave)] : [1, 0];
    const [x, y] = [PLACE + 2 * k, PLACE + 2 * k + 1];
    set("previous", x, 2 * k, 3 * cos);
    set("previous", y, 2 * k, 3 * sin);
    set("previous", x, 2 * k + 1, -3 * sin);
    set("previous", y, 2 * k + 1, 3 * cos);
  }
  return tensor(out, [WIDTH, PLANTED.length, HEAD_WIDTH]);
}

/** The head for rare words asks the same of every key. */
function queryBias(): Tensor {
  const out = new Float32Array(PLANTED.length * HEAD_WIDTH);
  out[headOf("rare") * HEAD_WIDTH] = 3;
  return tensor(out, [PLANTED.length, HEAD_WIDTH]);
}
