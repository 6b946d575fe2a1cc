/**
 * `npm run mutation -- [ROOM | FILE…]`: changes the code of a room one mutant at a time, and counts those that the room's own tests notice.
 * A FILE of src/ mutates that file alone. Without arguments: every room whose numbers decide (an hour or more on two cores).
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOMS = ["graph", "ops", "autodiff", "stats", "prune"];
const root = join(import.meta.dirname, "..");
const stryker = join(root, "node_modules/@stryker-mutator/core/bin/stryker.js");
const [KILLED, ALIVE] = [new Set(["Killed", "Timeout"]), new Set(["Survived", "NoCoverage"])];

/** The files to mutate, by room. Throws where an argument is neither a room nor a file of one. */
function planned(args) {
  const plan = new Map();
  for (const arg of args.length > 0 ? args : ROOMS) {
    const room = ROOMS.find((name) => arg === name || arg.startsWith(`src/${name}/`));
    if (!room)
      throw new Error(
        `"${arg}" is neither a room nor a file of one; use ${ROOMS.join(", ")}, or a path such as src/ops/einsum.ts`,
      );
    plan.set(room, [...(plan.get(room) ?? []), arg === room ? `src/${room}/**/*.ts` : arg]);
  }
  return plan;
}

/** How many mutants of a room its tests notice, of all. */
function mutate(room, files) {
  const report = join(root, `mutation/${room}.json`);
  const config = join(root, `mutation/${room}.config.json`);
  const shared = JSON.parse(readFileSync(join(root, "stryker.config.json"), "utf8"));
  writeFileSync(config, JSON.stringify({ ...shared, mutate: files, jsonReporter: { fileName: report } }));
  const { status } = spawnSync(process.execPath, [stryker, "run", config], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ROOMS: room },
  });
  if (status !== 0) throw new Error(`the mutation run of ${room} failed with exit status ${status}; see its output above`);
  const mutants = Object.values(JSON.parse(readFileSync(report, "utf8")).files).flatMap((file) => file.mutants);
  const count = (statuses) => mutants.filter((mutant) => statuses.has(mutant.status)).length;
  return { killed: count(KILLED), of: count(KILLED) + count(ALIVE) };
}

const line = (name, { killed, of }) => `${name}: ${killed} of ${of} mutants noticed (${((100 * killed) / of).toFixed(1)}%)`;

try {
  mkdirSync(join(root, "mutation"), { recursive: true });
  const found = [...planned(process.argv.slice(2))].map(([room, files]) => [room, mutate(room, files)]);
  for (const [room, counts] of found) console.log(line(room, counts));
  const sum = (key) => found.reduce((total, [, counts]) => total + counts[key], 0);
  console.log(line("all", { killed: sum("killed"), of: sum("of") }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
