/** `npm start`: the main job on a fresh machine — build, and report on the built-in model. Arguments go on to the report. */
import { execFileSync, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = (...args) => [process.execPath, args, { cwd: root, stdio: "inherit" }];

execFileSync(...node(join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"));
const vite = join(root, "node_modules", "vite", "bin", "vite.js");
execFileSync(...node(vite, "build", "--config", "lab/elements.vite.config.ts", "--logLevel", "warn"));
const report = spawnSync(...node("dist/cli/main.js", "report", "builtin:english", ...process.argv.slice(2)));
process.exitCode = report.status ?? 1;
