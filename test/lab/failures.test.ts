/** The lab when files do not arrive: it says which, nothing hangs, and another try works. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LabPlace, openLab } from "./place.ts";

const MODEL = "builtin:relations-8";
/** What the browser itself reports of a file that does not load. */
const UNLOADED = [/Failed to load resource/, /ERR_FAILED/];

let lab: LabPlace;
let between: Between;
beforeAll(async () => {
  lab = await openLab();
  between = await standBetween(lab.origin);
});
afterAll(async () => {
  between?.server.closeAllConnections();
  between?.server.close();
  await lab?.close();
});

const asked = (state: Readonly<Record<string, string>>): string => `?${new URLSearchParams({ model: MODEL, ...state })}`;
const status = async (page: Page): Promise<string> => (await page.locator(".status").textContent())!.trim();
const retry = (page: Page) => page.getByRole("button", { name: "Retry" }).first();
const reads = (page: Page, text: string | RegExp, timeout = 60_000): Promise<unknown> =>
  expect.poll(() => status(page), { timeout }).toMatch(text);

/** A server between the lab's and the page; it spoils what `spoil` names. */
interface Between {
  readonly server: Server;
  readonly origin: string;
  spoil?: { readonly path: RegExp; readonly how: "missing" | "broken" | "silent" };
}

async function standBetween(origin: string): Promise<Between> {
  const server = createServer(async ({ url = "/" }, response) => {
    const answer = await fetch(`${origin}${url}`);
    const body = Buffer.from(await answer.arrayBuffer());
    const spoil = made.spoil?.path.test(url) ? made.spoil.how : undefined;
    // what is spoiled must not be kept, or it would be spoiled for ever
    const left = spoil ? /^(content-|transfer-|connection|cache-|etag)/ : /^(content-(encoding|length)|transfer-|connection)/;
    const headers = [...answer.headers].filter(([name]) => !left.test(name));
    const type = answer.headers.get("content-type") ?? "text/plain";
    const fixed = { ...Object.fromEntries(headers), "content-type": type, "content-length": body.length };
    if (spoil === "missing") {
      response.writeHead(404, { ...fixed, "content-length": 0 });
      response.end();
      return;
    }
    response.writeHead(answer.status, fixed);
    if (spoil === undefined) {
      response.end(body);
      return;
    }
    response.write(body.subarray(0, body.length >> 1));
    if (spoil === "broken") setTimeout(() => response.destroy(), 100);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const made: Between = { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  return made;
}

/** Opens a page whose server spoils some files. */
function openSpoiled(query: string, path: RegExp, how: "missing" | "broken" | "silent"): Promise<Page> {
  between.spoil = { path, how };
  return lab.open(query, { origin: between.origin, settle: false, allow: UNLOADED });
}

describe("a file of the model", () => {
  it.each([
    ["missing", /^model\.safetensors: the server returned status 404; check that the server is still running, then retry$/],
    [
      "broken",
      /^model\.safetensors: the connection broke after \d+\.\d of \d+\.\d MiB; check that the server is still running, then retry$/,
    ],
    ["silent", /^model\.safetensors: the server sent nothing for 15 s after \d+\.\d of \d+\.\d MiB; check that/],
  ] as const)(
    "that is %s is named, and loaded when it is tried again",
    async (how, line) => {
      const page = await openSpoiled(asked({}), /model\.safetensors$/, how);
      if (how === "silent") await reads(page, /^loading model\.safetensors \(\d+\.\d of \d+\.\d MiB\)$/);
      await reads(page, line);
      between.spoil = undefined;
      await retry(page).click();
      await reads(page, "ready");
      expect(await retry(page).count()).toBe(0);
      expect(await page.locator("headwise-head-grid").count()).toBe(1);
      await page.close();
    },
    120_000,
  );

  it("without the list of models, the list is named, and loaded when it is tried again", async () => {
    const page = await openSpoiled(asked({}), /models\.json$/, "missing");
    await reads(page, /^models\.json: the server returned status 404; check that it is still running, then retry$/);
    between.spoil = undefined;
    await retry(page).click();
    await reads(page, "ready");
    await page.close();
  });
});

describe("code", () => {
  it.each(["missing", "broken"] as const)("of a page that is %s is named, and loaded when it is tried again", async (how) => {
    const page = await openSpoiled(asked({}), /\/subspaces-[\w-]+\.js/, how);
    await reads(page, "ready");
    await page.getByRole("link", { name: "Subspaces" }).click();
    const alert = page.getByRole("alert");
    expect(await alert.textContent()).toMatch(
      /^subspaces-[\w-]+\.js could not be loaded; check that the server is still running, then retry/,
    );
    await reads(page, "the page Subspaces is not loaded");
    await page.getByRole("link", { name: "Look" }).click();
    await reads(page, "ready");
    await page.getByRole("link", { name: "Subspaces" }).click();
    await alert.waitFor();
    between.spoil = undefined;
    await retry(page).click();
    await page.locator(".scatters").waitFor({ timeout: 60_000 });
    await reads(page, "ready");
    await page.close();
  });

  it("of a page that never comes is given up, and loaded when it is tried again", async () => {
    const page = await openSpoiled(asked({}), /\/subspaces-[\w-]+\.js/, "silent");
    await reads(page, "ready");
    await page.getByRole("link", { name: "Subspaces" }).click();
    await reads(page, "loading the page Subspaces");
    await page.getByText("the page has not arrived in 15 s; check the server, then retry").waitFor({ timeout: 30_000 });
    between.spoil = undefined;
    await retry(page).click();
    await page.locator(".scatters").waitFor({ timeout: 60_000 });
    await page.close();
  });

  it("of a computation is named, and loaded when it is tried again", async () => {
    const page = await openSpoiled(asked({ page: "heads" }), /\/reporting-[\w-]+\.js/, "missing");
    const alert = page.getByRole("alert");
    await alert.waitFor({ timeout: 60_000 });
    expect(await alert.textContent()).toMatch(/^reporting-[\w-]+\.js could not be loaded; check/);
    between.spoil = undefined;
    await retry(page).click();
    await page.locator("table.heads").waitFor({ timeout: 120_000 });
    await page.close();
  });

  it("of the engine is named, and loaded when it is tried again", async () => {
    const page = await openSpoiled(asked({}), /asyncify\.mjs$/, "missing");
    const alert = page.getByRole("alert");
    await alert.waitFor({ timeout: 60_000 });
    expect(await alert.textContent()).toMatch(/could not be loaded; check that the server is still running, then retry/);
    between.spoil = undefined;
    await retry(page).click();
    await reads(page, "ready");
    await page.close();
  });

  it("of the worker is named, and loaded when it is tried again", async () => {
    const page = await openSpoiled(asked({}), /\/worker-[\w-]+\.js/, "missing");
    await reads(page, /^worker\.js could not be loaded; check/);
    between.spoil = undefined;
    await retry(page).click();
    await reads(page, "ready");
    await page.close();
  });
});

describe("errors of the worker", () => {
  /** Keeps the page's workers, so that a test can break them. */
  const keepWorkers = (page: Page) =>
    page.addInitScript(() => {
      const made: Worker[] = [];
      Object.assign(globalThis, {
        made,
        Worker: class extends Worker {
          constructor(...args: ConstructorParameters<typeof Worker>) {
            super(...args);
            made.push(this);
          }
        },
      });
    });
  const tell = (page: Page, type: "error" | "messageerror") =>
    page.evaluate((type) => {
      const event = type === "error" ? new ErrorEvent("error", { message: "out of memory" }) : new MessageEvent("messageerror");
      (globalThis as unknown as { made: Worker[] }).made.at(-1)!.dispatchEvent(event);
    }, type);

  it.each([
    ["error", "the engine stopped: out of memory; reload the page"],
    ["messageerror", "the engine sent a message that cannot be read; reload the page"],
  ] as const)("%s: the status line tells, requests fail instead of waiting, and another try starts a new worker", async (type, line) => {
    const page = await lab.open(asked({}), { prepare: keepWorkers });
    await reads(page, "ready");
    await tell(page, type);
    await reads(page, line);
    await page.getByRole("textbox", { name: "Text", exact: true }).fill("some drummer");
    expect(await page.getByRole("alert").textContent()).toContain(line);
    await retry(page).click();
    await reads(page, "ready");
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.close();
  });
});

describe("the tests of the lab", () => {
  it.each([
    [
      "an error",
      () =>
        setTimeout(() => {
          throw new Error("bad");
        }),
    ],
    ["an unhandled rejection", () => void Promise.reject(new Error("bad"))],
    ["an error on the console", () => console.error("bad")],
  ])("%s makes closing the page fail, unless the test allows it", async (_, provoke) => {
    for (const allow of [[], [/bad/]]) {
      const page = await lab.open(asked({}), { allow });
      await page.evaluate(provoke);
      await page.waitForTimeout(200);
      if (allow.length === 0) await expect(page.close()).rejects.toThrow("in a page of the lab: bad");
      else await page.close();
    }
  });
});
