/**
 * `npm run package`, after `npm run build`: checks what npm would publish. The package has no file without a source and no text
 * that only training needs, is small, and publint and attw (are the types wrong?) accept it.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "./pack.mjs";

const root = join(import.meta.dirname, "..");
const MOST = 8e6;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

/** A compiled module whose source is gone is left from an earlier build. */
const isStale = (path) => {
  const [, module] = /^dist\/(?!lab\/|elements\.)(.+)\.(?:js|d\.ts)$/.exec(path) ?? [];
  return module !== undefined && !existsSync(join(root, "src", `${module}.ts`));
};

function problems({ size, files }) {
  const stale = files.map(({ path }) => path).filter(isStale);
  const unneeded = files.filter(({ path }) => /\.(?:br|gz|map|png)$/.test(path)).map(({ path }) => path);
  return [
    ...(stale.length > 0 ? [`${stale.join(", ")}: no source in src/; remove dist/ and run npm run build`] : []),
    ...(unneeded.length > 0 ? [`${unneeded.join(", ")}: not needed at run time; leave it out in "files" of package.json`] : []),
    ...(size > MOST ? [`the package is ${megabytes(size)}; keep it at most ${megabytes(MOST)}`] : []),
  ];
}

/** Whether a checker accepts the package; what it prints is shown. */
function accepts(name, file, ...args) {
  console.log(`-- ${name}`);
  return spawnSync(process.execPath, [join(root, "node_modules", file), ...args], { stdio: "inherit" }).status === 0;
}

function check() {
  const folder = mkdtempSync(join(tmpdir(), "headwise-package-"));
  try {
    const packed = pack(folder);
    console.log(`${packed.files.length} files, ${megabytes(packed.size)} packed`);
    const found = problems(packed);
    for (const problem of found) console.error(problem);
    const lint = accepts("publint", "publint/src/cli.js", "run", packed.path, "--strict");
    // ES modules only: what Node 10 and require() find is no question
    const types = accepts("attw", "@arethetypeswrong/cli/dist/index.js", packed.path, "--profile", "esm-only");
    console.log(); // its last line is left open
    return found.length === 0 && lint && types;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = check() ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
