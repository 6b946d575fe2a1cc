/** The elements as a classic script on a page that is opened as a file, with attributes as people mistype them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { attributeFault } from "../../lab/elements/attributes.ts";
import type { HeadwisePattern } from "../../lab/elements/pattern/pattern.ts";
import { type BuiltElements, buildElements } from "./built-elements.ts";

let built: BuiltElements;
beforeAll(async () => {
  built = await buildElements();
});
afterAll(() => built?.close());

/** Opens a page with one element, and returns it with what its console says. */
async function opened(element: string): Promise<{ page: Page; said: string[] }> {
  const file = join(built.folder, "page.html");
  writeFileSync(file, `<!doctype html><meta charset="utf-8"><script src="elements.classic.js"></script>${element}`);
  const page = await built.browser.newPage();
  const said: string[] = [];
  page.on("pageerror", (error) => said.push(error.message));
  // Lit's own remark is only in builds made by a test
  page.on("console", (message) => /^Lit is in dev mode/.test(message.text()) || said.push(message.text()));
  await page.goto(pathToFileURL(file).href);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return { page, said };
}
const TOKENS = `tokens='["a", "b"]'`;
const patternOf = (page: Page) =>
  page.evaluate(() => {
    const { tokens, pattern, weighting, maxHeight } = document.querySelector<HeadwisePattern>("headwise-pattern")!;
    return { tokens, pattern, weighting, maxHeight };
  });

it("a page opened as a file draws, and says nothing", async () => {
  const { page, said } = await opened(`<headwise-pattern ${TOKENS} pattern="[1, 0, 0.5, 0.5]"></headwise-pattern>`);
  expect(said).toEqual([]);
  expect((await patternOf(page)).pattern).toEqual([1, 0, 0.5, 0.5]);
  expect(
    await page.locator("headwise-pattern canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).width),
  ).toBeGreaterThan(20);
  await page.close();
});

it.each([
  [`tokens="a, b"`, `<headwise-pattern tokens="a, b"> is not a JSON array; write it like`],
  [`${TOKENS} pattern="[1, 0"`, `<headwise-pattern pattern="[1, 0"> is not a JSON array`],
  [`${TOKENS} pattern='{"a": 1}'`, "is not a JSON array"],
  [`${TOKENS} weighting="both"`, `<headwise-pattern weighting="both"> is unknown; write one of raw, norm`],
  [`${TOKENS} theme="black"`, "is unknown; write one of light, dark"],
  [`${TOKENS} label="previous"`, "is unknown; write one of previous-token"],
  [`${TOKENS} max-height="tall"`, "is not a number; write it like '0.5'"],
])("%s is told in one line, and the property stays as it was", async (attributes, told) => {
  const { page, said } = await opened(`<headwise-pattern ${attributes}></headwise-pattern>`);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("headwise: ");
  expect(said[0]).toContain(told);
  const whole = await opened(`<headwise-pattern ${attributes.startsWith(TOKENS) ? TOKENS : ""}></headwise-pattern>`);
  expect(await patternOf(page)).toEqual(await patternOf(whole.page));
  await page.close();
  await whole.page.close();
});

it("weights out of range are drawn as the nearest bound, and counted on the picture", async () => {
  const { page, said } = await opened(`<headwise-pattern ${TOKENS} pattern="[1.000001, 0, -0.5, 7]"></headwise-pattern>`);
  expect(said).toEqual(["headwise: 2 weights are outside 0 to 1, and drawn as the nearest bound; give attention weights"]);
  expect(await page.locator("headwise-pattern .clipped").textContent()).toBe("2 weights are outside 0 to 1");
  await page.locator("headwise-pattern canvas").focus();
  for (const key of ["ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  expect(await page.locator("headwise-pattern output").first().textContent()).toContain("1.000");
  await page.close();
});

it("what may be written is no fault", () => {
  expect(attributeFault("null", { type: Array })).toBeUndefined();
  expect(attributeFault("[]", { type: Array })).toBeUndefined();
  expect(attributeFault('{"a": 1}', { type: Object })).toBeUndefined();
  expect(attributeFault(" 1e-3 ", { type: Number })).toBeUndefined();
  expect(attributeFault("raw", {}, ["raw", "norm"])).toBeUndefined();
  expect(attributeFault("", { type: Number })).toBeDefined();
  expect(attributeFault("[1]", { type: Object })).toBeDefined();
});
