/** Reading of `report.json` of any version. */
import { isRecord, mapValues } from "../../params/keyed.ts";
import { type Report, reportSchema } from "./schema.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * Parses a report of schema 1 or 2. What schema 1 says in a sentence becomes data where the sentence has it (`z`, a relation with its
 * rule) and stays a note of code `text` where not. Throws a `ZodError` if the file is no report.
 */
export function parseReport(json: unknown): Report {
  return reportSchema.parse(isRecord(json) && json.schema === "headwise.report/1" ? migrated(json) : json);
}

/** Changes what has the form of schema 1; the parser reports the rest. */
const migrated = (report: Json): Json => ({
  ...report,
  schema: "headwise.report/2",
  heads: Array.isArray(report.heads)
    ? report.heads.map((head: unknown) => (isRecord(head) ? migratedHead(head) : head))
    : report.heads,
  notes: Array.isArray(report.notes) ? report.notes.map((text: unknown) => ({ code: "text", text })) : report.notes,
});

const migratedHead = (head: Json): Json => ({
  ...head,
  scores: isRecord(head.scores) ? mapValues(head.scores, (score) => (isRecord(score) ? scoreOf(score) : score)) : head.scores,
});

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
