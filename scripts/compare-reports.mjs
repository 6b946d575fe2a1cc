/** Prints every difference between two report.json of one model: numbers by over 1e-6, labels, sentences, what is new and what is gone. */
import { readFileSync } from "node:fs";

const USAGE = "usage: node scripts/compare-reports.mjs BEFORE.json AFTER.json";
const SAME = 1e-6;
/** What may differ between any two runs. */
const IGNORED = new Set(["cost", "headwise"]);

const isRecord = (x) => typeof x === "object" && x !== null;
const shown = (x) => (isRecord(x) ? JSON.stringify(x).slice(0, 160) : JSON.stringify(x));
/** A head is called by its name, not by its place in the list. */
const nameOf = (parent, value) =>
  parent === "heads" && isRecord(value) && "layer" in value ? `heads[${value.layer}.${value.head}]` : undefined;

function* differences(before, after, path, key) {
  if (typeof before === "number" && typeof after === "number") {
    if (Math.abs(before - after) > SAME) yield `${path}: ${before} → ${after}`;
    return;
  }
  if (!isRecord(before) || !isRecord(after) || Array.isArray(before) !== Array.isArray(after)) {
    if (before !== after) yield `${path}: ${shown(before)} → ${shown(after)}`;
    return;
  }
  for (const child of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (path === "" && IGNORED.has(child)) continue;
    const at = nameOf(key, before[child]) ?? (path ? `${path}.${child}` : child);
    if (!(child in after)) yield `${at}: gone, was ${shown(before[child])}`;
    else if (!(child in before)) yield `${at}: new, ${shown(after[child])}`;
    else yield* differences(before[child], after[child], at, child);
  }
}

const [first, second] = process.argv.slice(2);
if (!first || !second) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
const [before, after] = [first, second].map((path) => JSON.parse(readFileSync(path, "utf8")));
const found = [...differences(before, after, "", "")];
for (const line of found) process.stdout.write(`${line}\n`);
process.stdout.write(`${found.length} differences\n`);
process.exit(found.length > 0 ? 1 : 0);
