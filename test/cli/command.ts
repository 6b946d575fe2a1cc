/** The real command, built into a folder that finds this package's dependencies, and run in child processes. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CACHE = join(ROOT, "node_modules/.cache");
const HOUR = 3_600_000;

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  /** A folder of this test file's own, removed in the end. */
  readonly folder: string;
  /** Where the command is built, as dist/ is. */
  readonly built: string;
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  remove(): void;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Options of Node itself. */
  readonly node?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Called with the child as soon as it is there. */
  readonly begin?: (child: ChildProcess) => void;
  /** Called with the child and what it has said on stderr so far, each time it says something. */
  readonly watch?: (child: ChildProcess, stderr: string) => void;
}

/**
 * The command as `npm run build` builds it, without checking types again. Test files share one build, which is made anew when a
 * source changes; `own` gives a copy that the caller may change.
 */
export function buildCommand({ own = false } = {}): Command {
  const shared = sharedBuild();
  const built = own ? mkdtempSync(join(CACHE, "headwise-own-")) : shared;
  if (own) cpSync(shared, built, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), "headwise-cli-"));
  return {
    folder,
    built,
    run: (words, options) => runIn(folder, [...(options?.node ?? []), join(built, "cli/main.js"), ...words], options),
    remove: () => [folder, ...(own ? [built] : [])].forEach((path) => void rmSync(path, { recursive: true, force: true })),
  };
}

/** Built aside and renamed, so that it is whole whoever else builds it now; those of other sources go after an hour. */
function sharedBuild(): string {
  mkdirSync(CACHE, { recursive: true });
  const built = join(CACHE, `headwise-built-${hashOfSources()}`);
  if (existsSync(built)) return built;
  const aside = mkdtempSync(join(CACHE, "headwise-own-"));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const args = ["-p", "tsconfig.build.json", "--outDir", aside, "--noCheck", "--declaration", "false"];
  execFileSync(process.execPath, [tsc, ...args], { cwd: ROOT });
  try {
    renameSync(aside, built);
  } catch (error) {
    if (!existsSync(built)) throw error;
    rmSync(aside, { recursive: true });
  }
  for (const other of readdirSync(CACHE).filter((name) => name.startsWith("headwise-")))
    if (Date.now() - statSync(join(CACHE, other)).mtimeMs > HOUR) rmSync(join(CACHE, other), { recursive: true, force: true });
  return built;
}

function hashOfSources(): string {
  const sources = (readdirSync(join(ROOT, "src"), { recursive: true }) as string[]).filter((name) => name.endsWith(".ts"));
  const hash = createHash("sha256");
  for (const name of [
    "package.json",
    "tsconfig.json",
    "tsconfig.build.json",
    ...sources.sort().map((name) => join("src", name)),
  ])
    hash.update(`${name}\0`).update(readFileSync(join(ROOT, name)));
  return hash.digest("hex").slice(0, 16);
}

function runIn(
  folder: string,
  args: readonly string[],
  { cwd = folder, env: more, begin, watch }: RunOptions = {},
): Promise<Ran> {
  const env = { ...process.env, NO_COLOR: "1", COLUMNS: "1000", HF_HUB_OFFLINE: "1", HF_HOME: join(folder, "hub"), ...more };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  begin?.(child);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
    watch?.(child, stderr);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
