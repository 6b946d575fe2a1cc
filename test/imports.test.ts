/** The rooms of src/ import one way only; and the rules that say so do catch what they forbid. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractConfig from "dependency-cruiser/config-utl/extract-depcruise-config";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What is forbidden and found, as "rule: from → to". */
async function violations(baseDir: string, folders: string[]): Promise<string[]> {
  const { options, ...ruleSet } = await extractConfig(join(ROOT, ".dependency-cruiser.cjs"));
  const { output } = await cruise(folders, { ...options, validate: true, ruleSet, baseDir, preserveSymlinks: true });
  const { summary } = output as ICruiseResult;
  expect(summary.totalCruised).toBeGreaterThan(0);
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

it("src, test and bench import as the rules allow", async () => {
  expect(await violations(ROOT, ["src", "test", "bench"])).toEqual([]);
}, 60_000);

const LAWFUL = {
  "src/version.ts": "export const version = 1;",
  "src/graph/value.ts": `import "../version.ts"; export const value = 1; export type Value = number;`,
  "src/run/ort.node.ts": `import "onnxruntime-node"; import "node:fs"; export const node = 1;`,
  "src/run/ort.web.ts": `import "onnxruntime-web/webgpu"; export const web = 1;`,
  "src/run/runtime.ts": `import type { Env } from "onnxruntime-common"; import "../graph/value.ts"; export type Known = Env;`,
  "src/heads/score.ts": `import "../run/runtime.ts"; import "zod"; export const score = 1;`,
  "src/cli/main.ts": `import "../run/ort.node.ts"; import "../heads/score.ts"; import "node:path";`,
};

/** Each line of code would break the rule of that name in that file. */
const UNLAWFUL: readonly (readonly [rule: string, file: string, code: string])[] = [
  ["rooms-graph", "src/graph/a.ts", `import "../heads/score.ts";`],
  ["rooms-onnx", "src/onnx/a.ts", `import type { Known } from "../run/runtime.ts"; export type A = Known;`],
  ["rooms-run", "src/run/a.ts", `export const later = () => import("../ops/b.ts");`],
  ["rooms-load", "src/load/a.ts", `export * from "../heads/score.ts";`],
  ["rooms-heads", "src/heads/a.ts", `import "../cli/main.ts";`],
  ["rooms-graph", "src/graph/b.ts", `import "../index.ts";`],
  ["rooms-sweep", "src/sweep/a.ts", `import "../cli/main.ts";`],
  ["known-rooms", "src/attic/a.ts", `import "../graph/value.ts";`],
  ["no-cycles", "src/ops/c.ts", `import type { D } from "./d.ts"; export type C = D;`],
  ["resolves", "src/nn/a.ts", `import "./nowhere.ts";`],
  ["src-stands-alone", "src/nn/b.ts", `import "../../test/a.ts";`],
  ["src-ships-its-packages", "src/nn/c.ts", `import "vitest";`],
  ["engine-in-one-place", "src/heads/b.node.ts", `import "onnxruntime-node";`],
  ["engine-node-or-web", "src/run/b.node.ts", `import "onnxruntime-web/webgpu";`],
  ["engine-types", "src/nn/d.ts", `import type { Env } from "onnxruntime-common"; export type E = Env;`],
  ["engine-types-only", "src/run/c.ts", `import { env } from "onnxruntime-common"; export const e = env;`],
  ["browser-without-node", "src/view/a.ts", `import "@resvg/resvg-js";`],
  ["browser-without-node-files", "src/view/b.ts", `import "../run/ort.node.ts";`],
  ["browser-without-node-modules", "src/view/c.ts", `import "node:fs";`],
  ["browser-without-node-modules", "src/view/d.ts", `import "path";`],
  ["node-without-web-files", "src/heads/d.ts", `import "../run/ort.web.ts";`],
];

const AROUND = {
  "src/index.ts": "export const all = 1;",
  "src/ops/b.ts": "export const b = 1;",
  "src/ops/d.ts": `import type { C } from "./c.ts"; export type D = C;`,
  "test/a.ts": "export const a = 1;",
};

it("catches each kind of forbidden import, and only that", async () => {
  const base = mkdtempSync(join(tmpdir(), "headwise-imports-"));
  try {
    const forbidden = Object.fromEntries(UNLAWFUL.map(([, file, code]) => [file, code]));
    for (const [file, code] of Object.entries({ ...LAWFUL, ...AROUND, ...forbidden })) {
      mkdirSync(dirname(join(base, file)), { recursive: true });
      writeFileSync(join(base, file), code);
    }
    for (const name of ["node_modules", "package.json"]) symlinkSync(join(ROOT, name), join(base, name));
    const found = await violations(base, ["src"]);
    for (const [rule, file] of UNLAWFUL) expect(found).toContainEqual(expect.stringContaining(`${rule}: ${file} → `));
    for (const file of Object.keys(LAWFUL)) expect(found).not.toContainEqual(expect.stringContaining(`: ${file} → `));
  } finally {
    rmSync(base, { recursive: true });
  }
}, 60_000);
