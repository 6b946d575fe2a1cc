/** The output of `headwise importance`, and its parser. */
import { z } from "zod";
import { isRecord } from "../../params/keyed.ts";
import { InputError, messageOf } from "../../run/errors.ts";
import { type AnyModelDescription, anyModelSchema, corpusSchema, estimateSchema, judgementSchema } from "../report/schema.ts";
import type { Gating } from "./gating.ts";
import { ROLES } from "./gating-roles.ts";
import type { Importance } from "./importance.ts";
import { ABLATIONS, METHODS, type Method } from "./methods.ts";

/** `headwise.importance/1` */
export interface ImportanceReport extends Importance {
  readonly schema: "headwise.importance/1";
  readonly headwise: string;
  readonly seed: number;
  readonly model: AnyModelDescription;
  readonly corpus: { readonly id: string; readonly sha256: string };
  /** The roles of heads by causal gating, if it was asked for. */
  readonly gating?: Gating;
  /** Notes on pooling and on truncated or skipped texts. */
  readonly notes?: readonly string[];
  readonly seconds: number;
}

const method = z.enum(METHODS);
/** Null if all scores are equal, since they have no order. */
const rho = z.partialRecord(method, z.number().nullable());

const share = z.number().min(0).max(1);
const gating = z.object({
  lambda: z.number(),
  updates: z.number().int(),
  masks: z.number().int(),
  threshold: z.number(),
  agreement: share,
  heads: z.array(
    z.object({
      ...{ name: z.string(), role: z.enum(ROLES), agreement: share },
      ...{ facilitating: share, interfering: share, irrelevant: share },
    }),
  ),
});

/** The schema of `importance.json`. */
export const importanceSchema = z.object({
  schema: z.literal("headwise.importance/1"),
  headwise: z.string(),
  seed: z.number().int(),
  model: anyModelSchema,
  corpus: corpusSchema.pick({ id: true, sha256: true }),
  task: z.object({
    name: z.string(),
    measure: z.string(),
    better: z.enum(["lower", "higher"]),
    examples: z.number().int(),
  }),
  quality: estimateSchema,
  ablation: z.enum(ABLATIONS),
  range: z.number().optional(),
  heads: z.array(
    z.object({ name: z.string(), scores: z.partialRecord(method, estimateSchema), judgement: judgementSchema.optional() }),
  ),
  gating: gating.optional(),
  stability: rho,
  agreement: rho,
  notes: z.array(z.string()).optional(),
  seconds: z.number(),
});

/** Returns a head's score by a method that was measured. */
export function scoreBy<E>(scores: Readonly<Partial<Record<Method, E>>>, method: Method): E {
  const score = scores[method];
  if (score === undefined) throw new Error(`internal: importance was not measured by ${method}`);
  return score;
}

/** `importance.json` as stored. */
export type WrittenImportance = z.infer<typeof importanceSchema>;

/** Parses `importance.json`; throws `InputError` with the file `where` and the problem. */
export function parseImportance(text: string, where: string): WrittenImportance {
  const json = jsonOf(text, where);
  const result = importanceSchema.safeParse(json, {
    error: ({ input }) => (input === undefined ? "it is missing" : undefined),
  });
  if (result.success) return result.data;
  const [{ path, message } = { path: [], message: result.error.message }] = result.error.issues;
  const found = path[0] === "schema" ? kindOf(json) : `"${path.join(".") || "the whole"}": ${message}`;
  throw new InputError(`${where}: ${found}; give an importance.json that this version of headwise importance wrote`);
}

function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${where}: not valid JSON (${messageOf(error)}); give the importance.json of headwise importance`);
  }
}

const kindOf = (json: unknown): string => {
  const schema = isRecord(json) ? json.schema : undefined;
  return `its schema is ${schema === undefined ? "missing" : JSON.stringify(schema)}, not "headwise.importance/1"`;
};
