/** `npm start`: the main job on a fresh machine — build, and report on the built-in model. Arguments go on to the report. */
import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = (...args) => [process.execPath, args, { cwd: root, stdio: "inherit" }];

const tsc = [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"];
const vite = join(root, "node_modules", "vite", "bin", "vite.js");
const elements = [vite, "build", "--config", "lab/elements.vite.config.ts", "--logLevel", "warn"];
const report = ["dist/cli/main.js", "report", "builtin:english", ...process.argv.slice(2)];

/** The exit code of the first that fails, as a shell counts it; what it has said is enough. */
function run(steps) {
  for (const [what, args] of Object.entries(steps)) {
    process.stderr.write(`${what} …\n`);
    const { status, signal } = spawnSync(...node(...args));
    if (status !== 0) return status ?? 128 + (constants.signals[signal] ?? 0);
  }
  return 0;
}
process.exitCode = run({
  "compiling TypeScript": tsc,
  "bundling the elements of the pages": elements,
  "reporting on builtin:english": report,
});
