/** What a sweep measures of every trained model. */
import { nearest } from "../load/files/nearest.ts";
import { isRecord } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";
import type { TrainConfig } from "../train/config.ts";

/** A measure with its settings. */
export type Measuring =
  | { readonly kind: "loss" }
  | { readonly kind: "bleu"; readonly source: string; readonly reference: string; readonly beam: number }
  | { readonly kind: "report" };

/** A number of a trained model. */
export interface MeasureInfo {
  readonly title: string;
  readonly unit: string;
  /** The better direction; absent if neither is. */
  readonly better?: "lower" | "higher";
  readonly digits: number;
}

/** The numbers that measures give, by name; the number of heads with a label is `heads.LABEL`. */
const INFOS: Readonly<Record<string, MeasureInfo>> = {
  loss: { title: "Held-out loss", unit: "nats per target", better: "lower", digits: 3 },
  bitsPerByte: { title: "Held-out bits per byte", unit: "bits per byte", better: "lower", digits: 3 },
  bleu: { title: "BLEU", unit: "BLEU, 0 to 100", better: "higher", digits: 2 },
};

/** Returns true if a number counts the heads with a label. */
export const isCount = (name: string): boolean => name.startsWith("heads.");

/** Describes a number by its name. */
export const measureInfo = (name: string): MeasureInfo =>
  INFOS[name] ?? { title: `Heads labeled ${name.replace(/^heads\./, "")}`, unit: "heads", digits: 1 };

const KINDS = ["loss", "bleu", "report"] as const;

/**
 * Reads the measures of a plan: `"loss"` (with bits per byte where the text's bytes are known), `{"bleu": {"source", "reference",
 * "beam"}}` or `"report"`. Throws `InputError`.
 */
export function readMeasures(json: unknown, { task }: Pick<TrainConfig, "task">, where: string): Measuring[] {
  if (!Array.isArray(json) || json.length === 0)
    throw new InputError(`${where}: "measure" is ${JSON.stringify(json)}; list measures, such as ["loss"]`);
  const read = (json as readonly unknown[]).map((one) => readMeasure(one, where));
  const kinds = read.map(({ kind }) => kind);
  const twice = kinds.find((kind, k) => kinds.indexOf(kind) !== k);
  if (twice) throw new InputError(`${where}: "measure" lists "${twice}" twice; remove one`);
  if (kinds.includes("bleu") && task !== "translation")
    throw new InputError(`${where}: "bleu" measures translations, but the task is "${task}"; remove it`);
  if (kinds.includes("report") && task === "translation")
    throw new InputError(`${where}: "report" reads text of one language, but the task is "translation"; remove it`);
  return read;
}

function readMeasure(json: unknown, where: string): Measuring {
  const [name, given] = isRecord(json) && Object.keys(json).length === 1 ? Object.entries(json)[0]! : [json, {}];
  const kind = KINDS.find((one) => one === name);
  if (kind === undefined)
    throw new InputError(
      `${where}: there is no measure ${JSON.stringify(name)}; did you mean "${nearest(String(name), KINDS)}"?`,
    );
  if (!isRecord(given)) throw new InputError(`${where}: the settings of "${kind}" are not an object; correct them`);
  const known = { loss: [], bleu: ["source", "reference", "beam"], report: [] }[kind] as readonly string[];
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new InputError(
      `${where}: "${kind}" has no setting "${unknown}"; ${known.length === 0 ? "remove it" : `it has ${known.map((key) => `"${key}"`).join(", ")}`}`,
    );
  const whole = (key: string, fallback: number): number => {
    const value = given[key] ?? fallback;
    if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
    throw new InputError(`${where}: "${kind}.${key}" is ${JSON.stringify(value)}; set it to a whole number above 0`);
  };
  if (kind !== "bleu") return { kind };
  const { source, reference } = given;
  if (typeof source !== "string" || typeof reference !== "string")
    throw new InputError(`${where}: "bleu" needs "source" and "reference"; set them to files with one sentence per line`);
  return { kind, source, reference, beam: whole("beam", 4) };
}
