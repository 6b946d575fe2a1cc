/** Texts in the lab: a field holds what is typed, and what the page shows is of that text or is marked as old. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabApp } from "../../lab/app.ts";
import { readState, writeState } from "../../lab/state.ts";
import { type LabPlace, openLab } from "./place.ts";

const MODEL = "builtin:relations-8";
const TEXT = "previously some drummer shakes nobody";

let lab: LabPlace;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab?.close());

const asked = (state: Readonly<Record<string, string>>): string => `?${new URLSearchParams({ model: MODEL, ...state })}`;
const status = async (page: Page): Promise<string> => (await page.locator(".status").textContent())!.trim();
const ready = (page: Page): Promise<unknown> => expect.poll(() => status(page), { timeout: 60_000 }).toBe("ready");
const parameter = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name);

/** The pages with a text, with the name of its field, what they draw of it, and the button of the example. */
const PAGES = [
  ["look", "Text", "headwise-head-grid", "Agreement"],
  ["off", "Text", "table.outcome", "Agreement"],
  ["subspaces", "Text", ".scatters", "Example"],
  ["why", "Text for the open model", "why-average headwise-pattern", "Example"],
] as const;
/** True if a button is the chosen one of several examples, or disabled because the only example is shown. */
const isShown = (button: Locator): Promise<boolean> =>
  button.evaluate((one) => (one as HTMLButtonElement).disabled || one.getAttribute("aria-pressed") === "true");

describe.each(PAGES)("on the page %s", (name, field, drawn, shows) => {
  it("an emptied field stays empty, without a picture, until a text is typed or the example is asked for", async () => {
    const page = await lab.open(asked({ page: name }));
    await page.locator(drawn).first().waitFor({ timeout: 60_000 });
    const box = page.getByRole("textbox", { name: field, exact: true });
    const example = await box.inputValue();
    expect(example).not.toBe("");
    expect(parameter(page, "text")).toBeNull();
    expect(await isShown(page.getByRole("button", { name: shows, exact: true }))).toBe(true);

    await box.press("ControlOrMeta+A");
    await box.press("Backspace");
    await expect.poll(() => status(page)).toBe("waiting for a text");
    expect(await box.inputValue()).toBe("");
    expect(await box.getAttribute("placeholder")).toBe("Type a text");
    expect(await page.locator(drawn).count()).toBe(0);
    expect(parameter(page, "text")).toBe("");
    await page.reload();
    await expect.poll(() => status(page), { timeout: 60_000 }).toBe("waiting for a text");
    expect(await box.inputValue()).toBe("");

    await box.pressSequentially(TEXT, { delay: 20 });
    expect(await box.inputValue()).toBe(TEXT);
    await ready(page);
    expect(await box.inputValue()).toBe(TEXT);
    expect(parameter(page, "text")).toBe(TEXT);
    expect(await page.locator(drawn).count()).toBeGreaterThan(0);

    await page.getByRole("button", { name: shows, exact: true }).click();
    await ready(page);
    expect(await box.inputValue()).toBe(example);
    expect(parameter(page, "text")).toBeNull();
    await page.close();
  });

  it("what is shown of an old text is grayed while the new one is computed, and gone if that is refused", async () => {
    const page = await lab.open(asked({ page: name, text: TEXT }));
    await ready(page);
    const release = await held(page);
    const box = page.getByRole("textbox", { name: field, exact: true });
    await box.fill("some drummer");
    const grayed = () =>
      page
        .locator(drawn)
        .first()
        .evaluate((element) => element.closest(".stale")?.getAttribute("aria-busy"));
    await expect.poll(grayed).toBe("true");
    expect(await status(page)).toBe("computing");
    await release();
    await ready(page);
    expect(await page.locator(".stale").count()).toBe(0);

    await box.fill("some drummer ".repeat(600));
    await page.getByRole("alert").first().waitFor({ timeout: 60_000 });
    await expect.poll(() => status(page)).toBe("no result; see the message on the page");
    expect(await page.getByRole("alert").first().textContent()).toMatch(/tokens, but the model reads \d+ at most; shorten/);
    expect(await page.locator(drawn).count()).toBe(0);
    await box.fill("some drummer");
    await ready(page);
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(await page.locator(drawn).count()).toBeGreaterThan(0);
    await page.close();
  });
});

/** Holds back every answer of the engine until it is released. */
async function held(page: Page): Promise<() => Promise<unknown>> {
  await page.evaluate(() => {
    const { lab } = document.querySelector<LabApp>("headwise-lab")!;
    const engine = lab.engine as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const promise = new Promise<void>((release) => Object.assign(globalThis, { release }));
    const late = new Proxy(engine, {
      get:
        (from, name: string) =>
        (...args: unknown[]) =>
          promise.then(() => from[name]!(...args)),
    });
    Object.defineProperty(lab, "engine", { get: () => late });
  });
  return () => page.evaluate(() => (globalThis as unknown as { release(): void }).release());
}

describe("addresses", () => {
  it("those that were shared before mean the same", async () => {
    expect(readState("")).toMatchObject({ text: null, other: null });
    expect(readState("?text=a+b")).toMatchObject({ text: "a b", other: null });
    for (const [query, text, other] of [
      ["", "A man is playing", ""],
      ["?text=some+drummer", "some drummer", ""],
      ["?other=nobody", "previously some drummer", "nobody"],
      ["?text=some+drummer&other=nobody", "some drummer", "nobody"],
    ] as const) {
      const page = await lab.open(`${query || "?"}&model=${MODEL}`);
      const value = (key: string) => page.locator(`#field-${key}`).inputValue(); // the second one may be folded away
      if (query) expect(await value("text")).toContain(text);
      expect(await value("other")).toBe(other);
      await page.close();
    }
  });

  it("an emptied text is not the example, and back to the example is the shortest address", () => {
    const state = readState("?text=&other=x");
    expect(state).toMatchObject({ text: "", other: "x" });
    expect(writeState(state)).toBe("?text=&other=x");
    expect(writeState({ ...state, text: null, other: null })).toBe("");
  });
});

describe("the status line", () => {
  it("tells loading, compiling and computing apart, and is ready only over what belongs to the text", async () => {
    const page = await lab.open(asked({ text: TEXT }), {
      settle: false,
      prepare: (page) => page.addInitScript(watchStatus),
    });
    await ready(page);
    await page.getByRole("textbox", { name: "Text", exact: true }).fill("some drummer");
    await ready(page);
    const told = await page.evaluate(() => (globalThis as unknown as { told: string[] }).told);
    expect(told.some((text) => /^loading model\.safetensors \(\d+\.\d of \d+\.\d MiB\)$/.test(text))).toBe(true);
    expect(told).toContain("compiling");
    expect(told).toContain("computing");
    expect(told.filter((text) => text.startsWith("early"))).toEqual([]);
    await page.close();
  });

  it("the time of a text is without compilation", async () => {
    const page = await lab.open(asked({ text: TEXT }));
    await ready(page);
    const { pace, compiled } = await page.evaluate(() => {
      const { pace, compiled } = document.querySelector<LabApp>("headwise-lab")!.lab;
      return { pace, compiled };
    });
    expect(pace!.tokens).toBeGreaterThan(3);
    expect(compiled).toBeGreaterThan(0);
    expect(pace!.milliseconds).toBeLessThan(compiled);
    await page.getByRole("textbox", { name: "Text", exact: true }).fill("");
    await expect.poll(() => page.locator(".facts").textContent()).not.toMatch(/tokens in/);
    await page.close();
  });
});

/** Keeps every text of the status line, and those that claim too much. */
function watchStatus(): void {
  const told: string[] = [];
  Object.assign(globalThis, { told });
  new MutationObserver(() => {
    const text = document.querySelector(".status")?.textContent?.trim() ?? "";
    if (text !== told.at(-1)) told.push(text);
    const shown = document.querySelector("headwise-head-grid") && !document.querySelector(".stale");
    if (text === "ready" && !shown) told.push("early ready");
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}

it("a number that is being typed stays, whatever else happens, and an empty field changes nothing", async () => {
  const page = await lab.open(asked({ page: "train", seed: "7" }));
  const seed = page.getByRole("spinbutton", { name: "Seed" });
  const redraw = () => page.evaluate(() => document.querySelector<LabApp>("headwise-lab")!.lab.refresh());
  await seed.fill("");
  await redraw();
  expect(await seed.inputValue()).toBe("");
  expect(parameter(page, "seed")).toBe("7");
  await seed.pressSequentially("12");
  await redraw();
  expect(await seed.inputValue()).toBe("12");
  expect(parameter(page, "seed")).toBe("12");
  await seed.fill("");
  await seed.blur();
  expect(await seed.inputValue()).toBe("12");
  await page.close();
});
