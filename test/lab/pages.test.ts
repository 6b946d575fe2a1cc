/** The lab in Chromium, as a person would use it: checked on numbers. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HeadwiseHeadGrid } from "../../lab/elements/head-grid/head-grid.ts";
import type { HeadwisePattern } from "../../lab/elements/pattern/pattern.ts";
import { plainSentence } from "../../src/corpus/plain.ts";
import { ablateHeads } from "../../src/heads/importance/ablation.ts";
import { compilePatterns } from "../../src/heads/observe/patterns.ts";
import { prepare } from "../../src/heads/observe/text.ts";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import type { Checkpoint } from "../../src/load/checkpoint.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { nextTokenTask } from "../../src/tasks/token-tasks.ts";
import { type LabPlace, openLab } from "./place.ts";

const TEXT = "The Congress of the United States meets, and the Congress of the United";
const WORLD = "previously some drummer that often shakes nobody was examining the drifting violins";
const MODELS = fileURLToPath(new URL("../../models", import.meta.url));

let lab: LabPlace;
let runtime: Runtime;
let english: Checkpoint;
beforeAll(async () => {
  lab = await openLab();
  runtime = await nodeRuntime({ threads: 2 });
  english = await loadCheckpoint("builtin:english");
});
afterAll(async () => {
  await runtime?.release();
  await lab?.close();
});

const asked = (state: Readonly<Record<string, string>>): string => `?${new URLSearchParams(state)}`;

/** Every head's pattern as the grid on the page has it, once it shows a text of so many tokens. */
async function shownPatterns(page: Page, tokens: number): Promise<Record<string, number[]>> {
  await page.waitForFunction(
    (n) => document.querySelector<HeadwiseHeadGrid>("headwise-head-grid")?.heads?.[0]?.rows === n,
    tokens,
    { timeout: 60_000 },
  );
  return page.evaluate(() => {
    const { heads } = document.querySelector<HeadwiseHeadGrid>("headwise-head-grid")!;
    return Object.fromEntries(heads!.map(({ name, pattern }) => [name, Array.from(pattern)]));
  });
}

function largest(shown: Readonly<Record<string, number[]>>, wanted: readonly (readonly Float32Array[])[]): number {
  const names = wanted.flatMap((heads, layer) => heads.map((_, head) => `${layer}.${head}`));
  expect(Object.keys(shown)).toEqual(names);
  const differences = wanted.flatMap((heads, layer) =>
    heads.flatMap((pattern, head) => Array.from(pattern, (weight, k) => Math.abs(weight - shown[`${layer}.${head}`]![k]!))),
  );
  return differences.reduce((most, difference) => Math.max(most, difference), 0);
}

describe("Look", () => {
  it.each([
    ["english", "wasm", "raw"],
    ["english", "wasm", "norm"],
    ["english", "wasm-1", "raw"],
    ["english", "webgpu", "raw"],
    ["relations-1", "wasm", "raw"],
    ["relations-8", "wasm-1", "norm"],
    ["relations-8", "webgpu", "raw"],
  ] as const)("of builtin:%s through %s, %s patterns are the command line's within 1e-4", async (name, device, weighting) => {
    const model = await loadCheckpoint(`builtin:${name}`);
    const text = prepare(plainSentence("-t", name === "english" ? TEXT : WORLD), model.tokenizer, model.config);
    const wanted = await (await compilePatterns(runtime, model, weighting))(text);
    const page = await lab.open(asked({ model: `builtin:${name}`, text: text.sentence.text, device, weighting }));
    expect(largest(await shownPatterns(page, text.ids.length), wanted)).toBeLessThan(1e-4);
    await page.close();
  });

  it("a text is looked at as it is typed, and the address says what is shown", async () => {
    const page = await lab.open();
    await page.getByRole("textbox", { name: "Text", exact: true }).fill("the states of the union");
    const tokens = english.tokenizer.encode("the states of the union").ids.length;
    await shownPatterns(page, tokens);
    // a head that the page has not opened by itself
    const own = await page.locator("figure.head").getAttribute("data-head");
    const name = own === "2.5" ? "2.4" : "2.5";
    await page.getByRole("button", { name: `head ${name}` }).click();
    const figure = page.locator(`figure[data-head="${name}"]`);
    await figure.waitFor();
    expect(new URL(page.url()).searchParams.get("heads")).toBe(name);
    expect(new URL(page.url()).searchParams.get("text")).toBe("the states of the union");
    await page.goBack();
    await figure.waitFor({ state: "detached" });
    await page.goForward();
    await figure.waitFor();
    await page.close();
  });
});

describe("Switch off", () => {
  /** The difference that the page shows in the row of this name. */
  const difference = async (page: Page, row: string): Promise<number> => {
    const cells = page.getByRole("row", { name: new RegExp(`^${row}`) }).getByRole("cell");
    const values = (await cells.allTextContents()).map((shown) => Number(shown.replace("−", "-").replace("+", "")));
    expect(values).toHaveLength(3);
    return values[2]!;
  };

  it("a head that is clicked costs what exact ablation says, and nothing when it is on again", async () => {
    const task = nextTokenTask([english.tokenizer.encode(TEXT).ids]);
    const { whole, without } = await ablateHeads(runtime, english, task);
    const page = await lab.open(asked({ page: "off", text: TEXT }));
    for (const name of ["3.4", "0.2"]) {
      const wanted = task.quality(without.get(name)!) - task.quality(whole);
      await page.getByRole("switch", { name: new RegExp(`^head ${name.replace(".", "\\.")}`) }).click();
      await expect.poll(() => difference(page, "mean"), { timeout: 20_000 }).toBeCloseTo(wanted, 3);
      await page.getByRole("switch", { name: new RegExp(`^head ${name.replace(".", "\\.")}`) }).click();
      await expect.poll(() => difference(page, "mean"), { timeout: 20_000 }).toBe(0);
    }
    await page.close();
  });

  it("a replaced pattern is the one that the map and the panel show", async () => {
    const page = await lab.open(asked({ page: "off", text: TEXT, heads: "2.1", patterns: "2.1*previous" }));
    await page.getByText("computed in").waitFor();
    const shown = () =>
      page.evaluate(() => {
        const { pattern, tokens } = document.querySelector<HeadwisePattern>("headwise-pattern")!;
        const numbers = Array.from(pattern!);
        return tokens!.map((_, i) => numbers.slice(i * tokens!.length, (i + 1) * tokens!.length).indexOf(1));
      });
    const count = english.tokenizer.encode(TEXT).ids.length;
    expect(await shown()).toEqual(Array.from({ length: count }, (_, i) => Math.max(0, i - 1)));
    await page.getByRole("combobox", { name: "Pattern" }).selectOption("self");
    await expect.poll(shown, { timeout: 20_000 }).toEqual(Array.from({ length: count }, (_, i) => i));
    await page.close();
  });

  it("a factor of one half is half of what is added; its own pattern in its place changes nothing", async () => {
    const page = await lab.open(asked({ page: "off", text: TEXT, heads: "3.4", gates: "3.4*0.5" }));
    await page.getByText("computed in").waitFor();
    expect(await difference(page, "mean")).not.toBe(0);
    await page.getByRole("button", { name: "Reset all heads" }).click();
    await expect.poll(() => difference(page, "mean")).toBe(0);
    expect(new URL(page.url()).searchParams.has("gates")).toBe(false);
    await page.close();
  });
});

describe("other models", () => {
  it("a folder that is opened runs: its patterns are Node's", async () => {
    const world = await loadCheckpoint("builtin:relations-8");
    const text = prepare(plainSentence("-t", "some drummer that often shakes nobody"), world.tokenizer, world.config);
    const wanted = await (await compilePatterns(runtime, world, "raw"))(text);
    const page = await lab.open(asked({ text: text.sentence.text }));
    await page.getByLabel("Open a folder").setInputFiles(join(MODELS, "relations-8"));
    await page.getByText(/^gpt2 · 16 heads/).waitFor();
    expect(new URL(page.url()).searchParams.get("model")).toBe("relations-8");
    expect(largest(await shownPatterns(page, text.ids.length), wanted)).toBeLessThan(1e-4);
    await page.close();
  });

  it("files that are dropped run, too", async () => {
    const page = await lab.open(asked({ text: WORLD }));
    const data = await page.evaluateHandle(async () => {
      const transfer = new DataTransfer();
      for (const name of ["config.json", "model.safetensors", "tokenizer.json"]) {
        const bytes = await (await fetch(`./models/relations-1/${name}`)).arrayBuffer();
        transfer.items.add(new File([bytes], name));
      }
      return transfer;
    });
    await page.dispatchEvent("main", "drop", { dataTransfer: data });
    await page.getByText(/^gpt2 · 2 heads/).waitFor();
    const world = await loadCheckpoint("builtin:relations-1");
    const text = prepare(plainSentence("-t", WORLD), world.tokenizer, world.config);
    const wanted = await (await compilePatterns(runtime, world, "raw"))(text);
    expect(largest(await shownPatterns(page, text.ids.length), wanted)).toBeLessThan(1e-4);
    await page.close();
  });

  it("a folder that holds no model is refused in a sentence", async () => {
    const page = await lab.open();
    await page.getByLabel("Open a folder").setInputFiles(join(MODELS, "..", "docs", "images"));
    await page.locator(".status.failed").waitFor();
    expect((await page.locator(".status").textContent())!.trim()).toBe(
      "the folder images: there is no config.json and no .gguf file; open a model’s folder (config.json, model.safetensors, tokenizer.json) or a .gguf file",
    );
    await page.close();
  });
});

it("nothing failed, and nothing was asked of another server", () => {
  expect(lab.problems).toEqual([]);
});
