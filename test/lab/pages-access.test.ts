/** Pages that commands write, by axe's rules: light and dark, wide and narrow. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { type BuiltElements, buildElements } from "./built-elements.ts";
import { PAGES } from "./made-pages.ts";

let built: BuiltElements;
beforeAll(async () => {
  built = await buildElements();
});
afterAll(() => built?.close());

it.each(
  Object.keys(PAGES).flatMap((name) => [[name, "light", 1280] as const, [name, "dark", 390] as const]),
)("axe finds nothing on the page of %s, %s, %i wide", async (name, colorScheme, width) => {
  const file = join(built.folder, `${name} ${width}.html`);
  writeFileSync(file, PAGES[name]!(built.elements));
  const page = await built.browser.newPage({ colorScheme, viewport: { width, height: 844 } });
  await page.goto(pathToFileURL(file).href);
  await page.waitForTimeout(1000);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.close();
});
