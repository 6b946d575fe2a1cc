/** Broken treebanks by the thousand: sentences, or one clear line, and steps in proportion to their length. */
import { describe, expect, it } from "vitest";
import { parseConllu } from "../../src/corpus/conllu.ts";
import { parsePlain } from "../../src/corpus/plain.ts";
import { SAMPLE_CONLLU } from "../../src/corpus/sample.ts";
import { InputError } from "../../src/run/errors.ts";
import { type Dice, dice, FUZZ_CASES, mutateText } from "./mutate.ts";

const SENTENCES = SAMPLE_CONLLU.split("\n\n").slice(0, 40);
const RANGE =
  "1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n1\tdo\t_\tAUX\t_\t_\t0\troot\t_\t_\n2\tn't\t_\tPART\t_\t_\t1\tadvmod\t_\t_\n2.1\tgo\t_\t_\t_\t_\t_\t_\t_\t_\n";
const CELLS = [
  "_",
  "0",
  "-1",
  "1.5",
  "1-2",
  "2-1",
  "1-99999999999999999999",
  "nsubj outer",
  "a|b",
  "__proto__",
  "x".repeat(5000),
];

/** A treebank with cells, lines or characters changed. */
function broken(d: Dice): string {
  let text = `${d.pick(SENTENCES)}\n\n${d.roll() < 0.5 ? RANGE : d.pick(SENTENCES)}\n\n`;
  for (let n = d.below(3); n >= 0; n--) {
    const lines = text.split("\n");
    const [at, cells] = [d.below(lines.length), [] as string[]];
    cells.push(...lines[at]!.split("\t"));
    cells[d.below(cells.length)] = d.pick(CELLS);
    lines[at] = cells.join("\t");
    text = d.roll() < 0.5 ? lines.join("\n") : mutateText(text, d);
  }
  return text;
}

it("a broken treebank is sentences whose words lie in their text, or one clear line", () => {
  for (let k = 0; k < FUZZ_CASES; k++) {
    const text = broken(dice(`conllu ${k}`));
    try {
      for (const { text: own, words } of parseConllu(text, "t").sentences) {
        for (const { start, end, head } of words) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(own.length + 1);
          expect(head!).toBeLessThan(words.length);
        }
      }
    } catch (error) {
      if (!(error instanceof InputError) || error.message.includes("\n")) throw error;
    }
  }
});

const word = (id: number, head: number) => `${id}\ta\t_\tX\t_\t_\t${head}\t${head ? "dep" : "root"}\t_\t_\n`;
const joined = (n: number, line: (k: number) => string) => Array.from({ length: n }, (_, k) => line(k + 1)).join("");

function seconds(run: () => void): number {
  const times = [0, 1, 2].map(() => {
    const begun = performance.now();
    run();
    return performance.now() - begun;
  });
  return Math.min(...times) / 1000;
}

describe("eight times the text takes no more than in proportion, with slack", () => {
  it.each([
    ["a chain of heads", (n: number) => joined(n / 20, (k) => word(k, k - 1))],
    ["a chain that ends in a cycle", (n: number) => joined(n / 20, (k) => word(k, k === n / 20 ? 1 : k + 1))],
    [
      "ranges",
      (n: number) =>
        joined(
          n / 80,
          (k) => `${2 * k - 1}-${2 * k}\taa\t_\t_\t_\t_\t_\t_\t_\t_\n${word(2 * k - 1, 2 * k - 2)}${word(2 * k, 1)}`,
        ),
    ],
    ["comments", (n: number) => `${"# a = b\n".repeat(n / 8)}${word(1, 0)}`],
    ["sentences", (n: number) => `${word(1, 0)}\n`.repeat(n / 25)],
  ])("of a treebank: %s", (_, text) => {
    const run = (n: number) => {
      const content = text(n);
      return seconds(() => {
        try {
          parseConllu(content, "t");
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      });
    };
    run(50_000);
    expect(run(400_000)).toBeLessThan(8 * 4 * (run(50_000) + 0.02));
  });

  it("of plain text: the characters that are counted as tokens", () => {
    const counted = (n: number): number => {
      let characters = 0;
      const count = (text: string) => {
        characters += text.length;
        return text.length / 4;
      };
      parsePlain("One sentence here. ".repeat(n / 19), "t", n / 8, count);
      return characters;
    };
    expect(counted(80_000)).toBeLessThan(2 * 2 * counted(40_000));
  });
});
