/**
 * `npm run test:package`, after `npm run build`: installs the packed package into an empty project, as a user does on a machine
 * that reaches a registry only, and uses it: in Node, in TypeScript, from the command line, in a page built by Vite and in plain
 * HTML; then again without its native packages. Packages come from npm's cache where they are in it.
 */
import { spawnSync } from "node:child_process";
import { cpSync, createReadStream, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { chromium } from "playwright-core";
import { build } from "vite";
import { ensureChromium } from "./chromium.mjs";
import { pack } from "./pack.mjs";

const root = join(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const project = mkdtempSync(join(tmpdir(), "headwise-user-"));
const windows = process.platform === "win32";

/** Runs a program in the project: its exit status, standard output and standard error. */
function run(command, args, env = {}) {
  const options = {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, ...env },
    shell: windows && command !== process.execPath,
  };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  return { status, out: stdout ?? "", error: error?.message ?? stderr };
}

/** The output of a program that must succeed. */
function output(command, ...args) {
  const { status, out, error } = run(command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${out}${error}`);
  return out;
}

function expectEqual(found, expected) {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(found)}`);
}

function expectMatch(text, pattern) {
  if (!pattern.test(text)) throw new Error(`expected ${pattern}, got ${JSON.stringify(text)}`);
}

const headwise = (...args) => run("npx", ["--no", "--", "headwise", ...args]);

function install() {
  const { path } = pack(project);
  cpSync(join(root, "scripts/package-test"), project, { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  // scripts run, as they do by default; the variable keeps one of them from asking another host for CUDA libraries
  const args = ["install", path, "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts=false"];
  const { status, error } = run("npm", args, { ONNXRUNTIME_NODE_INSTALL: "skip" });
  if (status !== 0) throw new Error(`npm install failed: ${error}`);
}

/** What use.mjs prints, with the row of the pattern rounded: it sums to one. */
function inNode() {
  const { row, ...rest } = JSON.parse(output(process.execPath, "use.mjs"));
  return { ...rest, row: Number(row.toFixed(5)) };
}

const native = () => expectEqual(inNode(), { device: "cpu", shape: [2, 3, 5, 5], png: true, row: 1 });

function types(resolution) {
  const kind = resolution === "nodenext" ? ["--module", "nodenext"] : ["--module", "esnext", "--moduleResolution", "bundler"];
  const node = ["--typeRoots", join(root, "node_modules/@types"), "--types", "node"];
  const libraries = ["--target", "es2022", "--lib", "es2023,dom,dom.iterable,esnext.disposable"];
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  output(process.execPath, tsc, "--noEmit", "--strict", ...kind, ...node, ...libraries, "use.ts");
}

function command() {
  expectEqual(headwise("--version").out.trim(), version);
  const look = headwise(
    "look",
    "builtin:relations-8",
    "-t",
    "the cat sees the dog",
    "--png",
    "look.png",
    "--layer",
    "0",
    "--head",
    "0",
  );
  expectEqual([look.status, look.error], [0, look.error]);
  expectMatch(readFileSync(join(project, "look.png"), "latin1"), /^\u0089PNG/);
  const { status, error } = headwise("train", "node_modules/headwise/models/english/train.json", "--name", "run");
  expectEqual(status, 2);
  expectMatch(error, /are not part of the npm package; train in a checkout/);
}

function withoutNative() {
  for (const name of ["onnxruntime-node", "@resvg/resvg-js", "fs-native-extensions"]) {
    renameSync(join(project, "node_modules", name), join(project, "node_modules", `${name}-away`));
  }
  const { png, ...rest } = inNode();
  expectEqual(rest, { device: "wasm", shape: [2, 3, 5, 5], row: 1 });
  expectMatch(png, /^a PNG needs @resvg\/resvg-js and dejavu-fonts-ttf, .+; run npm install /);
  const { status, error } = headwise(
    "look",
    "builtin:relations-8",
    "-t",
    "the cat sees the dog",
    "--svg",
    "wasm.svg",
    "--layer",
    "0",
    "--head",
    "0",
  );
  expectEqual(status, 0);
  expectMatch(error, /onnxruntime-node cannot be loaded .+; run npm install onnxruntime-node@/);
  const gpu = headwise("look", "builtin:relations-8", "-t", "a b", "--device", "webgpu");
  expectEqual(gpu.status, 2);
  expectMatch(gpu.error, /the device "webgpu" needs onnxruntime-node/);
}

async function pages() {
  const page = join(project, "page.html");
  const options = { outDir: join(project, "built"), target: "es2022", rolldownOptions: { input: page } };
  await build({ root: project, configFile: false, logLevel: "error", base: "./", build: options });
  const server = createServer(serve);
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: ["--no-sandbox", "--disable-quic"] });
  try {
    const title = (path) => titleOf(browser, `http://127.0.0.1:${server.address().port}/${path}`);
    expectEqual(await title("built/page.html"), { y: [4, 9], canvas: true });
    expectEqual(await title("plain.html"), { drawn: true });
  } finally {
    await browser.close();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

function serve({ url }, response) {
  const file = join(project, new URL(url, "http://localhost").pathname);
  const found = statSync(file, { throwIfNoEntry: false })?.isFile();
  response.writeHead(found ? 200 : 404, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" });
  if (found) createReadStream(file).pipe(response);
  else response.end();
}

/** The title that a page gives itself when it is done. */
async function titleOf(browser, address) {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(address);
  await page
    .waitForFunction(() => document.title.startsWith("{"), null, { timeout: 60_000 })
    .catch(() => {
      throw new Error(`${new URL(address).pathname} did not finish: ${errors.join("; ") || "no error was thrown"}`);
    });
  return JSON.parse(await page.title());
}

const STEPS = {
  "npm install of the packed package": install,
  "a Node module": native,
  "types, nodenext": () => types("nodenext"),
  "types, bundler": () => types("bundler"),
  "the command line": command,
  "a page built by Vite, and elements in plain HTML": pages,
  "without native packages": withoutNative,
};

try {
  for (const [name, step] of Object.entries(STEPS)) {
    const start = performance.now();
    try {
      await step();
    } catch (error) {
      throw new Error(`${name}: ${error.message}`);
    }
    console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(project, { recursive: true, force: true });
}
