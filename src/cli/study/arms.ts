/** `headwise study NAME` for studies of arms: runs what is missing, and writes the result and its page. */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { clearAsides } from "../../load/files/aside.node.ts";
import { writeTogether, writeWhole } from "../../load/files/write.node.ts";
import { nodeRuntime } from "../../run/ort.node.ts";
import { adaptiveStudy } from "../../study/arms/adaptive.ts";
import { type ArmKey, type ArmModel, type ArmStudy, type ArmStudyHooks, runArmStudy } from "../../study/arms/arm-study.ts";
import { byHandStudy } from "../../study/arms/by-hand.ts";
import { headDropoutStudy } from "../../study/arms/head-dropout.ts";
import { mixtureStudy } from "../../study/arms/mixture.ts";
import { elementsModule } from "../../view/page/elements.node.ts";
import { plural } from "../../view/page/numbers.ts";
import { armFindings, armPage } from "../../view/study/arm-page.ts";
import { wrappedNote } from "../../view/terminal/terminal-table.ts";
import { claimFolder } from "../read/files.ts";
import type { RunOptions } from "../read/options.ts";
import { type JsonOption, prepareJson } from "../terminal/json.ts";
import { nextCommand } from "../terminal/next.ts";
import { terminal } from "../terminal/output.ts";
import { createProgress } from "../terminal/progress.ts";

export interface StudyOptions extends JsonOption {
  readonly quick?: boolean;
  readonly out?: string;
}

/** The studies of arms by name. */
export const ARM_STUDIES: Readonly<Record<string, (quick: boolean) => ArmStudy>> = {
  "head-dropout": headDropoutStudy,
  mixture: mixtureStudy,
  "by-hand": byHandStudy,
  adaptive: adaptiveStudy,
};

/** Runs the study called `name`. */
export async function studyArms(
  name: string,
  make: (quick: boolean) => ArmStudy,
  options: RunOptions & StudyOptions,
): Promise<void> {
  const study = make(options.quick ?? false);
  const out = options.out ?? join("runs", options.quick ? `${name}-quick` : name);
  const write = await prepareJson(options, [], { own: true });
  const open = () => nodeRuntime({ device: options.device, threads: options.threads });
  const first = await open(); // a wrong device or number of threads is refused before anything is written
  const { threads } = first;
  await first.release();
  const progress = createProgress();
  try {
    const kept = await keepModels(out, study, threads);
    const again = `headwise study ${name}${options.quick ? " --quick" : ""}${options.out === undefined ? "" : ` --out ${options.out}`}`;
    await claimFolder(out, () => `stopped with ${plural(kept.count(), "model")} finished; resume with: ${again}`);
    const result = await runArmStudy(study, open, {
      ...{ threads, ...kept },
      progress: ({ arm, seed }, share) => progress.update(`${arm}, seed ${seed}`, share),
    });
    progress.stop();
    await writeTogether([
      [join(out, "result.json"), `${JSON.stringify(result)}\n`],
      [join(out, "study.html"), armPage(result, await elementsModule())],
    ]);
    const { found, notFound } = armFindings(result);
    const { columns } = terminal();
    const section = (title: string, texts: readonly string[]) => [
      title,
      ...texts.flatMap((text) => wrappedNote(text, columns)),
    ];
    await write({
      data: result,
      text: () => [...section("Found:", found), "", ...section("Not found:", notFound)].join("\n"),
      wrote: [join(out, "study.html"), join(out, "result.json")],
      next: options.quick ? nextCommand("study", [name]) : undefined,
    });
  } finally {
    progress.stop();
  }
}

/** Stores the measurements of single models by the study's design. */
async function keepModels(
  out: string,
  { design }: ArmStudy,
  threads: number,
): Promise<Omit<ArmStudyHooks, "threads"> & { count(): number }> {
  const { settings, name } = design;
  const id = createHash("sha256").update(JSON.stringify({ name, settings, threads })).digest("hex").slice(0, 12);
  const parts = join(out, "parts", id);
  await mkdir(parts, { recursive: true });
  await clearAsides(parts);
  let count = 0;
  const pathOf = ({ arm, seed }: ArmKey) => join(parts, `${arm}-${seed}.json`);
  return {
    async known(key) {
      const text = await readFile(pathOf(key), "utf8").catch(() => "");
      try {
        const model = JSON.parse(text) as ArmModel;
        count++;
        return model;
      } catch {
        return undefined; // missing or damaged: computed again
      }
    },
    async done(model) {
      await writeWhole(pathOf(model), `${JSON.stringify(model)}\n`);
      count++;
    },
    count: () => count,
  };
}
