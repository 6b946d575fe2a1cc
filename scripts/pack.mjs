/** The npm package as `npm pack` writes it from the built dist/. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Writes the package into a folder: its path, size, and files. Throws an error of one line if dist/ is not built. */
export function pack(folder) {
  for (const file of ["cli/main.js", "index.d.ts", "elements.js", "elements.classic.js", "elements.d.ts", "lab/index.html"]) {
    if (!existsSync(join(root, "dist", file))) throw new Error(`dist/${file} is missing; run npm run build`);
  }
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm pack failed: ${stderr.trim()}`);
  const [{ filename, size, files }] = JSON.parse(stdout);
  return { path: join(folder, filename), size, files };
}
