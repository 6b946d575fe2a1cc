/** `headwise study`: runs an experiment and writes its result and page; an interrupted one resumes. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createWorld, worldDocuments } from "../../corpus/world/document.ts";
import { WORLD_SPECIAL, worldTokenizer } from "../../corpus/world/tokenizer.ts";
import { clearAsides } from "../../load/files/aside.node.ts";
import { writeTogether, writeWhole } from "../../load/files/write.node.ts";
import { writeFolder } from "../../load/files/write-folder.node.ts";
import { writeSafetensors } from "../../load/format/safetensors-write.ts";
import { hubTensors } from "../../load/save.ts";
import { type DecoderParameters, decoderParameters } from "../../models/decoder.ts";
import { ownValue } from "../../params/keyed.ts";
import { filled } from "../../params/tree.ts";
import { InputError } from "../../run/errors.ts";
import { nodeRuntime } from "../../run/ort.node.ts";
import type { Tensor } from "../../run/tensor.ts";
import { hubConfigOf, modelConfigOf, type RunKey, STUDIES, type StudyConfig } from "../../study/arms.ts";
import type { ModelResult, TrainedModel } from "../../study/model-run.ts";
import { oneOrMany, type StudyResult } from "../../study/one-or-many.ts";
import { elementsModule } from "../../view/page/elements.node.ts";
import { plural } from "../../view/page/numbers.ts";
import { findings } from "../../view/study/findings.ts";
import { studyPage } from "../../view/study/study-page.ts";
import { wrappedNote } from "../../view/terminal/terminal-table.ts";
import { claimFolder } from "../read/files.ts";
import type { RunOptions } from "../read/options.ts";
import { prepareJson } from "../terminal/json.ts";
import { nextCommand } from "../terminal/next.ts";
import { terminal } from "../terminal/output.ts";
import { createProgress } from "../terminal/progress.ts";
import { ARM_STUDIES, type StudyOptions, studyArms } from "./arms.ts";

export async function study(name: string, options: RunOptions & StudyOptions): Promise<void> {
  const arms = ownValue(ARM_STUDIES, name);
  if (arms) return studyArms(name, arms, options);
  if (name !== "one-or-many")
    throw new InputError(`there is no study "${name}"; choose one of one-or-many, ${Object.keys(ARM_STUDIES).join(", ")}`);
  const plan: StudyConfig = options.quick ? STUDIES.quick : STUDIES.full;
  const out = options.out ?? join("runs", options.quick ? `${name}-quick` : name);
  const write = await prepareJson(options, [], { own: true });
  const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
  const progress = createProgress();
  try {
    const kept = await keepParts(out, plan, runtime.threads);
    await claimFolder(out, () => interrupted(kept.count(), options));
    const result = await oneOrMany(runtime, plan, {
      ...kept,
      open: () => nodeRuntime({ device: options.device, threads: options.threads }),
      progress: ({ arm, heads, seed }, share) => progress.update(`${arm}, ${plural(heads, "head")}, seed ${seed}`, share),
    });
    progress.stop();
    await writeTogether([
      [join(out, "result.json"), `${JSON.stringify(result)}\n`],
      [join(out, "study.html"), studyPage(result, await elementsModule())],
    ]);
    await write({
      data: result,
      text: () => text(result, terminal().columns),
      wrote: [join(out, "study.html"), join(out, "result.json")],
      next: options.quick ? nextCommand("study", [name]) : nextCommand("lab", []),
    });
  } finally {
    progress.stop();
    await runtime.release();
  }
}

function interrupted(models: number, { quick, out }: StudyOptions): string {
  const again = `headwise study one-or-many${quick ? " --quick" : ""}${out === undefined ? "" : ` --out ${out}`}`;
  return `stopped with ${plural(models, "model")} finished; resume with: ${again}`;
}

function text({ study, summary }: StudyResult, columns: number): string {
  const { found, notFound } = findings(study, summary);
  const section = (title: string, sentences: readonly string[]) => [
    title,
    ...sentences.flatMap((sentence) => wrappedNote(sentence, columns)),
  ];
  return [...section("Found:", found), "", ...section("Not found:", notFound)].join("\n");
}

/** Stores the results of single models by plan and world, each with its model as a directory. */
export async function keepParts(out: string, plan: StudyConfig, threads: number) {
  const world = worldDocuments("any", 20);
  const id = createHash("sha256").update(JSON.stringify({ plan, threads, world })).digest("hex").slice(0, 12);
  const parts = join(out, "parts", id);
  await clearAsides(parts);
  let count = 0;
  const nameOf = ({ arm, heads, seed }: RunKey) => `${arm}-${heads}-${seed}`;
  return {
    async known(key: RunKey): Promise<ModelResult | undefined> {
      const result = parseResult(await readFile(join(parts, `${nameOf(key)}.json`), "utf8").catch(() => ""));
      if (result) count++;
      return result;
    },
    async done(key: RunKey, result: ModelResult, model: TrainedModel): Promise<void> {
      await writeFolder(join(parts, nameOf(key)), modelFiles(plan, key, model));
      await writeWhole(join(parts, `${nameOf(key)}.json`), `${JSON.stringify(result)}\n`);
      count++;
    },
    /** The number of models stored so far. */
    count: () => count,
  };
}

/** Returns undefined for a damaged result, so that it is computed again. */
function parseResult(json: string): ModelResult | undefined {
  try {
    return JSON.parse(json) as ModelResult;
  } catch {
    return undefined;
  }
}

function modelFiles(plan: StudyConfig, { heads }: RunKey, { weights }: TrainedModel): [string, string | Uint8Array][] {
  const world = createWorld();
  const vocabulary = world.words.length + WORLD_SPECIAL.length;
  const config = modelConfigOf(plan, heads, vocabulary);
  const tree = filled<DecoderParameters<Tensor>>(decoderParameters(config), weights);
  return [
    ["config.json", `${JSON.stringify(hubConfigOf(plan, heads, vocabulary), null, 2)}\n`],
    ["tokenizer.json", `${JSON.stringify(worldTokenizer(world))}\n`],
    ["model.safetensors", writeSafetensors(hubTensors(config, tree))],
  ];
}
