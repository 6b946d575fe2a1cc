/** A report that was written before, read for the labels of a model's heads. */
import { z } from "zod";
import { headName } from "../../models/head-names.ts";
import { InputError, messageOf } from "../../run/errors.ts";
import { requireSameModel } from "./join-importance.ts";
import { parseReport } from "./migrate.ts";
import type { AnyModelDescription, Label, Report } from "./schema.ts";

/** Parses `report.json`; throws `InputError` with the file `where` and the problem. */
export function readReport(text: string, where: string): Report {
  const advice = "give the report.json of headwise report";
  try {
    return parseReport(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw new InputError(`${where}: not valid JSON (${messageOf(error)}); ${advice}`);
    const [{ path, message } = { path: [], message: error.message }] = error.issues;
    throw new InputError(`${where}: "${path.join(".") || "the whole"}": ${message}; ${advice}`);
  }
}

/** Returns each head's strongest label by its name. Throws `InputError` if the report in `where` is for another model. */
export function labelsIn(report: Report, model: AnyModelDescription, where: string): ReadonlyMap<string, Label> {
  requireSameModel(report.model, model, where, "run headwise report on this model");
  return new Map(report.heads.map(({ layer, head, label }) => [headName(layer, head), label]));
}
