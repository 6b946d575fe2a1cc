/** Text generation with a language model, token by token, with the same cache as translation. */
import { input, type Value } from "../../graph/value.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { type DecoderParameters, decoder, decoderParameters } from "../../models/decoder.ts";
import type { Transformer } from "../../models/transformer.ts";
import { chain } from "../../nn/probe.ts";
import { reshape } from "../../ops/layout.ts";
import { random } from "../../params/random.ts";
import { byPath, declare } from "../../params/tree.ts";
import { InputError } from "../../run/errors.ts";
import { type Program, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, int64, type Tensor } from "../../run/tensor.ts";
import { type Cache, emptyPast, growing, keepSelf, nextPast, prefixed, windowed } from "./cache.ts";

/** All settings of generation: a language model's `generation_config.json` is not read. */
export interface GenerateOptions {
  /** The maximum number of tokens to add. */
  readonly count: number;
  /** 0 selects the most probable token; otherwise logits are divided by it before sampling. Default 1. */
  readonly temperature?: number;
  /** Samples among this many of the most probable tokens; default: all. */
  readonly topK?: number;
  readonly seed?: number;
  /** The token to stop after. */
  readonly end?: number;
}

/** The programs of a language model: one reads a prompt, one advances by a token. */
export interface Generator {
  /** Returns the ids that follow the prompt `ids`. Throws `InputError` if they do not fit the model. */
  generate(ids: readonly number[], options: GenerateOptions): Promise<number[]>;
}

/** Continues `ids` once; `createGenerator` serves many prompts. */
export const generate = (
  runtime: Runtime,
  model: Transformer,
  ids: readonly number[],
  options: GenerateOptions,
): Promise<number[]> => createGenerator(runtime, model).generate(ids, options);

/** Creates a generator for the decoder family (GPT-2, Llama and others). */
export function createGenerator(runtime: Runtime, model: Transformer): Generator {
  const { config } = model;
  if (config.family !== "decoder") {
    throw new InputError(`a ${config.architecture} model cannot generate text; use a causal language model (GPT-2, Llama …)`);
  }
  const weights = byPath(model.weights);
  const p = declare<DecoderParameters>(decoderParameters(config));
  const reading = readingGraph(config, p);
  const { outputs, cache } = stepGraph(config, p);
  return {
    async generate(ids, options) {
      check(config, ids, options);
      const step = await runtime.compile(outputs, { weights });
      const past = await readPrompt(ids.slice(0, -1), cache, () => runtime.compile(reading, { weights }));
      return goOn({ step, cache, past }, ids, options);
    },
  };
}

/** Returns the keys and values of a prompt of one row. */
function readingGraph(config: TransformerConfig, p: DecoderParameters): Record<string, Value> {
  const kept = new Map<string, Value>();
  decoder(config, p, { ids: input("ids", [1, "sequence"], "int64") }, keepSelf(kept));
  return prefixed("present.", kept);
}

function stepGraph(config: TransformerConfig, p: DecoderParameters) {
  const past = input("past", [], "int64");
  const cache = growing(input("from", ["batch"], "int64"));
  const ids = input("ids", ["batch", 1], "int64");
  const probe = chain(cache.probe, windowed(config.windows ?? [], past));
  const logits = decoder(config, p, { ids, past }, probe).logits!;
  return { cache, outputs: { logits: reshape(logits, ["batch", config.vocabulary]), ...prefixed("present.", cache.present) } };
}

/** Returns the feeds for the past after a prompt, which may be empty. */
async function readPrompt(ids: readonly number[], cache: Cache, compile: () => Promise<Program>): Promise<Feeds> {
  if (ids.length === 0 || cache.past.size === 0) return emptyPast(cache, 1);
  return nextPast(cache, await (await compile()).run({ ids: int64(ids, [1, ids.length]) }));
}

type Feeds = Readonly<Record<string, Tensor>>;

interface State {
  readonly step: Program;
  readonly cache: Cache;
  readonly past: Feeds;
}

async function goOn({ step, cache, past: before }: State, ids: readonly number[], options: GenerateOptions): Promise<number[]> {
  const { count, temperature = 1, topK = Number.POSITIVE_INFINITY, seed = 1, end } = options;
  const uniform = random(`${seed}/generate`);
  const made: number[] = [];
  let past = before;
  while (made.length < count && (made.length === 0 || made.at(-1) !== end)) {
    const token = made.at(-1) ?? ids.at(-1)!;
    const place = { from: int64([0]), past: int64([ids.length - 1 + made.length], []) };
    const got = await step.run({ ids: int64([token], [1, 1]), ...place, ...past });
    made.push(draw(floats(tensorAt(got, "logits")), temperature, topK, uniform));
    past = nextPast(cache, got);
  }
  return made;
}

/**
 * Samples a token from softmax(logits / temperature) over the `topK` most probable ones; takes the best one at temperature 0.
 */
function draw(logits: Float32Array, temperature: number, topK: number, uniform: () => number): number {
  if (temperature === 0) return logits.reduce((best, x, k) => (x > logits[best]! ? k : best), 0);
  const order = Array.from(logits, (logit, token) => ({ token, logit })).sort((a, b) => b.logit - a.logit || a.token - b.token);
  const best = order.slice(0, topK);
  const most = best[0]?.logit ?? 0;
  const drawn = best.map(({ token, logit }) => ({ token, weight: Math.exp((logit - most) / temperature) }));
  let left = uniform() * drawn.reduce((sum, { weight }) => sum + weight, 0);
  const found = drawn.find(({ weight }) => (left -= weight) < 0) ?? drawn.at(-1);
  if (!found) throw new Error("internal: there is no token to draw");
  return found.token;
}

function check(config: TransformerConfig, ids: readonly number[], { count, temperature = 1, topK = 1 }: GenerateOptions): void {
  const odd = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < config.vocabulary));
  if (ids.length === 0) throw new InputError("the prompt is empty; give at least one token, such as the start of text");
  if (odd !== undefined) throw new InputError(`the prompt has the id ${odd}; use ids from 0 to ${config.vocabulary - 1}`);
  if (!(Number.isInteger(count) && count >= 0)) throw new InputError(`the count is ${count}; give a whole number from 0`);
  if (!(temperature >= 0 && temperature < Number.POSITIVE_INFINITY))
    throw new InputError(`the temperature is ${temperature}; give a number from 0`);
  if (!(topK >= 1)) throw new InputError(`topK is ${topK}; give a number from 1`);
  if (ids.length + count > config.maxPositions) {
    throw new InputError(
      `a prompt of ${ids.length} tokens and ${count} more exceed the model's ${config.maxPositions} positions; shorten the prompt or generate fewer tokens`,
    );
  }
}
