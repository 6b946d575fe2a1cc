/** `headwise train`: trains a model on the user's text, from scratch or from a checkpoint. */

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { readWhole } from "../corpus/text.node.ts";
import { parseJson } from "../load/format/json.ts";
import { asRecord, isRecord } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import { readTrainConfig, type TrainConfig } from "../train/config.ts";
import type { Evaluation } from "../train/run.ts";
import { type SessionResult, trainSession } from "../train/run-folder/session.node.ts";
import { plural } from "../view/page/numbers.ts";
import type { CommonOptions } from "./read/options.ts";
import { isJsonAlone, type JsonOption, type Output, prepareJson } from "./terminal/json.ts";
import { nextCommand } from "./terminal/next.ts";
import { createPace, type Pace } from "./terminal/pace.ts";
import { INTERRUPTED, onSignal } from "./terminal/signals.ts";

export interface TrainOptions extends Omit<CommonOptions, "seed">, JsonOption {
  /** Set only if it was given, since the configuration has its own seed. */
  readonly seed?: number;
  readonly text?: string;
  readonly name?: string;
  readonly resume?: string;
  readonly runs: string;
  readonly tensorboard?: boolean;
  readonly steps?: number;
  readonly width?: number;
  readonly heads?: number;
  readonly layers?: number;
  readonly learningRate?: number;
}

export async function train(file: string | undefined, options: TrainOptions): Promise<void> {
  const { resume } = options;
  if (resume !== undefined && options.name !== undefined)
    throw new InputError(`--resume ${resume} continues the run of this name; remove --name`);
  const { config, where } = await configOf(file, options);
  const name =
    resume ?? options.name ?? (file ? basename(file).replace(/\.json$/, "") : basename(options.text!).replace(/\..*$/, ""));
  if (!/^[\w.-]+$/.test(name))
    throw new InputError(`--name ${name} is not a valid name; use only letters, digits, ".", "-" and "_"`);
  const path = join(options.runs, name);
  const write = await prepareJson(options, [], { own: true });
  const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
  const pace = createPace(config.steps, isJsonAlone(options));
  const stop = stopOnSignal(pace);
  try {
    const result = await trainSession(runtime, config, where, {
      path,
      resume: resume !== undefined,
      tensorboard: options.tensorboard,
      warn: (message) => pace.say(`warning: ${message}`),
      begin: ({ parameters, from, epoch }) => {
        const once = epoch === undefined ? "" : `, ${plural(Math.ceil(epoch), "step")} per epoch`;
        pace.begin(from, `${path}: ${parameters.toLocaleString("en")} parameters, ${plural(config.steps, "step")}${once}`);
      },
      hooks: {
        onStep: (report) => pace.step(report),
        onEvaluation: (evaluation) => pace.say(evaluationText(evaluation)),
        stopping: () => stop.asked,
      },
    });
    pace.end();
    await report(result, config.task, path, name, options, write);
  } finally {
    stop.release();
    pace.end();
    await runtime.release();
  }
}

/** Reads the configuration from the resumed run, the file, or the defaults; command-line options take precedence. */
async function configOf(file: string | undefined, options: TrainOptions): Promise<{ config: TrainConfig; where: string }> {
  if (options.resume !== undefined && file === undefined) {
    const path = join(options.runs, options.resume, "config.json");
    const text = await readFile(path, "utf8").catch(() => {
      throw new InputError(`${path}: there is no run of this name to resume; see the folder ${options.runs}`);
    });
    // options that would change the configuration are kept here: the session refuses them by name
    const { config } = parse(text, path);
    return { config: readTrainConfig(withOptions(asRecord(config), options), path, naming(options)), where: path };
  }
  if (file === undefined && options.text === undefined)
    throw new InputError("train needs a configuration or a text; pass a configuration file or --text FILE");
  const where = file ?? "train --text";
  const json = file === undefined ? {} : parse(await readWhole(file), file);
  return { config: readTrainConfig(withOptions(json, options), where, naming(options)), where };
}

/** The options that set a key of the configuration, as they are typed, and the path of the key. */
const SETTINGS = [
  { option: "text", typed: "--text", path: ["data", "text"] },
  { option: "layers", typed: "--layers", path: ["model", "layers"] },
  { option: "width", typed: "--width", path: ["model", "width"] },
  { option: "heads", typed: "--heads", path: ["model", "heads"] },
  { option: "learningRate", typed: "--learning-rate", path: ["optimizer", "learningRate"] },
  { option: "steps", typed: "--steps", path: ["steps"] },
  { option: "seed", typed: "--seed", path: ["seed"] },
] as const satisfies readonly {
  readonly option: keyof TrainOptions;
  readonly typed: string;
  readonly path: readonly [string, string?];
}[];

/** Returns a function that names a key as the user gave it: by the option that sets it, or by its path. */
const naming =
  (options: TrainOptions) =>
  (key: string): string =>
    SETTINGS.find(({ option, path }) => options[option] !== undefined && path.join(".") === key)?.typed ?? `"${key}"`;

type Json = Readonly<Record<string, unknown>>;

function parse(text: string, file: string): Json {
  const json = parseJson(text, file);
  if (isRecord(json)) return json;
  throw new InputError(`${file} is not a configuration; write a JSON object, such as {"data": {"text": "my.txt"}}`);
}

/** Applies the command-line options to the configuration. */
function withOptions(json: Json, options: TrainOptions): Json {
  const size = (["layers", "width", "heads"] as const).find((name) => options[name] !== undefined);
  if (size && json.from !== undefined)
    throw new InputError(`--${size} is a size of a new model, but "from" continues a model; remove one of them`);
  const config: Record<string, unknown> = { ...json };
  for (const {
    option,
    path: [first, second],
  } of SETTINGS) {
    const value = options[option];
    if (value === undefined) continue;
    config[first] = second === undefined ? value : { ...asRecord(config[first]), [second]: value };
  }
  return config;
}

const DEFAULT_RUNS = "runs";

function evaluationText({ step, loss, perplexity, bitsPerByte }: Evaluation): string {
  const bits = bitsPerByte === undefined ? "" : `, ${bitsPerByte.toFixed(3)} bits per byte`;
  return `step ${step}: held-out loss ${loss.toFixed(4)} nats per token, perplexity ${perplexity.toFixed(2)}${bits}`;
}

async function report(
  { outcome, progress, model }: SessionResult,
  task: TrainConfig["task"],
  path: string,
  name: string,
  { runs }: TrainOptions,
  write: (output: Output) => Promise<void>,
): Promise<void> {
  const data = { outcome, model, ...progress };
  const next = task === "translation" ? "translate" : "report";
  if (outcome === "stopped") {
    const where = runs === DEFAULT_RUNS ? "" : ` --runs ${runs}`;
    await write({ data, text: () => `stopped at step ${progress.step}; resume with: headwise train --resume ${name}${where}` });
  } else {
    const best = progress.best && `, best held-out loss ${progress.best.loss.toFixed(4)} at step ${progress.best.step}`;
    const early = outcome === "no better" ? " (early stopping)" : "";
    const text = () => `done after ${progress.step} steps${early}${best ?? ""}`;
    const wrote = [...(model === undefined ? [] : [model]), join(path, "result.json")];
    await write({ data, text, wrote, next: model && nextCommand(next, [model], next === "translate" ? { text: "TEXT" } : {}) });
  }
  if (outcome === "stopped") process.exitCode = INTERRUPTED;
}

/** The first signal makes the run write a checkpoint and end; the second ends the process. */
function stopOnSignal(pace: Pace) {
  const state = { asked: false, release: () => {} };
  state.release = onSignal(() => {
    if (state.asked) process.exit(INTERRUPTED);
    state.asked = true;
    pace.say("stopping after this step to write a checkpoint (interrupt again to stop at once)");
  });
  return state;
}
