/** A synthetic report of importance, and synthetic curves. */
import type { ImportanceReport } from "../../src/heads/importance/importance-report.ts";
import { METHODS, type Method } from "../../src/heads/importance/methods.ts";
import type { ModelDescription } from "../../src/heads/report/schema.ts";
import type { Choice } from "../../src/prune/choices.ts";
import type { CurveReport } from "../../src/prune/curve-report.ts";
import { judgementOf } from "./joined-importance.ts";

const around = (value: number, half: number) => ({ value, low: value - half, high: value + half });
const COMMON = {
  headwise: "0.1.0",
  seed: 1,
  model: { id: "made <up> & small" },
  corpus: { id: "pairs.csv", sha256: "0f".repeat(32) },
  seconds: 12.4,
} as const;
/** Two layers of three heads. */
const MODEL: ModelDescription = {
  ...{ ...COMMON.model, family: "encoder", architecture: "bert", layers: 2, width: 24, parameters: 4321 },
  ...{ sha256: "5e".repeat(32), heads: [3, 3], keyValueHeads: [3, 3] },
};

/** Head k of each attention has the importance `worth(k)` ± 0.15 by every method. */
export function madeImportance(
  worth: (head: number) => number,
  methods: readonly Method[] = METHODS,
  heads: readonly string[] = ["0.0", "0.1", "0.2", "1.0", "1.1", "1.2"],
): ImportanceReport {
  const byMethod = <T>(f: (method: Method) => T, of = methods) => Object.fromEntries(of.map((method) => [method, f(method)]));
  return {
    ...COMMON,
    schema: "headwise.importance/1",
    model: MODEL,
    task: { name: "similarity", measure: "Spearman’s ρ × 100", better: "higher", examples: 31 },
    quality: around(71.5, 2),
    ablation: "zero",
    ...(methods.includes("ablation") && { range: 20 }),
    heads: heads.map((name, k) => ({
      name,
      scores: byMethod(() => around(worth(k), 0.15)),
      ...(methods.includes("ablation") && { judgement: judgementOf(around(worth(k), 0.15)) }),
    })),
    stability: byMethod(() => 0.9),
    agreement: methods.includes("ablation")
      ? byMethod(
          () => 0.4,
          methods.filter((method) => method !== "ablation"),
        )
      : {},
  };
}

/** Quality falls from 70 by 2 for each of nine heads that goes; a method is 0.5 worse than the one before it. */
export function madeCurves(methods: readonly Choice[], counts: readonly number[] = [2, 5, 7, 9]): CurveReport {
  return {
    ...COMMON,
    schema: "headwise.curve/1",
    task: { name: "similarity", measure: "Spearman’s ρ × 100", better: "higher", examples: 31 },
    quality: around(70, 1),
    curves: methods.map((method, m) => ({
      method,
      order: method === "random" ? [] : Array.from({ length: 9 }, (_, k) => `${k % 2}.${k >> 1}`),
      points: counts.map((removed) => ({
        ...{ removed, share: removed / 10 },
        quality: around(70 - 2 * removed - m / 2, 1.5),
        loss: around(2 * removed + m / 2, 5),
      })),
      leaves: 0.5,
    })),
  };
}
