import { describe, expect, it } from "vitest";
import { gridText, patternText, reportText } from "../../../src/view/terminal/terminal.ts";
import { deep, type FakeModel, fakeLabel, fakeReport, fakeSites, fakeTranslation, single, small, uneven } from "../fake.ts";

const models: [string, FakeModel][] = Object.entries({ small, deep, uneven, single });
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one.
const bare = (text: string) => text.replace(/\u001b\[[\d;]*m/g, "").replace(/ +$/gm, "");
const widest = (text: string) =>
  Math.max(
    ...bare(text)
      .split("\n")
      .map((line) => [...line].length),
  );
const places = (model: FakeModel) =>
  model.heads.flatMap((heads, layer) => Array.from({ length: heads }, (_, head) => `${layer}.${head}`));

describe.each(models)("the %s model in the terminal", (_, model) => {
  const texts = model.texts.map((tokens) => fakeSites(model, tokens));
  const report = fakeReport(model);
  const labels = (head: string) => {
    const [layer, h] = head.split(".").map(Number);
    return fakeLabel(model, layer!, h!);
  };

  it.each([40, 80, 120])("fits %i columns", (columns) => {
    for (const color of [true, false]) {
      for (const text of texts) {
        expect(widest(gridText(text, { columns, color, labels }))).toBeLessThanOrEqual(columns);
        if (columns >= 80) expect(widest(patternText(text[0]!, 0, { columns, color }))).toBeLessThanOrEqual(columns);
      }
      if (columns >= 80) expect(widest(reportText(report, { columns, color }))).toBeLessThanOrEqual(columns);
    }
  });

  it("shows every head once, in order", () => {
    const names = [...gridText(texts[0]!, { columns: 80, color: false }).matchAll(/(?<=^|\s)\d+\.\d+(?=\s|$)/gm)].map(String);
    expect(names.slice(0, -3)).toEqual(places(model));
  });

  it("writes no escapes without colour, and with colour the same report", () => {
    const plain = reportText(report, { columns: 80, color: false });
    expect(plain).toBe(bare(plain));
    expect(bare(reportText(report, { columns: 80, color: true }))).toBe(plain);
  });
});

it("a long text is reduced by its largest weights and still fits", () => {
  const tokens = Array.from({ length: 128 }, (_, i) => small.texts[1]![i % 21]!);
  const text = fakeSites(small, tokens);
  expect(widest(gridText(text, { columns: 80, color: false }))).toBeLessThanOrEqual(80);
  expect(widest(patternText(text[2]!, 3, { columns: 80, color: false }))).toBeLessThanOrEqual(80);
});

it("a pattern names the strongest key of each query", () => {
  const tokens = ["[CLS]", "cat", "Ġsat"];
  const patterns = [Float32Array.of(1, 0, 0, 0.5, 0.3, 0.2, 0.1, 0.62, 0.28)];
  expect(
    patternText({ site: "0", rows: tokens, columns: tokens, patterns }, 0, { columns: 80, color: false }),
  ).toMatchInlineSnapshot(`
    "Head 0.0

          [
          C
          L c s
          S a a
          ] t t
    [CLS] ██      → [CLS] 1.00
      cat ▓▓▒▒▒▒  → [CLS] 0.50
      sat ░░▓▓▒▒  → cat   0.62

    weight [░] 0.06 [▒] 0.25 [▓] 0.56 [█] 1"
  `);
});

it("a translation is drawn with queries down and keys across", () => {
  const target = ["<pad>", "zwei", "Hunde"];
  const [encoder, , cross] = fakeTranslation(2, ["two", "dogs", "run", "now", "</s>"], target);
  const grid = gridText([cross!], { columns: 40, color: false }).split("\n");
  expect(grid.slice(0, 2)).toEqual(["source: two dogs run now </s>", "target: <pad> zwei Hunde"]);
  expect(grid[3]).toBe("cross.0.0  cross.0.1");
  expect(grid.slice(4).indexOf("")).toBe(3);
  expect(gridText([encoder!], { columns: 40, color: false })).toMatch(/^two dogs run now <\/s>\n/);
  const head = patternText(cross!, 1, { columns: 80, color: false });
  expect(head.split("\n").filter((line) => line.includes("→"))).toEqual(
    target.map((token) => expect.stringMatching(new RegExp(`^ *${token} .+→ (two|dogs|run|now|</s>) `))),
  );
});

it("a report is summed up", () => {
  expect(reportText(fakeReport(uneven), { columns: 80, color: false })).toMatchInlineSnapshot(`
    "fake/all-MiniLM-L6  sha256 9f2c4be1d07a
    BertModel · 4 layers · 11 heads · 22,713,216 parameters
    on builtin:sample: 512 sentences, 9,874 tokens · headwise 0.1.0, seed 1

    Labels
      POS positional         3   DEL delimiter          1   DUP duplicate-token    1
      SUB sub-word           2   SYN syntactic          1    –  unclassified       1
      PRV previous-token     1   RAR rare-token         1

    Manners of attention (independent of labels)
      fst first-position     3   brd broad              2   lst last-position      1

    Heads
             0   1   2   3   4   5   6
        0   POS DEL PRV
        1   no heads
        2   SUB SUB POS lst SYN DUP POS
        3   RAR

    Layers (means over heads)
      layer  entropy  distance  confidence  norm  diversity
          0     0.49       3.2        0.65  1.18       0.42
          1        –         –           –     –          –
          2     0.76       5.9        0.53  1.62       0.53
          3     0.69       7.6        0.44  2.27          –

    Relations (sorted by lead over the best rule without a tree)
      relation                 head    accuracy [95%]  rule        p
      det head → dependent      2.2  0.77 [0.74–0.80]  0.35  < 0.001
      obl head → dependent      2.6  0.74 [0.71–0.77]  0.36  < 0.001
      aux dependent → head      0.1  0.56 [0.53–0.59]  0.23  < 0.001
      amod head → dependent     0.0  0.77 [0.74–0.80]  0.44  < 0.001
      case head → dependent     2.2  0.89 [0.86–0.92]  0.57  < 0.001
      nmod head → dependent     0.2  0.50 [0.47–0.53]  0.20  < 0.001
      nsubj head → dependent    2.2  0.74 [0.71–0.77]  0.48  < 0.001
      cop head → dependent      0.1  0.52 [0.49–0.55]  0.27  < 0.001
      advmod head → dependent   2.6  0.81 [0.78–0.84]  0.59  < 0.001
      cc head → dependent       2.1  0.49 [0.46–0.52]  0.27  < 0.001
      advmod dependent → head   3.0  0.70 [0.67–0.73]  0.49  < 0.001
      nsubj dependent → head    2.2  0.58 [0.55–0.61]  0.39  < 0.001

    Nearest twins (√JS, 0 … 0.83)
      2.2    2.6    0.128
      0.0    2.1    0.311
      2.0    3.0    0.326
      2.0    2.5    0.328
      2.5    3.0    0.398

    Notes
      - 3 texts were skipped because of more than 128 tokens, the model's maximum
      - Norm-weighted scores ignore that parts of f(x) may cancel <each other> out.

    12.4 s, 700 MiB peak, 796 tokens/s"
  `);
});
