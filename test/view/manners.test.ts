/** Labels and manners of attending apart, how surely a label is given again, and the relations of a head: on the page and in the terminal. */
import { parseHTML } from "linkedom";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureChromium } from "../../scripts/chromium.mjs";
import { type HeadReport, type Label, MANNERS, type Manner, type Report, type Score } from "../../src/heads/report/schema.ts";
import { countManners, isManner, mannerCode, shownAs } from "../../src/view/chart/colors.ts";
import { explanationOf } from "../../src/view/report/explain.ts";
import { reportPage } from "../../src/view/report/report-page.ts";
import { reportText } from "../../src/view/terminal/terminal.ts";
import { fakeReport, fakeTexts, uneven } from "./fake.ts";

type Named = readonly [labels: readonly Label[], manners: readonly Manner[]];
const NAMED: Readonly<Record<string, Named>> = {
  "0.0": [["induction"], ["sink", "first-position"]],
  "0.1": [["unclassified"], ["sink", "first-position"]],
  "0.2": [["unclassified"], []],
  "2.0": [["syntactic", "semantic"], []],
  "2.1": [["sub-word"], ["broad"]],
  "2.2": [["unclassified"], ["broad"]],
};

const plain = fakeReport(uneven);
const report: Report = {
  ...plain,
  heads: plain.heads.map((head) => {
    const [labels, manners] = NAMED[`${head.layer}.${head.head}`] ?? [["self"], []];
    return { ...head, label: labels[0]!, labels: [...labels], manners: [...manners] };
  }),
};
const { document } = parseHTML(reportPage(report, fakeTexts(uneven)));
const textOf = (selector: string) => document.querySelector(selector)!.textContent!.replace(/\s+/g, " ").trim();
const cell = (name: string) => document.querySelector(`.overview a[href="#head-${name.replace(".", "-")}"]`)!;
const scoreOf = (name: string, score: string): Score =>
  report.heads.find(({ layer, head }) => `${layer}.${head}` === name)!.scores[score]!;

describe("what stands for a head", () => {
  it("is its label, whatever its manner; of an unclassified head its first manner, if it has one", () => {
    expect(shownAs({ label: "induction", manners: ["sink"] })).toBe("induction");
    expect(shownAs({ label: "unclassified", manners: ["sink", "broad"] })).toBe("sink");
    expect(shownAs({ label: "unclassified", manners: [] })).toBe("unclassified");
    expect(shownAs({ label: "unclassified" })).toBe("unclassified");
  });

  it("manners have codes of their own, in small letters", () => {
    expect(new Set(MANNERS.map(mannerCode)).size).toBe(MANNERS.length);
    for (const manner of MANNERS) expect(mannerCode(manner)).toMatch(/^[a-z]{3}$/);
    expect([isManner("sink"), isManner("induction"), isManner("unclassified")]).toEqual([true, false, false]);
  });

  it("every manner that a head has counts, most frequent first", () => {
    expect(countManners(report.heads)).toEqual([
      ["first-position", 2],
      ["sink", 2],
      ["broad", 2],
    ]);
  });
});

describe("on the page", () => {
  it("the legend has labels and manners in two groups, with their numbers of heads", () => {
    const groups = [...document.querySelectorAll("#overview .legend")].map((group) => [
      group.getAttribute("aria-label"),
      [...group.querySelectorAll("button")].map((button) => [
        button.getAttribute("data-filter"),
        Number(button.querySelector(".number")!.textContent),
      ]),
    ]);
    expect(groups).toEqual([
      [
        "Filter heads by label",
        [
          ["self", 5],
          ["unclassified", 3],
          ["syntactic", 1],
          ["sub-word", 1],
          ["induction", 1],
        ],
      ],
      [
        "Filter heads by manner",
        [
          ["first-position", 2],
          ["sink", 2],
          ["broad", 2],
        ],
      ],
    ]);
  });

  it("without manners there is one group, and nothing is said of them", () => {
    const html = reportPage({ ...report, heads: report.heads.map((head) => ({ ...head, manners: [] })) }, []);
    const overview = parseHTML(html).document.querySelector("#overview")!;
    expect(overview.querySelectorAll(".legend")).toHaveLength(1);
    expect(overview.querySelector(".intro")!.textContent).not.toMatch(/manner/i);
    expect(textOf("#overview .intro")).toBe(
      "8 of 11 heads have a label; most frequent: self (5), syntactic (1), sub-word (1). Manners of attention, independent of labels: first-position (2), sink (2), broad (2). Select a label or a manner to highlight its heads, or a head to see its details.",
    );
  });

  it.each([
    ["0.0", "IND", "cell l-induction", "induction", "; manner: sink, first-position"],
    ["0.1", "snk", "cell l-unclassified manner", "unclassified", "; manner: sink, first-position"],
    ["0.2", "–", "cell l-unclassified", "unclassified", ""],
    ["2.1", "SUB", "cell l-sub-word", "sub-word", "; manner: broad"],
    ["2.2", "brd", "cell l-unclassified manner", "unclassified", "; manner: broad"],
  ])("the cell of head %s has %s", (name, code, look, label, manner) => {
    expect(cell(name).textContent).toBe(code);
    expect(cell(name).getAttribute("class")).toBe(look);
    const title = cell(name).getAttribute("title")!;
    expect(title.startsWith(`${name} ${label}`)).toBe(true);
    expect(title.endsWith(manner)).toBe(true);
  });

  it("a head's part has labels first, then manners in frames; both are bold among its scores", () => {
    const tags = [...document.querySelectorAll("#head-2-1 h3 .tag")].map((tag) => [
      tag.textContent,
      tag.querySelector(".code")!.getAttribute("class"),
    ]);
    expect(tags).toEqual([
      ["SUB sub-word", "code l-sub-word"],
      ["brd broad", "code manner"],
    ]);
    const given = [...document.querySelectorAll("#head-2-1 .scores th.given")].map((name) => name.textContent);
    expect(given).toEqual(["subword pieces", "breadth"]);
  });

  it("says how a head attends: after its label, or before why it has none", () => {
    const sink = (name: string) => explanationOf("sink").finding(scoreOf(name, "sink").value);
    expect(textOf("#head-0-0 .finding")).toMatch(new RegExp(`^On repeated random tokens, .*\\. ${sink("0.0")}\\.$`));
    expect(textOf("#head-0-1 .finding").startsWith(`${sink("0.1")}. No score satisfies all rules of a label.`)).toBe(true);
    expect(textOf("#head-0-2 .finding")).toBe("No score satisfies all rules of a label.");
  });

  it("says how surely a label is given again, and has the probability for every label and manner", () => {
    const again = scoreOf("2.1", "sub-word").again!.toFixed(2);
    expect(textOf("#head-2-1 .finding")).toContain(
      `Probability of the same label on another sample of as many texts: ${again}.`,
    );
    const rows = [...document.querySelectorAll("#head-2-1 .scores tbody tr")];
    const columns = [...document.querySelector("#head-2-1 .scores thead tr")!.children].map((name) => name.textContent);
    const found = rows.map((row) => [
      row.querySelector("th")!.textContent,
      row.children[columns.indexOf("again")]!.textContent,
    ]);
    expect(found).toContainEqual(["subword pieces", again]);
    expect(found).toContainEqual(["breadth", scoreOf("2.1", "broad").again!.toFixed(2)]);
    expect(found).toContainEqual(["distance", "–"]);
  });

  it("a head of an earlier version, with no such probability, says nothing of it", () => {
    const heads = report.heads.map((head) => ({
      ...head,
      scores: Object.fromEntries(Object.entries(head.scores).map(([name, { again, ...rest }]) => [name, rest])),
    }));
    expect(reportPage({ ...report, heads }, [])).not.toContain("Probability of the same label on another sample of");
  });

  it("a piece of a word is told in points over other words", () => {
    const value = Math.round(100 * scoreOf("2.1", "sub-word").value);
    expect(textOf("#head-2-1 .finding")).toContain(
      `It joins the pieces of words: a later piece gives ${value} points more of its attention to earlier pieces of its word`,
    );
  });

  it("the table of relations names the rule, an offset or another", () => {
    const rows = new Map(
      [...document.querySelectorAll(".relations tbody tr")].map((row) => [
        [...row.children]
          .slice(0, 2)
          .map((one) => one.textContent)
          .join(),
        row.children[6]!.textContent!.replace(/^0\.\d\d /, ""),
      ]),
    );
    const way = (direction: string) => (direction === "dependent-to-head" ? "dependent → head" : "head → dependent");
    for (const { relation, direction, rule, offset } of report.relations) {
      const signed = offset > 0 ? `+${offset}` : `${offset}`.replace("-", "−");
      expect(rows.get(`${relation},${way(direction)}`)).toBe(`(${rule ?? `offset ${signed}`})`);
    }
    expect(new Set(report.relations.map(({ rule }) => rule))).toEqual(new Set([undefined, "rarest word"]));
  });
});

describe("the relations of a syntactic head", () => {
  type Relation = NonNullable<Score["relations"]>[number];
  const relation = (name: string, margin: number, rest: Partial<Relation> = {}): Relation => ({
    ...{ relation: name, direction: "dependent-to-head", n: 200, value: 0.5 + margin, baseline: 0.5, margin },
    ...{ marginLow: margin - 0.04, p: 0.005, holds: margin >= 0.1, tied: false, ...rest },
  });
  const finding = (...relations: Relation[]): string => {
    const scores = { syntactic: { ...scoreOf("2.0", "syntactic"), relations } };
    const heads = report.heads.map((head): HeadReport => (head.layer === 2 && head.head === 0 ? { ...head, scores } : head));
    const page = parseHTML(reportPage({ ...report, heads }, [])).document;
    return page.querySelector("#head-2-0 .finding")!.textContent!.replace(/^.*as many texts: 0\.\d\d\. ?/, "");
  };
  const AGAINST = "against the best rule without a tree";

  it("others that hold are named, and a runner-up that is clearly behind", () => {
    expect(
      finding(relation("obj", 0.3), relation("nsubj", 0.2, { direction: "head-to-dependent" }), relation("det", 0.12)),
    ).toBe(
      `It also follows nsubj head → dependent, det dependent → head. The runner-up is clearly behind: ${AGAINST}, obj dependent → head leads by 30 points, nsubj head → dependent leads by 20 points.`,
    );
  });

  it("a tie is said to be one", () => {
    expect(finding(relation("obj", 0.3), relation("nsubj", 0.28, { tied: true }))).toBe(
      `It also follows nsubj dependent → head. Its best relation is uncertain: ${AGAINST}, obj dependent → head leads by 30 points, nsubj dependent → head leads by 28 points.`,
    );
  });

  it("a runner-up may trail its rule", () => {
    expect(finding(relation("obj", 0.12), relation("case", -0.01))).toBe(
      `The runner-up is clearly behind: ${AGAINST}, obj dependent → head leads by 12 points, case dependent → head trails by 1 point.`,
    );
  });

  it("one relation, or none in an earlier report, is left alone", () => {
    expect(finding(relation("obj", 0.3))).toBe("");
    expect(finding()).toBe("");
  });

  const RELATION = { name: "obj", direction: "dependent-to-head", rule: { word: "rarest word" } } as const;

  it("directions are told in words", () => {
    const heads = report.heads.map((head): HeadReport => {
      const syntactic = { ...head.scores.syntactic!, relation: RELATION, offsetBaseline: 0.38 };
      return { ...head, scores: { ...head.scores, syntactic } };
    });
    const page = parseHTML(reportPage({ ...report, heads }, [])).document;
    const part = page.querySelector("#head-2-0")!.textContent!;
    expect(part).toContain("most attended word is the gold relative (obj dependent → head, the rarest word gives 38%)");
    expect(part).not.toMatch(/dependent-to-head/);
  });
});

describe("in the terminal", () => {
  const lines = reportText(report, { columns: 80, color: false }).split("\n");
  const after = (title: string) => lines.slice(lines.indexOf(title) + 1, lines.indexOf("", lines.indexOf(title)));

  it("manners stand under a title of their own, in small letters", () => {
    expect(after("Manners of attention (independent of labels)")).toEqual([
      "  fst first-position     2   snk sink               2   brd broad              2",
    ]);
    expect(after("Labels").join()).not.toMatch(/sink|broad|position/);
  });

  it("a head without a label has its manner's code", () => {
    expect(after("Heads").slice(1)).toEqual([
      "    0   IND snk  –",
      "    1   no heads",
      "    2   SYN SUB brd SLF SLF SLF SLF",
      "    3   SLF",
    ]);
  });
});

describe("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: ensureChromium(),
      args: ["--no-sandbox", "--disable-quic", "--no-first-run"],
    });
  });
  afterAll(() => browser?.close());

  it("the legend filters by label and by manner; the same button again shows all", async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    await page.setContent(reportPage(report, fakeTexts(uneven)));
    const bright = () =>
      page
        .locator(".overview .cell:not(.off)")
        .evaluateAll((cells) => cells.map((cell) => cell.getAttribute("title")!.split(" ")[0]));
    const dimBars = () => page.locator(".chart .bar.off").count();
    const press = (name: string) => page.locator(`[data-filter="${name}"]`).click();
    const all = await bright();
    expect(all).toHaveLength(11);
    await press("sink");
    expect(await bright()).toEqual(["0.0", "0.1"]);
    expect(await page.locator('[data-filter="sink"]').getAttribute("aria-pressed")).toBe("true");
    // the bars count labels: a manner dims none of them
    expect(await dimBars()).toBe(0);
    await press("broad");
    expect(await bright()).toEqual(["2.1", "2.2"]);
    await press("unclassified");
    expect(await bright()).toEqual(["0.1", "0.2", "2.2"]);
    expect(await page.locator('[data-filter][aria-pressed="true"]').count()).toBe(1);
    expect(await dimBars()).toBeGreaterThan(0);
    await press("unclassified");
    expect(await bright()).toEqual(all);
    expect(await dimBars()).toBe(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  it("a manner is framed, not filled, and no part of the page is wider than a phone", async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.setContent(reportPage(report, fakeTexts(uneven)));
    const look = (name: string) =>
      page.locator(`.overview a[href="#head-${name}"]`).evaluate((cell) => {
        const frame = getComputedStyle(cell, "::before");
        return [getComputedStyle(cell).backgroundColor, frame.content === "none" ? "none" : frame.borderTopStyle];
      });
    expect(await look("0-1")).toEqual(["rgba(0, 0, 0, 0)", "dashed"]);
    expect((await look("0-2"))[0]).not.toBe("rgba(0, 0, 0, 0)");
    expect((await look("0-0"))[1]).toBe("none");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.close();
  });
});
