/** Controls and readouts of the lab: what does nothing yet is disabled with its reason, and every refusal has a way out. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LabPlace, openLab } from "./place.ts";

const MODEL = "builtin:relations-8";

let lab: LabPlace;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab?.close());

const asked = (state: Readonly<Record<string, string>>): string => `?${new URLSearchParams({ model: MODEL, ...state })}`;
const ready = (page: Page): Promise<unknown> =>
  expect.poll(async () => (await page.locator(".status").textContent())!.trim(), { timeout: 60_000 }).toBe("ready");

it("Look: a choice that changes nothing yet is disabled, and tells why", async () => {
  const page = await lab.open(asked({ text: "some drummer shakes nobody" }));
  await ready(page);
  const group = (name: string) => page.getByRole("group", { name });
  const why = (name: string) => group(name).getAttribute("title");
  const disabled = (name: string) => group(name).evaluate((field) => (field as HTMLFieldSetElement).disabled);
  const head = (name: string) => page.getByRole("button", { name: new RegExp(`^head ${name.replace(".", "\\.")}`) });
  await page.getByText("Second text, weights, words, several heads").click();
  // the page opens a head by itself, so only what needs two has nothing to change
  expect(await why("Several heads")).toBe("open two heads first: choose “Open several”, or click the second one with Shift");
  expect(await Promise.all(["Weights", "Picture", "Rows and columns", "Several heads"].map(disabled))).toEqual([
    false,
    false,
    false,
    true,
  ]);
  await head("0.1").click();
  expect(await disabled("Several heads")).toBe(true);
  await head("1.2").click({ modifiers: ["Shift"] });
  expect(await disabled("Several heads")).toBe(false);
  expect(await why("Several heads")).toBeNull();
  await page.close();
});

it("Look: the number under the pointer is at the pointer, also over a small map", async () => {
  const page = await lab.open(asked({ text: "some drummer shakes nobody", heads: "1.2" }));
  await ready(page);
  for (const [element, pattern] of [
    ["headwise-head-grid", /^0\.0 · .+ → .+ \d\.\d{3}$/],
    ["headwise-pattern", /^.+ → .+ \d\.\d{3}$/],
  ] as const) {
    const canvas = page.locator(`${element} canvas`).first();
    const { x, y, width, height } = (await canvas.boundingBox())!;
    const [left, top] = [x + 0.7 * width, y + 0.8 * height];
    await page.mouse.move(left, top);
    const tip = page.locator(`${element} .tip`);
    expect(await tip.textContent()).toMatch(pattern);
    const box = (await tip.boundingBox())!;
    expect(Math.abs(box.x + box.width / 2 - left)).toBeLessThan(40);
    expect(Math.abs(box.y + box.height / 2 - top)).toBeLessThan(60);
  }
  await page.close();
});

it("Train: a pause takes effect within a second, while the models are built and while they are measured", async () => {
  const page = await lab.open(asked({ page: "train", seed: "5", trained: "4" }));
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const progress = page.locator(".buttons .progress");
  /** The time from the click to the pause, in the page. */
  const pause = (): Promise<number> =>
    page.evaluate(async () => {
      const shown = () => document.querySelector(".buttons .progress")!.textContent!.includes(" · paused");
      const begun = performance.now();
      document.querySelector<HTMLButtonElement>(".buttons .primary")!.click();
      while (!shown()) await new Promise((later) => setTimeout(later, 5));
      return performance.now() - begun;
    });
  await button("Start").click();
  await page.waitForTimeout(700);
  expect(await pause()).toBeLessThan(1000);
  await button("Resume").click();
  await page.waitForTimeout(3000);
  expect(await pause()).toBeLessThan(1000);
  // the step comes after the measurement before it
  const step = Number(/\d+/.exec((await progress.textContent())!)![0]) + 1;
  await button("Step").click();
  await progress.getByText(new RegExp(`step ${step} of 800 · paused`)).waitFor({ timeout: 120_000 });
  await page.close();
});

it.each([
  ["look", "text", "Text"],
  ["look", "other", "Second text"],
  ["off", "text", "Text"],
  ["subspaces", "text", "Text"],
  ["why", "text", "Text for the open model"],
] as const)("%s, %s: a text over the limit is cut to as many tokens as the model reads", async (name, key, field) => {
  const long = "some drummer often shakes nobody . ".repeat(100);
  const page = await lab.open(asked({ page: name, text: "some drummer", [key]: long }));
  await page.getByRole("alert").first().waitFor({ timeout: 60_000 });
  await page
    .getByRole("button", { name: /^Use the first 80 tokens/ })
    .first()
    .click();
  await ready(page);
  const value = await page.getByRole("textbox", { name: field, exact: true }).inputValue();
  expect(long.startsWith(value)).toBe(true);
  // a word is a token, and the model's start token is one more
  expect(value.split(" ")).toHaveLength(79);
  expect(await page.getByRole("alert").count()).toBe(0);
  await page.close();
});
