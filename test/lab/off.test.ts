/** Switch off, in Chromium: what it opens with, and what each head does for the answer, compared with Node. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { outcomeOf } from "../../lab/engine/outcome.ts";
import { examplesFor } from "../../lab/examples.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { builtin, openFolder } from "./open.ts";
import { type LabPlace, openLab } from "./place.ts";

const TEXTS = examplesFor({ reads: "next-token", world: true } as Parameters<typeof examplesFor>[0]).map(({ text }) => text);
const TEXT = TEXTS[0]!;

let lab: LabPlace;
let runtime: Runtime;
beforeAll(async () => {
  lab = await openLab();
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(async () => {
  await runtime?.release();
  await lab?.close();
});

interface Effect {
  readonly name: string;
  readonly change: number;
  readonly flips: boolean;
}

/** The change of the answer's probability without each head. */
async function computed(text: string): Promise<Effect[]> {
  const { opened, edited } = await openFolder(runtime, builtin("relations-8"));
  const of = (gates: Record<string, number>) => outcomeOf(opened.checkpoint, edited, { text }, { gates, patterns: {} });
  const whole = await of({});
  const { id } = whole.guesses![0]!;
  const names = [0, 1].flatMap((layer) => Array.from({ length: 8 }, (_, head) => `${layer}.${head}`));
  const effects: Effect[] = [];
  for (const name of names) {
    const { guesses, probabilities } = await of({ [name]: 0 });
    effects.push({ name, change: probabilities![id]! - whole.probabilities![id]!, flips: guesses![0]!.id !== id });
  }
  return effects;
}

/** The number on every head of the grid, with the sign that its color has. */
const notes = (page: Page) =>
  page.locator("headwise-head-grid button").evaluateAll((all) =>
    all.map((button) => ({
      name: button.querySelector(".name")!.textContent!,
      shown: button.querySelector(".note")?.textContent ?? "",
      look: ["loss", "gain", "even"].find((one) => button.classList.contains(one)),
      flips: button.classList.contains("flip"),
    })),
  );

const largest = (effects: readonly Effect[]) => effects.reduce((a, b) => (Math.abs(b.change) > Math.abs(a.change) ? b : a));

it("opens on the first example that one head flips, without that head, found by trying all; its numbers stay with the text", async () => {
  const all: [text: string, effects: Effect[]][] = [];
  for (const text of TEXTS) all.push([text, await computed(text)]);
  const found = all.find(([, effects]) => effects.some(({ flips }) => flips));
  const [text, effects] =
    found ?? all.reduce((a, b) => (Math.abs(largest(b[1]).change) > Math.abs(largest(a[1]).change) ? b : a));
  const most = largest(found ? effects.filter(({ flips }) => flips) : effects);
  const page = await lab.open("?page=off&model=builtin:relations-8");
  await page.waitForFunction(() => new URLSearchParams(location.search).has("gates"), null, { timeout: 60_000 });
  expect(new URL(page.url()).searchParams.get("gates")).toBe(most.name);
  expect(await page.getByRole("textbox", { name: "Text", exact: true }).inputValue()).toBe(text);
  await page.getByText(`Without head ${most.name}, the answer is`).waitFor();
  const verdict = (await page.locator(".verdict").textContent())!;
  expect(verdict.includes("instead of")).toBe(most.flips);
  for (const [k, { name, shown, look, flips }] of (await notes(page)).entries()) {
    const { change, flips: wanted } = effects[k]!;
    expect(name).toBe(effects[k]!.name);
    expect(flips).toBe(wanted);
    expect(Math.abs(Number(shown.replace("−", "-")) - change)).toBeLessThan(0.0051);
    if (Math.abs(change) > 0.006) expect(look).toBe(change < 0 ? "loss" : "gain");
  }
  await page.getByRole("button", { name: "Reset all heads" }).click();
  await page.getByText("The answer is that of the unchanged model.").waitFor();
  expect(new URL(page.url()).searchParams.has("gates")).toBe(false);
  expect((await notes(page)).every(({ shown }) => shown !== "")).toBe(true);
  await page.close();
});

it("a text of the address is left as it is; its heads are tried when the button is pressed", async () => {
  const text = "some drummer often shakes nobody";
  const page = await lab.open(`?${new URLSearchParams({ page: "off", model: "builtin:relations-8", text })}`);
  await page.getByText("computed in").waitFor({ timeout: 90_000 });
  expect((await notes(page)).every(({ shown }) => shown === "")).toBe(true);
  await page.getByRole("button", { name: "Which head matters here?" }).click();
  await expect.poll(async () => (await notes(page)).every(({ shown }) => shown !== ""), { timeout: 30_000 }).toBe(true);
  expect(new URL(page.url()).searchParams.has("gates")).toBe(false);
  const effects = await computed(text);
  const [strongest] = [...effects].sort((a, b) => a.change - b.change);
  await page.getByRole("switch", { name: new RegExp(`^head ${strongest!.name.replace(".", "\\.")}`) }).click();
  await page.getByText(`Without head ${strongest!.name}`).waitFor();
  await page.close();
});

it("a change has one color by its sign: tokens, differences and bars agree, and a legend says which", async () => {
  const page = await lab.open(
    `?${new URLSearchParams({ page: "off", model: "builtin:relations-8", text: TEXT, gates: "1.0,1.1,1.2,1.3" })}`,
  );
  await page.getByText("computed in").waitFor({ timeout: 90_000 });
  const tokens = await page
    .locator(".tinted .tint")
    .evaluateAll((all) =>
      all.map((token) => [Number.parseFloat((token as HTMLElement).title.replace("−", "-")), token.className] as const),
    );
  expect(tokens.length).toBeGreaterThan(5);
  for (const [nats, look] of tokens) {
    if (Math.abs(nats) > 0.06) expect(look).toContain(nats > 0 ? "loss" : "gain");
  }
  const rows = await page
    .getByRole("table", { name: "Predicted token" })
    .locator("tbody tr")
    .evaluateAll((all) =>
      all.map((row) => [
        row.children[3]!.textContent,
        row.children[3]!.className,
        row.querySelectorAll("rect")[1]!.getAttribute("class"),
      ]),
    );
  for (const [difference, look, bar] of rows) {
    const wanted = difference!.startsWith("+") ? "gain" : difference!.startsWith("−") ? "loss" : undefined;
    if (wanted) expect([look, bar]).toEqual([`changed ${wanted}`, wanted]);
  }
  expect(await page.locator(".tint-legend").textContent()).toMatch(/less likely.*more likely/);
  await page.close();
});

it("nothing failed", () => {
  expect(lab.problems).toEqual([]);
});
