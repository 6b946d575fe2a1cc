/** `headwise prune`: a model without some of its heads, proved equal to the masked one, in a folder. */
import { createHash } from "node:crypto";
import { writeFolder } from "../load/write.node.ts";
import { type AnyConfig, sitesOf } from "../models/sites.ts";
import { countParameters } from "../params/tree.ts";
import { type CutCheck, checkCut } from "../prune/check.ts";
import { type AnyModel, cutHeads, padHeads } from "../prune/cut.ts";
import { checkVacant, openForCutting } from "../prune/folder.node.ts";
import { keptWithout, readHeads } from "../prune/heads-list.ts";
import { onnxFiles } from "../prune/onnx.ts";
import { modelFiles, type Opened, wholeConfig } from "../prune/opened.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import { VERSION } from "../version.ts";
import { count, plural } from "../view/numbers.ts";
import { readContent } from "./corpus.ts";
import type { CommonOptions } from "./options.ts";
import { createProgress } from "./progress.ts";
import { textsToCheck } from "./prune-texts.ts";

export interface PruneOptions {
  readonly heads: string;
  readonly out: string;
  readonly text?: string;
  readonly padded?: boolean;
  readonly onnx?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Float32 rounding of sums in another order stays far below this share of the largest number. */
const LIMIT = 1e-4;

export async function prune(model: string, options: CommonOptions & PruneOptions): Promise<void> {
  await checkVacant(options.out, options.force ?? false);
  const content = await readContent(options);
  const progress = createProgress();
  try {
    const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
    const opened = await openForCutting(model, {
      progress: (done, total, file) => progress.update(`fetching ${file}`, total ? done / total : 0),
    });
    const { checkpoint: whole } = opened;
    const removed = readHeads(options.heads, whole.config);
    const kept = keptWithout(whole.config, removed);
    const cut = cutHeads(whole, kept);
    const { texts, id } = textsToCheck(content, options, whole);
    const source = { id, sha256: createHash("sha256").update(content).digest("hex") };
    const check = await checkCut(runtime, whole, kept, cut, texts, (share) => progress.update("checking", share));
    await runtime.release();
    if (!(check.states <= LIMIT * check.scale)) {
      throw new Error(`the cut model differs from the masked one by ${check.states}: nothing was written; please report this`);
    }
    const record = recordOf(opened, cut, { options, model, check, source });
    const files = modelFiles(opened, options.padded ? padHeads(cut, wholeConfig(opened)) : cut);
    if (options.onnx) for (const [name, bytes] of onnxFiles(cut)) files.set(`onnx/${name}`, bytes);
    files.set("prune.json", `${JSON.stringify(record, null, 2)}\n`);
    await writeFolder(options.out, files);
    progress.stop();
    process.stdout.write(options.json ? `${JSON.stringify(record)}\n` : `${summary(record, options)}\n`);
  } finally {
    progress.stop();
  }
}

interface Facts {
  readonly options: PruneOptions & CommonOptions;
  readonly model: string;
  readonly check: CutCheck;
  readonly source: object;
}

const headCount = (config: AnyConfig): number => sitesOf(config).reduce((sum, { heads }) => sum + heads, 0);

/** `prune.json`: where every head came from, and what was checked. */
function recordOf(opened: Opened, cut: AnyModel, { options, model, check, source }: Facts) {
  const { checkpoint: whole, pruned } = opened;
  return {
    schema: "headwise.prune/1",
    headwise: VERSION,
    model,
    method: "list",
    removed: options.heads.split(",").map((head) => head.trim()),
    originalHeads: cut.config.originalHeads,
    padded: options.padded ?? false,
    heads: { before: headCount(whole.config), after: headCount(cut.config) },
    parameters: { before: countParameters(whole.weights), after: countParameters(cut.weights) },
    check: { corpus: source, ...check },
    ...(pruned !== undefined && { before: pruned }),
  };
}

const tiny = (x: number): string => (x === 0 ? "0" : x.toExponential(1));

function summary(
  { heads, parameters, check, removed }: ReturnType<typeof recordOf>,
  { out, padded, onnx }: PruneOptions,
): string {
  const share = Math.round((100 * (parameters.before - parameters.after)) / parameters.before);
  const logits = check.logits === undefined ? "" : `, of logits ${tiny(check.logits)}`;
  return [
    `Cut ${plural(removed.length, "head")} of ${heads.before}; ${heads.after} are left.`,
    `Parameters: ${count(parameters.before)} → ${count(parameters.after)} (−${share}%).`,
    `Cut equals masked on ${plural(check.texts, "text")} (${count(check.tokens)} tokens): the largest difference of states is ${tiny(check.states)}${logits}.`,
    "",
    `wrote ${out}${padded ? ", padded with zeros to its old size" : ""}${onnx ? ", with ONNX files" : ""}`,
  ].join("\n");
}
