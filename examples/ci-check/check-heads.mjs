/** Fails when a model loses too much by the heads that are removed before it ships. Arguments are rules such as "loss<=0.02". */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MODEL = "builtin:relations-8";
const HEADS = "1.3,1.4";
const TASK = ["--task", "relation", "--relation", "agreement", "--examples", "80"];
const RULES = ["loss<=0.02", "heads>=14"];

const headwise = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "check-heads-"));
const prune = ["prune", MODEL, "--heads", HEADS, ...TASK, "--no-timing", "--out", join(folder, "smaller")];
const rules = process.argv.length > 2 ? process.argv.slice(2) : RULES;
const required = rules.flatMap((rule) => ["--require", rule]);
const { status } = spawnSync(process.execPath, [headwise, ...prune, ...required], { stdio: "inherit" });
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
