/**
 * The configuration of a training run: one JSON file, validated before anything runs; every key except the data has a default.
 */

import { z } from "zod";
import { featureKeys } from "../load/family/reading/feature-keys.ts";
import { nearest } from "../load/files/nearest.ts";
import { firstIssue } from "../load/format/json.ts";
import { show } from "../load/format/safetensors.ts";
import { routingFault } from "../nn/features/routing/routing.ts";
import { asRecord, valueAt } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";
import { headCount, headKeys, headPlan } from "./heads.ts";

const count = z
  .int()
  .positive()
  .max(2 ** 31 - 1);
/** An integer up to a limit, for sizes that are allocated at once. */
const upTo = (limit: number) => z.int().positive().max(limit);
const [LAYERS, WIDTH, TOKENS] = [1000, 1_000_000, 10_000_000];
const share = z.number().min(0).lt(1);

const data = z.strictObject({
  /** Plain text (.txt, .gz) or CoNLL-U, one file or several. */
  text: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  /** Held-out text; default: one of every `heldOut` documents of `text`, drawn by the seed. */
  validation: z.string().optional(),
  /** The end of a document. */
  documents: z.enum(["blank-line", "line"]).default("blank-line"),
  heldOut: count.min(2).default(20),
  /** The maximum bytes of text per file, uncompressed; default: 2 GiB. */
  textLimit: z.int().positive().optional(),
  /** Parallel text for translation: line n of one file corresponds to line n of the other. */
  source: z.string().optional(),
  target: z.string().optional(),
  validationSource: z.string().optional(),
  validationTarget: z.string().optional(),
  /** Built-in text instead of a file. */
  builtin: z.enum(["addresses", "english", "relations"]).optional(),
  /** The share of rows of running text whose first tokens are repeated to their end. */
  repeats: share.default(0),
});

const tokenizer = z.strictObject({
  vocabulary: upTo(TOKENS).default(4096),
  minFrequency: z.number().int().min(0).default(2),
  /** If true, a text begins as after a space, so that its first word is the token that it is elsewhere. */
  prefixSpace: z.boolean().default(false),
});

const model = z.strictObject({
  architecture: z.enum(["gpt2", "llama", "bert", "marian"]).optional(),
  layers: upTo(LAYERS).default(4),
  /** Layers of the decoder, for translation; default: same as `layers`. */
  decoderLayers: upTo(LAYERS).optional(),
  width: upTo(WIDTH).default(256),
  heads: headKeys.default(8),
  keyValueHeads: headCount.optional(),
  /** Width of the feed-forward layer; default: four times the width. */
  innerWidth: upTo(WIDTH).optional(),
  /** The maximum text length in tokens; default: what the batches need. */
  positions: upTo(TOKENS).optional(),
  activation: z.enum(["gelu", "gelu_new", "relu", "silu"]).optional(),
  /** Features of every attention (`AttentionFeatures`) but fixed heads, which are in `heads`; default: none. */
  attention: featureKeys.safeExtend({ fixed: z.never('list fixed heads in "model.heads"').optional() }).prefault({}),
  /** For translation: norms before the sub-layers instead of after the sums. */
  normFirst: z.boolean().default(false),
});

const schema = z.strictObject({
  task: z.enum(["causal", "masked", "translation"]).default("causal"),
  data,
  tokenizer: tokenizer.prefault({}),
  model: model.prefault({}),
  /** A model directory to continue from, with its own tokenizer, instead of `model` and `tokenizer`. */
  from: z.string().optional(),
  steps: count.default(2000),
  seed: z.number().int().min(0).default(1),
  batch: z
    .strictObject({
      /** Tokens per batch, including padding. */
      tokens: upTo(TOKENS).default(4096),
      /** Tokens per row of running text; longer sentences and translations are skipped. */
      length: upTo(TOKENS).min(2).default(128),
      /** The number of batches whose gradients are accumulated per step. */
      accumulate: count.default(1),
      buckets: count.default(6),
    })
    .prefault({}),
  optimizer: z
    .strictObject({
      learningRate: z.number().positive().default(1e-3),
      betas: z.tuple([share, share]).default([0.9, 0.98]),
      epsilon: z.number().positive().default(1e-9),
      weightDecay: z.number().min(0).default(0.01),
      clip: z.number().positive().nullable().default(1),
    })
    .prefault({}),
  schedule: z
    .strictObject({
      kind: z.enum(["transformer", "cosine", "constant"]).default("cosine"),
      warmup: z.number().int().min(0).default(100),
      floor: z.number().min(0).max(1).default(0.1),
    })
    .prefault({}),
  dropout: z
    .strictObject({
      residual: share.default(0),
      attention: share.default(0),
      /** The probability to drop a whole head, and its course over the run (`headDropoutRate`). */
      heads: share.default(0),
      schedule: z.enum(["constant", "v"]).default("constant"),
    })
    .prefault({}),
  labelSmoothing: share.default(0),
  /** The interval of evaluations and checkpoints in steps; the last step has one, too. */
  every: count.default(250),
  /** Stops after this many evaluations without improvement; default: never. */
  patience: count.optional(),
  /** The number of checkpoints to keep, in addition to the best one. */
  keep: count.default(3),
  /** The number of models to keep at log-spaced steps (`milestoneSteps`), from the untrained to the last one; default: none. */
  milestones: z.int().min(3).max(1000).optional(),
  /** The final model is the mean of this many last checkpoints; with `patience` it is the best one. */
  average: count.default(1),
});

/** A training configuration with all defaults filled in. */
export type TrainConfig = z.infer<typeof schema>;
/** A training configuration in which keys with a default may be omitted. */
export type TrainConfigInput = z.input<typeof schema>;

/**
 * Validates a configuration and fills in the defaults. `where` names it in errors. Throws `InputError` naming the key; for an
 * unknown key, suggests the nearest known one. `named` gives the name under which the caller's input has a key; default: its
 * path in the configuration.
 */
export function readTrainConfig(json: unknown, where: string, named = (path: string): string => `"${path}"`): TrainConfig {
  const result = schema.safeParse(json);
  if (!result.success) throw new InputError(`${where}: ${explain(firstIssue(result.error), json, named)}`);
  checkData(result.data, where);
  const { from, task, model: sizes } = result.data;
  if (from === undefined) {
    const { count } = headPlan(sizes.heads, task === "translation", where);
    checkHeadDropout(result.data, [count], where);
    checkRouting(sizes, count, where);
  }
  return result.data;
}

/** Throws if a mixture of heads does not fit the heads, or its experts cannot share one key/value head. */
function checkRouting({ attention: { routing }, keyValueHeads }: TrainConfig["model"], heads: number, where: string): void {
  if (!routing) return;
  const fault = routingFault(routing, heads);
  if (fault) throw new InputError(`${where}: "model.attention": ${fault}`);
  if (routing.kind === "moa" && (keyValueHeads ?? 1) !== 1)
    throw new InputError(
      `${where}: "model.keyValueHeads" is ${keyValueHeads}, but the heads of "moa" share one; remove it, or set it to 1`,
    );
}

function explain(found: z.core.$ZodIssue, json: unknown, named: (path: string) => string): string {
  const issue = inUnion(found, json);
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const known = keysAt(issue.path, json);
    const near = key.length > 80 ? known.join(", ") : [...issue.path, nearest(key, known)].join(".");
    return `there is no option ${show([...issue.path, key].join("."))}; did you mean "${near}"?`;
  }
  const given = valueAt(json, issue.path);
  const value = given === undefined ? "missing" : show(given);
  if (path === "data" && given === undefined) return '"data" is missing; set it, such as {"data": {"text": "my.txt"}}';
  const wanted = issue.message.replace(/^Invalid (input|option): /, "").replace(/, received [^,]*$/, "");
  return `${named(path || "the whole")} is ${value}; correct it (${wanted})`;
}

/** Returns the problem of a value of several forms: in the form that it has, unless the schema has a message of its own. */
function inUnion(issue: z.core.$ZodIssue, json: unknown): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const own = issue.errors.flat();
  const structured = typeof valueAt(json, issue.path) === "object";
  const unknown = own.find(({ code }) => code === "unrecognized_keys");
  const inside = structured ? (unknown ?? own.find(({ path }) => path.length > 0)) : undefined;
  const found = inside ?? (issue.message === "Invalid input" ? own[0] : undefined);
  return found ? inUnion({ ...found, path: [...issue.path, ...found.path] }, json) : issue;
}

interface Keys {
  readonly properties?: Readonly<Record<string, Keys>>;
  readonly anyOf?: readonly Keys[];
  /** The value of a key that has only one. */
  readonly const?: unknown;
  /** Alternatives, told apart by the values of their keys. */
  readonly oneOf?: readonly Keys[];
}

/** Returns the keys known at a path of the schema. */
function keysAt(path: readonly PropertyKey[], json: unknown): string[] {
  const form = (keys: Keys): Keys => keys.anyOf?.find(({ properties }) => properties) ?? keys;
  let at = form(z.toJSONSchema(schema, { io: "input" }) as Keys);
  for (const key of path) at = form(at.properties?.[String(key)] ?? {});
  const given = asRecord(valueAt(json, path));
  const fits = ({ properties = {} }: Keys) =>
    Object.entries(properties).every(([key, { const: only }]) => only === undefined || only === given[key]);
  return Object.keys((at.oneOf?.find(fits) ?? at).properties ?? {});
}

/** Throws if heads are dropped, but every attention has one head at most. */
export function checkHeadDropout({ dropout }: Pick<TrainConfig, "dropout">, heads: readonly number[], where: string): void {
  if (dropout.heads > 0 && heads.every((count) => count < 2))
    throw new InputError(
      `${where}: "dropout.heads" is ${dropout.heads}, but no layer has more than one head, and an only head is never dropped; set it to 0, or raise "model.heads"`,
    );
}

function checkData({ task, data: d, average, keep, from, model: m }: TrainConfig, where: string): void {
  const wanted = task === "translation" ? d.source && d.target : d.text || d.builtin;
  if (!wanted) {
    const needs = task === "translation" ? `"data.source" and "data.target"` : `"data.text" (or "data.builtin")`;
    throw new InputError(`${where}: the task "${task}" needs ${needs}; add the files`);
  }
  if (d.repeats > 0 && (task !== "causal" || d.builtin === "relations"))
    throw new InputError(
      `${where}: "data.repeats" is ${d.repeats}, but only the running text of the task "causal" has rows to repeat; set it to 0`,
    );
  if ((d.validationSource === undefined) !== (d.validationTarget === undefined))
    throw new InputError(`${where}: "data.validationSource" and "data.validationTarget" belong together; set both or neither`);
  if (average > keep)
    throw new InputError(`${where}: "average" is ${average}, but only ${keep} checkpoints are kept; raise "keep"`);
  const fitting = { causal: ["gpt2", "llama"], masked: ["bert"], translation: ["marian"] }[task];
  if (!from && m.architecture && !fitting.includes(m.architecture))
    throw new InputError(
      `${where}: the task "${task}" does not fit the architecture ${m.architecture}; choose ${fitting.join(" or ")}`,
    );
}
