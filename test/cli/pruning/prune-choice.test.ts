/** Which heads go, from the options of a command. */
import { describe, expect, it } from "vitest";
import { type ChoiceOptions, checkChoice, selectionOf } from "../../../src/cli/pruning/prune-choice.ts";
import type { AnyCheckpoint } from "../../../src/load/any-checkpoint.ts";
import { listedHeads } from "../../../src/prune/heads-list.ts";
import { type Adds, toyModel } from "../../prune/toy.ts";

const model = toyModel([Array.from({ length: 7 }, (_, k): Adds => [0, (k + 1) / 10])]) as unknown as AnyCheckpoint;
const listed = (heads: string) => selectionOf({ heads, method: "ablation", seed: 1 }, model);

describe("ways to choose", () => {
  const base = { method: "ablation", seed: 1 } as const;

  it.each<[Partial<ChoiceOptions>, string | undefined, string | undefined]>([
    [{ heads: "0.1" }, undefined, undefined],
    [{ heads: "0.1" }, "similarity", undefined],
    [{ fraction: 0.3 }, "similarity", undefined],
    [{ maxLoss: 1 }, "similarity", undefined],
    [{ fraction: 0.3 }, undefined, "pass --task NAME"],
    [{}, "similarity", "prune needs exactly one selection of heads"],
    [{ heads: "0.1", maxLoss: 1 }, "similarity", "prune needs exactly one selection of heads"],
    [{ fraction: 0.3, maxLoss: 1 }, "similarity", "prune needs exactly one selection of heads"],
    [{ lambda: 0.1, method: "gates" }, "similarity", undefined],
    [{ lambda: 0.1, method: "gates", gateSteps: 9 }, "similarity", undefined],
    [{ fraction: 0.3, method: "gates", gateSteps: 9 }, "similarity", undefined],
    [{ lambda: 0.1, method: "gates" }, undefined, "pass --task NAME"],
    [{ lambda: 0.1, fraction: 0.3, method: "gates" }, "similarity", "prune needs exactly one selection of heads"],
    [{ lambda: 0.1 }, "similarity", "--lambda belongs to --method gates; pass --method gates, or remove it"],
    [{ fraction: 0.3, gateSteps: 9 }, "similarity", "--gate-steps belongs to --method gates"],
    [{ heads: "0.1", method: "gates", gateSteps: 9 }, "similarity", "--gate-steps belongs to --method gates"],
    [{ fraction: 0.3, method: "gates", rounds: 2 }, "similarity", "--rounds does not apply to --method gates"],
  ])("%j by %s", (options, task, message) => {
    const check = () => checkChoice({ ...base, ...options }, task);
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(message);
  });
});

it("gates select by λ, by a share or by a loss", () => {
  const gates = { method: "gates", seed: 1, gateSteps: 9 } as const;
  expect(selectionOf({ ...gates, lambda: 0.1 }, model)).toEqual({ lambda: 0.1, method: "gates", gateSteps: 9 });
  expect(selectionOf({ ...gates, fraction: 0.5 }, model)).toEqual({ fraction: 0.5, method: "gates", gateSteps: 9 });
  expect(selectionOf({ ...gates, maxLoss: 1 }, model)).toEqual({ maxLoss: 1, method: "gates", gateSteps: 9 });
});

it("a list says which heads, in its own order, and is checked against the model", () => {
  expect(listed("0.3, 0.1")).toEqual({ heads: "0.3, 0.1" });
  expect(listedHeads("0.3, 0.1", model.config)).toEqual({ kept: new Map([["0", [0, 2, 4, 5, 6]]]), removed: ["0.3", "0.1"] });
  expect(() => listed("0.7")).toThrow("there is no head 0.7; use 0.0 to 0.6");
  expect(() => listed("0.0,0.1,0.2,0.3,0.4,0.5,0.6")).toThrow("no head would be left");
});
