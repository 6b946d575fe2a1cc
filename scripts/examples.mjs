/** `npm run examples -- [NAME…]`: runs the examples as their READMEs say, and checks what each prints, writes or draws. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";

const root = join(import.meta.dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "headwise-examples-"));
const SITE = "http://examples.test";
const FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"];

/** Thrown where an example cannot run on this machine. */
class Skipped extends Error {}

function holds(condition, message) {
  if (!condition) throw new Error(message);
}

/** Runs a file of examples/ or of dist/ in Node, and gives its output; throws where the exit status is another one. */
function node(file, args = [], wanted = 0) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, file), ...args], { encoding: "utf8" });
  holds(status === wanted, `${file} ${args.join(" ")}: exit status ${status}, expected ${wanted}\n${stdout}${stderr}`);
  return stdout;
}

/** Opens a page in Chromium, waits until `ready` holds there, and throws on any error that the page reports. */
async function inBrowser(open, ready) {
  const executablePath = findChromium();
  if (!executablePath) throw new Skipped("no Chromium was found; install one, or set CHROMIUM_PATH");
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("requestfailed", (request) => errors.push(`${request.url()} did not load`));
    await page.route(`${SITE}/**`, (route) => route.fulfill({ path: join(root, new URL(route.request().url()).pathname) }));
    await open(page);
    await page.waitForFunction(ready, undefined, { timeout: 20_000 });
    holds(errors.length === 0, `the page reports: ${errors.join("; ")}`);
  } finally {
    await browser.close();
  }
}

function nodeLibrary() {
  const printed = node("examples/node-library/report.mjs");
  holds(/^builtin:english: \d+ of 32 heads have a label/.test(printed), `no summary in: ${printed}`);
}

const browserPage = () =>
  inBrowser(
    (page) => page.goto(`${SITE}/examples/browser-page/index.html`),
    () => {
      const grid = document.querySelector("headwise-head-grid");
      return (
        grid?.shadowRoot?.querySelectorAll("canvas").length >= 2 && document.querySelector("#large")?.pattern?.length === 36
      );
    },
  );

function ciCheck() {
  node("examples/ci-check/check-heads.mjs");
  node("examples/ci-check/check-heads.mjs", ["heads>=16"], 1);
  node("examples/ci-check/check-heads.mjs", ["no such rule"], 2);
}

function pruneScript() {
  const out = join(scratch, "pruned");
  const printed = node("examples/prune-script/prune.mjs", [out, "0.0", "3.7"]);
  const difference = Number(/largest difference .*: (\S+)/.exec(printed)?.[1]);
  holds(difference < 1e-3, `the smaller model differs from the masked one by ${difference}`);
  const looked = JSON.parse(node("dist/cli/main.js", ["look", out, "-t", "The Congress", "--json"]));
  holds(looked.heads.length === 30, `the written model has ${looked.heads.length} heads, expected 30`);
}

async function notebook() {
  const { cells, nbformat } = JSON.parse(readFileSync(join(root, "examples/notebook/heads.ipynb"), "utf8"));
  holds(
    nbformat === 4 && cells.every(({ id, cell_type, source }) => id && cell_type && Array.isArray(source)),
    "not nbformat 4",
  );
  const code = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => source.join(""));
  const template = /PAGE = """(.*?)"""/s.exec(code.join("\n"))?.[1];
  holds(template !== undefined, "no cell defines PAGE");
  // what the cells do in Python
  const looked = node("dist/cli/main.js", ["look", "builtin:english", "-t", "The Congress of the United States", "--json"]);
  const elements = readFileSync(join(root, "dist/elements.js"), "utf8").replaceAll("</script", "<\\/script");
  const html = template
    .replace("ELEMENTS", () => elements)
    .replace("LOOKED", () => JSON.stringify(JSON.parse(looked)).replaceAll("</", "<\\/"));
  const { document } = parseHTML(html);
  holds(document.querySelectorAll("headwise-head-grid, headwise-pattern").length === 2, "the cell's HTML lacks its elements");
  holds(JSON.parse(document.querySelector("#looked").textContent).heads.length === 32, "the cell's data lack heads");
  await inBrowser(
    (page) => page.setContent(html),
    () => document.querySelector("headwise-head-grid")?.shadowRoot?.querySelectorAll("canvas").length === 32,
  );
}

const EXAMPLES = {
  "node-library": nodeLibrary,
  "browser-page": browserPage,
  "ci-check": ciCheck,
  "prune-script": pruneScript,
  notebook,
};

/** Runs one example, prints how it went, and returns whether it did not fail. */
async function run(name) {
  const begun = performance.now();
  const say = (how) =>
    console.log(`${name.padEnd(13)} ${((performance.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${how}`);
  try {
    await EXAMPLES[name]();
    say("passed");
    return true;
  } catch (error) {
    say(error instanceof Skipped ? `skipped: ${error.message}` : `failed: ${error.message}`);
    return error instanceof Skipped;
  }
}

async function main(names) {
  const unknown = names.find((name) => !Object.hasOwn(EXAMPLES, name));
  if (unknown) throw new Error(`there is no example "${unknown}"; use ${Object.keys(EXAMPLES).join(", ")}`);
  const built = ["dist/index.js", "dist/cli/main.js", "dist/elements.js"].every((file) => existsSync(join(root, file)));
  if (!built) throw new Error("dist/ is incomplete; run `npm run build` first");
  let failed = 0;
  for (const name of names.length > 0 ? names : Object.keys(EXAMPLES)) if (!(await run(name))) failed++;
  process.exitCode = failed > 0 ? 1 : 0;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
