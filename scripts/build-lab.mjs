/**
 * `npm run build:lab`: the lab as a static site that any web server can host, in lab-site/ or in the folder that --out names.
 * What stands there afterwards is the old site or the whole new one; a folder of other things is only replaced with --force.
 */
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { builtinLabModels, listModels, modelFile } from "../dist/cli/lab/lab-models.js";
import { engineFolder } from "../dist/cli/lab/lab-server.js";
import { writeFolder } from "../dist/load/files/write-folder.node.js";

const ROOT = join(import.meta.dirname, "..");
const PAGES = join(ROOT, "dist", "lab");
/** What onnxruntime-web/webgpu asks for, on WebGPU and without it. */
const ENGINE = ["ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm"];
const MARK = "# Made by Headwise (npm run build:lab).";
const HEADERS = `${MARK} WebAssembly may use threads only in a page that is isolated.
/*
  Cross-Origin-Opener-Policy: same-origin
  Cross-Origin-Embedder-Policy: require-corp
`;

class Refused extends Error {}

function options() {
  try {
    const { values } = parseArgs({ options: { out: { type: "string", default: "lab-site" }, force: { type: "boolean" } } });
    return { out: resolve(values.out), force: values.force ?? false };
  } catch (error) {
    throw new Refused(`${error.message} (there are --out DIR and --force)`);
  }
}

/** Throws where something would be lost. */
function checkPlace(out, force) {
  if (!relative(out, ROOT).startsWith("..")) throw new Refused(`${out}: Headwise itself is in this folder: choose another`);
  const found = lstatSync(out, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isDirectory()) throw new Refused(`${out}: this is no folder: choose another`);
  const names = readdirSync(out);
  const ours = names.includes("_headers") && readFileSync(join(out, "_headers"), "utf8").startsWith(MARK);
  if (names.length > 0 && !ours && !force) throw new Refused(`${out}: holds other things: choose another folder, or --force`);
}

function pages() {
  if (!existsSync(join(PAGES, "index.html"))) throw new Refused("the pages are not built: run `npm run build` first");
  const entries = readdirSync(PAGES, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Every file of the site: one is read when the one before it is written. */
function* files(paths, models, modelPlaces) {
  for (const path of paths) yield [relative(PAGES, path), readFileSync(path)];
  for (const name of ENGINE) yield [`ort/${name}`, readFileSync(join(engineFolder(), name))];
  for (const [name, path] of modelPlaces) yield [name, readFileSync(path)];
  yield ["models.json", JSON.stringify(models)];
  yield ["_headers", HEADERS];
}

async function modelPaths(builtins, { models }) {
  const places = models.flatMap(({ id, base, files }) => files.map((name) => ({ id, base, name })));
  const byId = new Map([...builtins.values()].map((model) => [model.id, model]));
  return Promise.all(places.map(async ({ id, base, name }) => [`${base}${name}`, await modelFile(byId.get(id), name)]));
}

try {
  const { out, force } = options();
  checkPlace(out, force);
  const paths = pages();
  const builtins = await builtinLabModels();
  const models = await listModels(builtins);
  await writeFolder(out, files(paths, models, await modelPaths(builtins, models)));
  console.log(`the lab's site is in ${out}: ${models.models.length} models, for any web server`);
} catch (error) {
  console.error(`build-lab: ${error.message}`);
  process.exitCode = error instanceof Refused || error.name === "InputError" ? 2 : 1;
}
