/** The real command, built into a folder that finds this package's dependencies, and run in child processes. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

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

/** Build the command as `npm run build` does, without checking types again. */
export function buildCommand(): Command {
  mkdirSync(join(ROOT, "node_modules/.cache"), { recursive: true });
  const built = mkdtempSync(join(ROOT, "node_modules/.cache/headwise-test-"));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const args = ["-p", "tsconfig.build.json", "--outDir", built, "--noCheck", "--declaration", "false"];
  execFileSync(process.execPath, [tsc, ...args], { cwd: ROOT });
  const folder = mkdtempSync(join(tmpdir(), "headwise-cli-"));
  return {
    folder,
    built,
    run: (words, options) => runIn(folder, [...(options?.node ?? []), join(built, "cli/main.js"), ...words], options),
    remove: () => [built, folder].forEach((path) => void rmSync(path, { recursive: true, force: true })),
  };
}

function runIn(
  folder: string,
  args: readonly string[],
  { cwd = folder, env: more, begin, watch }: RunOptions = {},
): Promise<Ran> {
  const env = { ...process.env, NO_COLOR: "1", HF_HUB_OFFLINE: "1", HF_HOME: join(folder, "hub"), ...more };
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
