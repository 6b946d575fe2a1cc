/** The `headwise` command as a user meets it: how soon it answers, and the cost of a report. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const MAIN = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const run = promisify(execFile);

/** Wall-clock milliseconds of a whole process. */
async function wall(args) {
  const start = performance.now();
  await run(process.execPath, args, { maxBuffer: 2 ** 26 });
  return performance.now() - start;
}

/** Milliseconds of `headwise --help`, and of an empty program for the part that is Node's; one of each is not counted. */
export async function startUp(count) {
  const [help, empty] = [[], []];
  for (let k = -1; k < count; k++) {
    const [h, e] = [await wall([MAIN, "--help"]), await wall(["--eval", ""])];
    if (k >= 0) help.push(h) && empty.push(e);
  }
  return { help, empty };
}

/** One `headwise report` on a corpus: the whole process's seconds, and the time that the report states. */
export async function reportCost({ model, conllu, threads }) {
  const out = await mkdtemp(join(tmpdir(), "headwise-bench-"));
  try {
    const ms = await wall([MAIN, "report", model, "--conllu", conllu, "--out", out, "--threads", String(threads)]);
    const { cost, corpus } = JSON.parse(await readFile(join(out, "report.json"), "utf8"));
    return { wallSeconds: ms / 1000, sentences: corpus.sentences, ...cost };
  } finally {
    await rm(out, { recursive: true });
  }
}
