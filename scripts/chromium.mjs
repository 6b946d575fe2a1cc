/** Finds the Chromium that the browser tests run in, and installs one if there is none; run by itself, it prints the path. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];
const MAC = ["Chromium", "Google Chrome", "Microsoft Edge"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
const WINDOWS = [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA].flatMap((folder) =>
  folder
    ? ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"].map((file) => join(folder, file))
    : [],
);

/** A file that answers `--version`: some systems have a placeholder of that name. (On Windows asking would open a window.) */
const works = (path) =>
  existsSync(path) && (process.platform === "win32" || spawnSync(path, ["--version"], { timeout: 30_000 }).status === 0);

/** The path of a Chromium on this machine, or undefined. Throws where CHROMIUM_PATH names none. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (works(named)) return named;
    throw new Error(`CHROMIUM_PATH is "${named}", which is no Chromium that starts: correct it or unset it`);
  }
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [chromium.executablePath(), ...onPath, ...MAC, ...WINDOWS].find(works);
}

/** A Chromium on this machine, installed first if need be. Throws an error of one line that says what to run. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const debian = existsSync("/etc/debian_version");
  const root = process.getuid?.() === 0;
  const fetched = [
    process.execPath,
    join(import.meta.dirname, "../node_modules/playwright-core/cli.js"),
    "install",
    "chromium",
  ];
  const packaged = [
    ["apt-get", "update"],
    ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
  ];
  for (const commands of debian && root ? [packaged, [fetched]] : [[fetched]]) {
    const installed = commands.every(succeeds) && findChromium();
    if (installed) return installed;
  }
  const command = debian
    ? `${root ? "" : "sudo "}apt-get install -y chromium`
    : "npx playwright-core install --with-deps chromium";
  throw new Error(`the browser tests need a Chromium and none could be installed: run "${command}", or set CHROMIUM_PATH`);
}

/** Runs an installer; what it says is told on stderr in one line if it fails. */
function succeeds([command, ...args]) {
  process.stderr.write(`installing Chromium: ${basename(command)} ${args.map((arg) => basename(arg)).join(" ")}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, stdout, stderr, error } = spawnSync(command, args, { env, encoding: "utf8", timeout: 600_000 });
  const said = [error?.message, stderr, stdout].join("\n").split("\n");
  const why = said.find((line) => /^(E:|Error:|spawn)/.test(line)) ?? `exit status ${status}`;
  if (status !== 0) process.stderr.write(`  did not work: ${why}\n`);
  return status === 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(ensureChromium());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
