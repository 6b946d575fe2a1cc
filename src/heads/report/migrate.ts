/** Reading of `report.json` of any version. */
import { type Report, reportSchema } from "./schema.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * Parses a report of schema 1 or 2. What schema 1 says in a sentence becomes data where the sentence has it (`z`, a relation with its
 * rule) and stays a note of code `text` where not. Throws a `ZodError` if the file is no report.
 */
export function parseReport(json: unknown): Report {
  const report = json as Json | null;
  return reportSchema.parse(report?.schema === "headwise.report/1" ? migrated(report) : json);
}

function migrated(report: Json): Json {
  const { heads, notes } = report as { heads?: readonly Json[]; notes?: readonly unknown[] };
  return {
    ...report,
    schema: "headwise.report/2",
    heads: heads?.map((head) => ({ ...head, scores: mapped(head.scores as Json, scoreOf) })),
    notes: notes?.map((text) => ({ code: "text", text })),
  };
}

const mapped = (record: Json, change: (value: Json) => Json): Json =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value as Json)]));

const RELATION = /^(\S+) (dependent-to-head|head-to-dependent), (?:offset ([+−]?\d+)|the (.+)) gives \d+%$/;

function scoreOf({ detail, ...score }: Json): Json {
  if (typeof detail !== "string") return score;
  const z = /^z = (\S+)$/.exec(detail)?.[1];
  if (z !== undefined) return { ...score, z: number(z) };
  const [, name, direction, offset, word] = RELATION.exec(detail) ?? [];
  if (name === undefined) return score;
  return { ...score, relation: { name, direction, rule: offset === undefined ? { word } : { offset: number(offset) } } };
}

const number = (text: string): number => Number(text.replace("−", "-"));
