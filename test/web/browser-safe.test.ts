/** src/ runs in the browser except *.node.ts and cli/: without Node's types, none of its names is unknown. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** "Cannot find name/module/namespace", with their variants for Node's names. */
const UNKNOWN = new Set([2304, 2307, 2503, 2552, 2580, 2591, 2792]);

const browserFiles = (): string[] =>
  readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".node.ts") && !/^cli[\\/]/.test(file))
    .map((file) => join(ROOT, "src", file));

/** The names that `files` use and that neither they nor a browser have, as "file: message". */
function unknownNames(files: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const program = ts.createProgram(files, { ...options, types: [], noEmit: true });
  expect(program.getSourceFiles().filter(({ fileName }) => fileName.includes("/@types/node/"))).toEqual([]);
  return files
    .flatMap((file) => program.getSemanticDiagnostics(program.getSourceFile(file)))
    .filter(({ code }) => UNKNOWN.has(code))
    .map(({ file, messageText }) => `${relative(ROOT, file!.fileName)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
}

it("no browser file uses Node's modules or globals", () => {
  const files = browserFiles();
  expect(files.length).toBeGreaterThan(0);
  expect(unknownNames(files)).toEqual([]);
}, 120_000);

it("a use of one would be found", () => {
  const folder = mkdtempSync(join(tmpdir(), "headwise-browser-safe-"));
  const uses = [
    "process.argv",
    "Buffer.from([1])",
    "global.gc",
    "__dirname",
    `await import("node:fs")`,
    "null as unknown as NodeJS.Timeout",
  ];
  try {
    const files = uses.map((code, i) => {
      writeFileSync(join(folder, `${i}.ts`), `export const used = ${code};\n`);
      return join(folder, `${i}.ts`);
    });
    const found = unknownNames(files);
    for (const i of uses.keys()) expect(found).toContainEqual(expect.stringContaining(`${i}.ts: Cannot find`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
