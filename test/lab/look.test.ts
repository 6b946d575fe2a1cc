/** Look, in Chromium: what it opens with, what pointing at a word marks, and what a phone shows. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HeadwiseHeadGrid } from "../../lab/elements/head-grid/head-grid.ts";
import { reporting } from "../../lab/engine/reporting.ts";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { countLabels } from "../../src/view/chart/colors.ts";
import { displayToken } from "../../src/view/page/tokens.ts";
import { unlabelled } from "../../src/view/report/unlabelled.ts";
import { builtin, openFolder } from "./open.ts";
import { type LabPlace, openLab } from "./place.ts";

let lab: LabPlace;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab?.close());

interface Head {
  readonly name: string;
  readonly pattern: readonly number[];
  readonly rows: number;
  readonly columns: number;
}

/** The heads as the grid has them. */
async function headsOf(page: Page): Promise<Head[]> {
  await page.locator("headwise-head-grid").waitFor();
  return page.evaluate(() =>
    document
      .querySelector<HeadwiseHeadGrid>("headwise-head-grid")!
      .heads!.map(({ name, pattern, rows, columns }) => ({ name, pattern: Array.from(pattern), rows, columns })),
  );
}

/** The weights of one row. */
const rowOf = ({ pattern, columns }: Head, row: number) => pattern.slice(row * columns, (row + 1) * columns);

/** The head with the largest value, and the value as the page writes it. */
function most(heads: readonly Head[], value: (head: Head) => number): [name: string, value: string] {
  const best = heads.reduce((a, b) => (value(b) > value(a) ? b : a));
  return [best.name, value(best).toFixed(2)];
}

/** The head and the number of the sentence above the picture. */
async function told(page: Page): Promise<[name: string, value: string]> {
  const [, name, value] = (await page.locator(".telling").textContent())!.match(/Head (\d+\.\d+) gives (0\.\d\d)/)!;
  return [name!, value!];
}

const opened = (page: Page) =>
  page.locator("figure.head").evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.head));

describe("the first view", () => {
  it("has one head open, as a sentence with arcs: the one with most attention from a verb to its subject", async () => {
    const page = await lab.open("?model=builtin:relations-8");
    const heads = await headsOf(page);
    const texts = await page.locator("headwise-arcs .line .query button").allTextContents();
    const [verb, subject] = [texts.indexOf("was"), texts.indexOf("drummer")];
    const wanted = most(heads, (head) => rowOf(head, verb)[subject]!);
    expect(await told(page)).toEqual(wanted);
    expect(await opened(page)).toEqual([wanted[0]]);
    expect(await page.locator("headwise-arcs path").count()).toBeGreaterThan(0);
    expect(await page.locator(".telling").textContent()).toContain("the most of all 16 heads");
    expect(new URL(page.url()).searchParams.has("heads")).toBe(false);
    await page.close();
  });

  it("of a repetition shows the head with most attention to the token after the earlier occurrence; examples are measured anew", async () => {
    const english = await loadCheckpoint("builtin:english");
    const page = await lab.open("?model=builtin:english");
    const examples = page.getByRole("group", { name: "Examples" }).getByRole("button");
    expect(await examples.allTextContents()).toEqual(["Repetition", "Pronoun", "Code"]);
    for (const [name, after] of [
      ["Repetition", 1],
      ["Code", 0],
    ] as const) {
      await examples.getByText(name).click();
      const text = await page.getByRole("textbox", { name: "Text", exact: true }).inputValue();
      const { tokens } = english.tokenizer.encode(text);
      const words = tokens.map((token) => displayToken(token).toLowerCase());
      await page.waitForFunction(
        (n) => document.querySelector<HeadwiseHeadGrid>("headwise-head-grid")?.heads?.[0]?.rows === n,
        tokens.length,
      );
      const heads = await headsOf(page);
      const share = (head: Head) => {
        const rows = words.flatMap((word, i) => {
          const keys = words.flatMap((other, j) => (other === word && j < i && j + after < i ? [j + after] : []));
          return keys.length > 0 && /[\p{L}\p{N}]/u.test(word) ? [keys.reduce((sum, j) => sum + rowOf(head, i)[j]!, 0)] : [];
        });
        return rows.reduce((sum, value) => sum + value, 0) / rows.length;
      };
      expect(await told(page), name).toEqual(most(heads, share));
    }
    await page.close();
  });

  it("leaves the addresses of before as they were: a named head is a matrix", async () => {
    const page = await lab.open("?model=builtin:relations-8&heads=1.2");
    await page.locator('figure[data-head="1.2"] headwise-pattern').waitFor();
    expect(await opened(page)).toEqual(["1.2"]);
    const button = page.locator(".telling button");
    const name = (await button.textContent())!.replace("Show head ", "");
    await button.click();
    await expect.poll(() => opened(page)).toEqual([name]);
    await page.close();
  });
});

it("pointing at a word, or reaching it by keys, marks its row in every head with the largest weight", async () => {
  const page = await lab.open("?model=builtin:relations-8");
  const heads = await headsOf(page);
  const marks = () => page.locator("headwise-head-grid button.lit .weight").allTextContents();
  const wanted = (row: number) =>
    heads.map((head) => {
      const largest = Math.max(...rowOf(head, row));
      return largest >= 0.995 ? "1" : largest.toFixed(2).slice(1);
    });
  const tokens = page.locator("headwise-arcs .query button");
  await tokens.nth(7).hover();
  await expect.poll(marks).toEqual(wanted(7));
  await page.mouse.move(0, 0);
  await expect.poll(marks).toEqual([]);
  await tokens.first().focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(marks).toEqual(wanted(1));
  await page.close();
});

it("without the first token, its column is gone from every picture and no other weight changes", async () => {
  const page = await lab.open("?model=builtin:relations-8&view=matrix");
  const before = await headsOf(page);
  await page.getByRole("button", { name: "Hide first token" }).click();
  expect(new URL(page.url()).searchParams.get("first")).toBe("hidden");
  const after = await headsOf(page);
  for (const [k, head] of before.entries()) {
    expect(after[k]!.columns).toBe(head.columns - 1);
    for (let i = 0; i < head.rows; i++) expect(rowOf(after[k]!, i)).toEqual(rowOf(head, i).slice(1));
  }
  const shown = await page.locator("headwise-pattern").evaluate((element) => {
    const { patterns, columnTokens, tokens } = element as HTMLElementTagNameMap["headwise-pattern"];
    return [patterns![0]!.length, columnTokens!.length, tokens!.length];
  });
  const n = before[0]!.rows;
  expect(shown).toEqual([n * (n - 1), n - 1, n]);
  expect(await page.locator("headwise-head-grid .legend").textContent()).toContain("rows do not sum to 1");
  await page.getByText("sentence", { exact: true }).click();
  const first = page.locator("headwise-arcs .query button").first();
  await page.locator("headwise-arcs .query button").nth(5).hover();
  expect(await first.locator(".weights").textContent()).toBe("");
  await page.close();
});

it("all labels of a head count and filter, on Look as on Heads, and a head without a label says which rule failed", async () => {
  const runtime = await nodeRuntime({ threads: 1 });
  const current = await openFolder(runtime, builtin("relations-8"));
  const { heads } = (await reporting(() => ({ ...current, world: true })).heads(() => {})).report;
  await runtime.release();
  const counts = countLabels(heads.flatMap(({ labels }) => labels)).map(([label, count]) => `${label} ${count}`);
  const page = await lab.open("?model=builtin:relations-8");
  const filter = page.getByRole("group", { name: "Filter heads by label" }).getByRole("button");
  await page.getByRole("button", { name: "Label the heads" }).click();
  await filter.first().waitFor({ timeout: 240_000 });
  expect(await filter.allTextContents()).toEqual(counts);
  const { labels } = heads.find((head) => head.labels.length > 1) ?? heads[0]!;
  const label = labels.at(-1)!;
  await filter.filter({ hasText: label }).click();
  const named = (some: typeof heads) => some.map(({ layer, head }) => `${layer}.${head}`);
  const bright = page.locator("headwise-head-grid button:not(.faint) .name");
  await expect.poll(() => bright.allTextContents()).toEqual(named(heads.filter((head) => head.labels.includes(label))));
  const without = heads.find((head) => head.label === "unclassified");
  if (without) {
    const [name] = named([without]);
    await page.getByRole("button", { name: `head ${name},` }).click();
    expect(await page.locator(`figure[data-head="${name}"] .reason`).textContent()).toBe(unlabelled(without));
  }
  await page.getByRole("link", { name: "Heads", exact: true }).click();
  await page.locator("table.heads").waitFor();
  expect(await filter.allTextContents()).toEqual(counts);
  expect(await page.locator("table.heads tbody tr").count()).toBe(heads.filter((head) => head.labels.includes(label)).length);
  await page.close();
}, 480_000);

describe("on a phone", () => {
  const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
  const inView = (page: Page, selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const { top, left, right } = element.getBoundingClientRect();
        return top >= 0 && top < innerHeight - 120 && left >= 0 && right <= innerWidth;
      });

  it("the first screen has the picture, and the navigation shows the current page", async () => {
    const page = await lab.open("?model=builtin:relations-8", PHONE);
    await page.locator("headwise-arcs").waitFor();
    expect(await inView(page, "headwise-arcs")).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.goto(`${lab.origin}/?page=why&model=builtin:relations-8`);
    await page.locator("main h1").waitFor();
    expect(await inView(page, ".top nav [aria-current]")).toBe(true);
    await page.close();
  });

  it("a head that is opened comes into view; several are opened by touch", async () => {
    const page = await lab.open("?model=builtin:relations-8", PHONE);
    await headsOf(page);
    const [first] = await opened(page);
    const others = ["0.3", "1.4", "1.6"].filter((name) => name !== first);
    await page.getByRole("button", { name: `head ${others[0]}` }).tap();
    await expect.poll(() => opened(page)).toEqual([others[0]]);
    await expect.poll(() => inView(page, "figure.head")).toBe(true);
    await page.getByRole("button", { name: "Open several" }).tap();
    await page.getByRole("button", { name: `head ${others[1]}` }).tap();
    await expect.poll(() => opened(page)).toEqual(others.slice(0, 2));
    await expect.poll(() => inView(page, `figure[data-head="${others[1]}"]`)).toBe(true);
    await page.close();
  });
});

it("nothing failed", () => {
  expect(lab.problems).toEqual([]);
});
