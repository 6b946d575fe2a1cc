/** A model made to harm whoever looks at it: names and tokens that are markup stay text on every page. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LabPlace, openLab } from "./place.ts";

const WORLD = fileURLToPath(new URL("../../models/relations-8", import.meta.url));
const HOSTILE = `<img src=x onerror="globalThis.harmed=1">`;
const NAME = "<img src=x onerror=globalThis.harmed=2>";

let lab: LabPlace;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "headwise-hostile-"));
  const model = join(folder, NAME);
  mkdirSync(model);
  for (const file of ["config.json", "model.safetensors"]) cpSync(join(WORLD, file), join(model, file));
  const tokenizer = JSON.parse(readFileSync(join(WORLD, "tokenizer.json"), "utf8"));
  const vocab: Record<string, number> = tokenizer.model.vocab;
  // every word but a few is markup, so that whatever the model expects is, too
  const kept = new Set(["<pad>", "<s>", "<unk>", "previously", "some", "drummer"]);
  const renamed = Object.entries(vocab).map(([word, id]) => [kept.has(word) ? word : `${HOSTILE}${id}`, id]);
  tokenizer.model.vocab = Object.fromEntries(renamed);
  writeFileSync(join(model, "tokenizer.json"), JSON.stringify(tokenizer));
  lab = await openLab({ id: NAME, kind: "directory", folder: model });
});
afterAll(async () => {
  await lab?.close();
  rmSync(folder, { recursive: true });
});

it.each(["look", "off", "heads", "subspaces", "cut", "why"])("on the page %s nothing of it runs", async (name) => {
  const query = new URLSearchParams({ page: name, text: "previously some drummer", heads: "0.1" });
  const page = await lab.open(`?${query}`);
  expect(await page.locator("select[name=model] option:checked").textContent()).toBe(NAME);
  if (name === "off") {
    await page.getByText("computed in").waitFor();
    expect(await page.getByRole("row").filter({ hasText: "onerror=" }).count()).toBeGreaterThan(3);
  }
  await page.waitForTimeout(1500);
  expect(await page.evaluate(() => "harmed" in globalThis)).toBe(false);
  expect(await page.locator("img").count()).toBe(0);
  await page.close();
});

it("markup in the address stays text, too", async () => {
  const page = await lab.open(`?${new URLSearchParams({ text: HOSTILE, heads: HOSTILE, model: HOSTILE, sort: HOSTILE })}`);
  expect((await page.locator(".status").textContent())!.trim()).toContain(HOSTILE);
  expect(await page.evaluate(() => "harmed" in globalThis)).toBe(false);
  await page.close();
});

it("a script that is put into the page does not run", async () => {
  // the browser reports what it refuses
  const page = await lab.open("", { allow: [/Content Security Policy/] });
  const ran = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "globalThis.harmed = 3";
    document.body.append(script);
    document.body.insertAdjacentHTML("beforeend", `<img src="data:," onerror="globalThis.harmed = 4">`);
    await new Promise((later) => setTimeout(later, 300));
    return "harmed" in globalThis;
  });
  expect(ran).toBe(false);
  await page.close();
});
