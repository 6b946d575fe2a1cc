/** A report joined with the output of `headwise importance` for the same model. */
import type { TransformerConfig } from "../../models/config.ts";
import { headName } from "../../models/head-names.ts";
import { InputError } from "../../run/errors.ts";
import type { WrittenImportance } from "../importance/importance-report.ts";
import { METHODS, type Method } from "../importance/methods.ts";
import { rounded } from "../observe/describe.ts";
import type { AnyModelDescription, HeadReport, Report } from "./schema.ts";

type Heads = WrittenImportance["heads"];

/**
 * Throws `InputError` if the importance in `where` is not for this model, or lacks one of its heads or scores. The model's name
 * may differ: weights, architecture and heads are compared.
 */
export function requireImportanceOf(importance: WrittenImportance, model: Report["model"], where: string): void {
  requireSameModel(importance.model, model, where, "run headwise importance on this model");
  requireHeads(importance.heads, model.heads, where);
}

/** Throws `InputError` with `advice` if what is in `where`, for the model `other`, is not for this one. */
export function requireSameModel(other: AnyModelDescription, model: AnyModelDescription, where: string, advice: string): void {
  if (identity(other) === identity(model)) return;
  const [found, asked] = [other, model].map(({ id, sha256 }) => `${id} (sha256 ${sha256.slice(0, 12)})`);
  throw new InputError(`${where} is for ${found}, not for ${asked}; ${advice}`);
}

/** Throws `InputError` if the importance in `where` cannot be for a model with this configuration. */
export function requireImportanceFor(importance: WrittenImportance, config: TransformerConfig, where: string): void {
  const { id, sha256, ...other } = importance.model;
  const found = JSON.stringify([other.architecture, other.family === "encoder-decoder" || other.heads]);
  if (found !== JSON.stringify([config.architecture, config.heads])) {
    throw new InputError(
      `${where} is for ${id} (sha256 ${sha256.slice(0, 12)}), whose architecture or heads differ from this model's; run headwise importance on this model`,
    );
  }
  requireHeads(importance.heads, config.heads, where);
}

/** Identifies a model independent of its name; equal weights may be divided into other heads. */
const identity = (model: AnyModelDescription): string =>
  JSON.stringify([model.sha256, model.architecture, model.family === "encoder-decoder" || model.heads]);

function requireHeads(heads: Heads, counts: readonly number[], where: string): void {
  const names = counts.flatMap((count, layer) => Array.from({ length: count }, (_, head) => headName(layer, head)));
  const found = heads.map(({ name }) => name);
  const again = "write the file again with headwise importance";
  const lost = names.find((name) => !found.includes(name));
  if (lost !== undefined) throw new InputError(`${where}: head ${lost} is missing; ${again}`);
  const surplus = found.find((name, k) => !names.includes(name) || found.indexOf(name) < k);
  if (surplus !== undefined)
    throw new InputError(`${where}: head ${surplus} is not in the model, or is listed twice; ${again}`);
  const methods = methodsOf(heads);
  if (methods.length === 0) throw new InputError(`${where}: its heads have no scores; ${again}`);
  for (const { name, scores } of heads) {
    const none = methods.find((method) => !scores[method]);
    if (none) throw new InputError(`${where}: head ${name} has no score of ${none}, which other heads have; ${again}`);
  }
}

const methodsOf = (heads: Heads): Method[] => METHODS.filter((method) => heads.some(({ scores }) => scores[method]));

/**
 * Returns the report with `task`, and with `importance` of every head. `where` names the importance in errors. Throws
 * `InputError` if the two are not for the same model, or a head is missing.
 */
export function withImportance(report: Report, importance: WrittenImportance, where = "the importance"): Report {
  requireImportanceOf(importance, report.model, where);
  const { task, corpus, quality, ablation, heads, range, gating } = importance;
  const exact = heads.every(({ judgement }) => judgement);
  const byName = new Map(heads.map((head) => [head.name, head]));
  const roles = new Map(gating?.heads.map(({ name, role, agreement }) => [name, { role, agreement: rounded(agreement) }]));
  return {
    ...report,
    task: { ...task, corpus, quality: roundedAll(quality), ...(exact && { ablation, range }) },
    heads: report.heads.map((head) => {
      const name = headName(head.layer, head.head);
      const [found, role] = [byName.get(name), roles.get(name)];
      if (!found) throw new Error("internal: the importance lacks a head that it was checked to have");
      const { scores, judgement } = found;
      return { ...head, importance: importanceOf(scores), ...(judgement && { judgement }), ...(role && { role }) };
    }),
    notes: exact ? report.notes : [...report.notes, { code: "no-ablation" }],
  };
}

const importanceOf = (scores: Heads[number]["scores"]): NonNullable<HeadReport["importance"]> =>
  Object.fromEntries(METHODS.flatMap((method) => (scores[method] ? [[method, roundedAll(scores[method])]] : [])));

const roundedAll = <T extends Readonly<Record<string, number>>>(numbers: T): T =>
  Object.fromEntries(Object.entries(numbers).map(([key, x]) => [key, rounded(x)])) as T;
