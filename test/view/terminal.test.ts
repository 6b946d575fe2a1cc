import { describe, expect, it } from "vitest";
import { gridText, patternText, reportText } from "../../src/view/terminal.ts";
import { deep, type FakeModel, fakeLabel, fakeReport, fakeText, fakeTexts, single, small, uneven } from "./fake.ts";

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
  const texts = fakeTexts(model);
  const report = fakeReport(model);
  const labels = (layer: number, head: number) => fakeLabel(model, layer, head);

  it.each([40, 80, 120])("fits %i columns", (columns) => {
    for (const color of [true, false]) {
      for (const text of texts) {
        expect(widest(gridText(text, { columns, color, labels }))).toBeLessThanOrEqual(columns);
        if (columns >= 80) expect(widest(patternText(text, 0, 0, { columns, color }))).toBeLessThanOrEqual(columns);
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
  const text = fakeText(small, tokens);
  expect(widest(gridText(text, { columns: 80, color: false }))).toBeLessThanOrEqual(80);
  expect(widest(patternText(text, 2, 3, { columns: 80, color: false }))).toBeLessThanOrEqual(80);
});

it("a pattern names the strongest key of each query", () => {
  const text = { tokens: ["[CLS]", "cat", "Ġsat"], patterns: [[Float32Array.of(1, 0, 0, 0.5, 0.3, 0.2, 0.1, 0.62, 0.28)]] };
  expect(patternText(text, 0, 0, { columns: 80, color: false })).toMatchInlineSnapshot(`
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

it("a report is summed up", () => {
  expect(reportText(fakeReport(uneven), { columns: 80, color: false })).toMatchInlineSnapshot(`
    "fake/all-MiniLM-L6  sha256 9f2c4be1d07a
    BertModel · 4 layers · 11 heads · 22.7M parameters
    on builtin:sample: 512 sentences, 9,874 tokens · headwise 0.1.0, seed 1

    Labels
      LST last-position      2   POS positional         1   RAR rare-token         1
      DUP duplicate-token    2   FST first-position     1   IND induction          1
      PRV previous-token     1   DEL delimiter          1    –  unclassified       1

    Heads
             0   1   2   3   4   5   6
        0   POS LST PRV
        1   no heads
        2   DUP DUP LST  –  DEL IND FST
        3   RAR

    Layers (means over heads)
      layer  entropy  distance  confidence  norm  diversity
          0     0.49       3.2        0.65  1.18       0.42
          1        –         –           –     –          –
          2     0.76       5.9        0.53  1.62       0.53
          3     0.69       7.6        0.44  2.27          –

    Relations (largest gain over the best fixed offset first)
      relation                 head    accuracy [95%]  offset        p
      conj head → dependent     2.2  0.69 [0.66–0.72]    0.25  < 0.001
      aux dependent → head      2.6  0.70 [0.67–0.73]    0.29  < 0.001
      case dependent → head     2.5  0.59 [0.56–0.62]    0.20  < 0.001
      obj head → dependent      2.6  0.58 [0.55–0.61]    0.21  < 0.001
      cc dependent → head       0.2  0.93 [0.90–0.96]    0.58  < 0.001
      cop head → dependent      2.3  0.84 [0.81–0.87]    0.49  < 0.001
      advmod dependent → head   0.0  0.77 [0.74–0.80]    0.44  < 0.001
      nsubj head → dependent    2.5  0.86 [0.83–0.89]    0.54  < 0.001
      advmod head → dependent   2.2  0.88 [0.85–0.91]    0.57  < 0.001
      cop dependent → head      0.2  0.50 [0.47–0.53]    0.20  < 0.001
      amod dependent → head     2.0  0.70 [0.67–0.73]    0.42  < 0.001
      mark dependent → head     2.5  0.52 [0.49–0.55]    0.25  < 0.001

    Nearest twins (√JS, 0 … 0.83)
      0.1    2.2    0.081
      2.0    2.1    0.217
      2.1    2.3    0.310
      2.3    3.0    0.322
      2.0    2.3    0.324

    Notes
      - Texts longer than 128 tokens were cut.
      - Norm-weighted scores ignore that parts of f(x) may cancel <each other> out.

    12.4 s, 700 MiB peak, 796 tokens/s"
  `);
});
