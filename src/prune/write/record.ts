/** The record of a pruning run, as stored in `prune.json`. */

import type { AnyModel } from "../../models/any.ts";
import { headCount } from "../../models/sites.ts";
import { countParameters } from "../../params/tree.ts";
import type { Estimate } from "../../stats/bootstrap.ts";
import type { BleuComparison } from "../../tasks/bleu/bleu-compare.ts";
import type { Task } from "../../tasks/task.ts";
import { VERSION } from "../../version.ts";
import type { CutCheck } from "../check.ts";
import type { Choosing } from "../choosing.ts";
import type { CutPoint } from "../curve.ts";
import type { Savings } from "../measure.ts";
import type { Opened } from "./opened.ts";

/** The evaluation of a pruned model on a task. */
export interface Verdict {
  readonly task: Pick<Task, "name" | "measure" | "better" | "examples">;
  readonly corpus: { readonly id: string; readonly sha256: string };
  /** Notes on pooling and on truncated or skipped texts. */
  readonly notes?: readonly string[];
  readonly before: Estimate;
  readonly after: Pick<CutPoint, "quality" | "loss">;
  /** After recovery training. */
  readonly recovered?: Pick<CutPoint, "quality" | "loss"> & { readonly steps: number };
}

export interface Facts {
  readonly model: string;
  readonly command: string;
  readonly seed: number;
  readonly method: string;
  readonly steps?: number;
  readonly padded: boolean;
  readonly choosing: Choosing;
  /** `leftOut`: texts that the model cannot read. */
  readonly check: CutCheck & { readonly corpus: object; readonly leftOut?: number };
  readonly savings: Savings;
  readonly verdict?: Verdict;
  readonly bleu?: BleuComparison;
}

/** Builds `headwise.prune/1`: the origin of every head, and all measurements. */
export function recordOf({ checkpoint: whole, pruned, files, leftOut }: Opened, cut: AnyModel, facts: Facts) {
  const { model, command, seed, method, steps, padded, choosing, check, savings, verdict, bleu } = facts;
  const scores = choosing.order?.map(({ name, score }) => ({ heads: name, ...(Number.isFinite(score) && { score }) }));
  return {
    schema: "headwise.prune/1",
    headwise: VERSION,
    ...{ model, command, seed, method, ...(steps !== undefined && { steps }) },
    removed: choosing.removed,
    ...(scores && { scores }),
    ...(choosing.gates && { gates: { ...choosing.gates, kept: keptCounts(choosing) } }),
    originalHeads: cut.config.originalHeads,
    padded,
    heads: { before: headCount(whole.config), after: headCount(cut.config) },
    parameters: { before: countParameters(whole.weights), after: countParameters(cut.weights) },
    check,
    ...(verdict && { quality: verdict }),
    ...(bleu && { bleu: bleuOf(bleu) }),
    savings,
    files: { carried: [...files.keys()], leftOut: [...leftOut] },
    ...(pruned !== undefined && { before: pruned }),
  };
}

/** The number of heads that each attention keeps. */
const keptCounts = ({ kept }: Choosing) => Object.fromEntries([...kept].map(([site, heads]) => [site, heads.length]));

const bleuOf = ({ first, second, difference, low, high, p }: BleuComparison) => ({
  ...{ search: "greedy", before: first.score, after: second.score, difference, low, high, p },
});

export type PruneRecord = ReturnType<typeof recordOf>;
