/** The lab by keyboard alone, and by axe's rules, in light and dark, wide and narrow. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PAGES } from "../../lab/state.ts";
import { violations } from "./axe.ts";
import { type LabPlace, openLab } from "./place.ts";

let lab: LabPlace;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab?.close());

const HEADS = { look: "1.1,2.3", off: "1.1", subspaces: "1.1,1.2" } as Readonly<Record<string, string>>;

it.each(
  PAGES.flatMap((name) => [[name, "light", 1280] as const, [name, "dark", 390] as const]),
)("axe finds nothing on the page %s, %s, %i wide", async (name, colorScheme, width) => {
  const query = new URLSearchParams({ page: name, heads: HEADS[name] ?? "", model: "builtin:relations-8" });
  const page = await lab.open(`?${query}`, { colorScheme, viewport: { width, height: 844 } });
  await page.locator("main h1").waitFor();
  await page.waitForTimeout(2500);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.close();
});

/** Presses Tab until the focus is where `there` says. */
async function tabTo(page: Page, there: () => boolean): Promise<void> {
  for (let k = 0; k < 60; k++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(there)) return;
  }
  throw new Error("not reached by Tab");
}

const inGrid = () => document.activeElement?.localName === "headwise-head-grid";

it("Look by keyboard: a text typed, a head found by arrows and opened, its weights read", async () => {
  const page = await lab.open("?model=builtin:relations-8");
  await tabTo(page, () => document.activeElement?.localName === "textarea");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("some drummer often shakes nobody .");
  await page.locator("headwise-head-grid").waitFor();
  await tabTo(page, inGrid);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.locator('figure[data-head="1.2"]').waitFor();
  await tabTo(page, () => document.activeElement?.localName === "headwise-arcs");
  await page.close();
});

it("Switch off by keyboard: to the page, a head off, the difference told, and on again", async () => {
  const page = await lab.open("?model=builtin:relations-8");
  await tabTo(page, () => document.activeElement?.textContent === "Switch off");
  await page.keyboard.press("Enter");
  // the page opens with one head off
  await page.waitForFunction(() => new URLSearchParams(location.search).has("gates"), null, { timeout: 90_000 });
  await tabTo(page, () => document.activeElement?.textContent === "Reset all heads");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector("td.changed"));
  await tabTo(page, inGrid);
  await page.keyboard.press("End");
  await page.keyboard.press("Space");
  await page.waitForFunction(() => new URLSearchParams(location.search).get("gates") === "0.7");
  await page.waitForFunction(() => document.querySelector("td.changed"));
  await page.keyboard.press("Space");
  await page.waitForFunction(() => !document.querySelector("td.changed"));
  await page.close();
});

it("nothing failed on the way", () => {
  expect(lab.problems).toEqual([]);
});
