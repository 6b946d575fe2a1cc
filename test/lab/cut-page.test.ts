/** Cut, in Chromium: what is downloaded is, in Node, the model that the page has without these heads. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createSwitched } from "../../src/heads/importance/switches.ts";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { sitesOf } from "../../src/models/sites.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { evaluate } from "../../src/tasks/task.ts";
import { nextTokenTask } from "../../src/tasks/token-tasks.ts";
import { type LabPlace, openLab } from "./place.ts";

const TEXT = "previously some drummer that often shakes nobody was examining the drifting violins and our sonorous violin .";

let lab: LabPlace;
let runtime: Runtime;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "headwise-cut-page-"));
  lab = await openLab();
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(async () => {
  await runtime?.release();
  await lab?.close();
  rmSync(folder, { recursive: true });
});

/** Unpacks a download; gives the folder that it holds. */
async function unpacked(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Folder (.zip)" }).click(),
  ]);
  const files = unzipSync(await readFile(await download.path()));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, basename(name)), bytes);
  return folder;
}

it("a quarter of the heads is cut, measured and taken away; Node reads the same numbers, and so does the page", async () => {
  const page = await lab.open("?page=cut&model=builtin:relations-8&share=0.25");
  await page.getByText("4 of 16 heads removed.").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Measure" }).click();
  const path = await unpacked(page);
  const removed: string[] = JSON.parse(await readFile(join(path, "prune.json"), "utf8")).removed;
  expect(removed).toHaveLength(4);

  const whole = await loadCheckpoint("builtin:relations-8");
  const cut = await loadCheckpoint(path);
  expect(cut.config.heads.reduce((a, b) => a + b)).toBe(12);
  const task = nextTokenTask([whole.tokenizer.encode(TEXT).ids]);
  const nats = task.quality(await evaluate(runtime, cut, task));
  const masked = task.quality(await (await createSwitched(runtime, whole, task))(new Set(removed)));
  expect(Math.abs(masked - nats)).toBeLessThan(1e-5);
  expect(sitesOf(cut.config).map(({ heads }) => heads)).toEqual(
    ["0.", "1."].map((layer) => 8 - removed.filter((name) => name.startsWith(layer)).length),
  );

  await page.goto(
    `${lab.origin}/?${new URLSearchParams({ page: "off", model: "builtin:relations-8", text: TEXT, gates: removed.join() })}`,
  );
  await page.getByText("computed in").waitFor();
  const cells = await page
    .getByRole("row", { name: /^mean / })
    .getByRole("cell")
    .allTextContents();
  expect(Number(cells[1])).toBeCloseTo(nats, 3);

  await page.getByLabel("Open a folder").setInputFiles(path);
  await page.getByText(/^gpt2 · 12 heads/).waitFor();
  await expect
    .poll(
      async () =>
        (
          await page
            .getByRole("row", { name: /^mean / })
            .getByRole("cell")
            .allTextContents()
        )[0],
      {
        timeout: 60_000,
      },
    )
    .toBe(nats.toFixed(3));
  expect(lab.problems).toEqual([]);
  await page.close();
});
