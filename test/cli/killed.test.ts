/**
 * Commands that write, killed before every file operation and half-way through every write: what stands under a name is the old
 * one or the new one, whole. Each command is run once with a copy of its folder kept at every such moment, which is what a kill
 * there would leave; and it is killed in fact at a few (KILLS=all: at every one) and run again.
 */
import type { ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { random } from "../../src/params/random.ts";
import { damageOf } from "../../src/train/run-folder/sums.node.ts";
import { madeText } from "../train/made-text.ts";
import { buildCommand, type Command, type Ran } from "./command.ts";
import { CASES, SHORT } from "./killed-cases.ts";
import { makeModel } from "./model-folder.ts";
import { makeTranslator } from "./translator-folder.ts";

/** Kills of each command in fact; by itself, one of a few of them. */
const KILLS = process.env.KILLS === "all" ? Number.POSITIVE_INFINITY : Number(process.env.KILLS ?? 0);
const ALWAYS = ["look", "report", "prune --force", "train, resumed"];
const KILLER = fileURLToPath(new URL("killer.mjs", import.meta.url));

let command: Command;
const at = (...path: string[]) => join(command.folder, ...path);
beforeAll(() => {
  command = buildCommand();
  makeModel(at("encoder"));
  makeTranslator(at("translator"));
  const words = "cat dog mat teacher river door children keys".split(" ");
  const word = (k: number) => words[k % words.length]!;
  const pairs = Array.from({ length: 46 }, (_, k) => `the ${word(k)} sat,the ${word(k * 3)} of the ${word(k * 5)},${k % 6}\n`);
  writeFileSync(at("pairs.csv"), `sentence1,sentence2,score\n${pairs.join("")}`);
  writeFileSync(at("texts.txt"), "The cat sat.\n\nThe dog sat on the mat.\n\nHe was old.\n\nThe teacher was here.\n");
  writeFileSync(at("lines.txt"), "w11 w12 w13\n");
  writeFileSync(at("other.txt"), "w41 w7\n");
  writeFileSync(at("train.txt"), madeText(1, 40));
  const config = {
    data: { text: at("train.txt") },
    tokenizer: { vocabulary: 262, minFrequency: 0 },
    model: { layers: 1, width: 8, heads: 2 },
    batch: { length: 16, tokens: 64 },
    ...{ steps: 6, every: 2, keep: 2, average: 2 },
  };
  writeFileSync(at("tiny.json"), JSON.stringify(config));
  writeFileSync(
    at("small-study.mjs"),
    `import { STUDIES } from ${JSON.stringify(join(command.built, "study/arms.js"))};
    Object.assign(STUDIES.quick, ${JSON.stringify(SMALL_STUDY)});`,
  );
});
afterAll(() => command.remove());

const SMALL_STUDY = {
  ...{ heads: [1, 2], seeds: 1, controls: { heads: 2, seeds: 1 }, width: 8, layers: 1, steps: 2, batch: 16, sequence: 53 },
  ...{ learningRate: 1e-2, warmup: 1, weightDecay: 0.01, documents: 32, readers: { train: 60, test: 60 } },
};

/** Every file below a folder that is not hidden, with what it holds. */
function tree(folder: string, under = ""): Record<string, string> {
  if (!existsSync(join(folder, under))) return {};
  const entries = readdirSync(join(folder, under), { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  return Object.assign(
    {},
    ...entries.map((entry) => {
      const path = join(under, entry.name);
      return entry.isDirectory() ? tree(folder, path) : { [path]: readFileSync(join(folder, path), "latin1") };
    }),
  );
}
const unit = (all: Record<string, string>, names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(all).filter(([path]) => names.some((name) => path === name || path.startsWith(`${name}/`))),
  );

const hidden = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((p) => /(^|\/)\./.test(p));

interface Watched {
  readonly root: string;
  readonly count: string;
  run(args: readonly string[], env?: NodeJS.ProcessEnv, preload?: readonly string[]): Promise<Ran>;
}

let folders = 0;
function watched(): Watched {
  const root = at(`watched-${folders++}`);
  mkdirSync(root);
  const count = `${root}.count`;
  const run: Watched["run"] = (args, env = {}, preload = []) => {
    const more = Object.keys(env).length > 0 ? ["--import", KILLER] : [];
    const node = [...preload.flatMap((file) => ["--import", file]), ...more];
    return command.run(args, { cwd: root, node, env: { KILLER_ROOT: root, KILLER_COUNT: count, ...env } });
  };
  return { root, count, run };
}

const momentsOf = ({ count }: Watched): string[] => readFileSync(count, "utf8").split("\n");
const chosen = (name: string, moments: number): number[] => {
  const all = Array.from({ length: moments }, (_, k) => k + 1);
  const uniform = random(`kill ${name}`);
  const kills = Math.max(KILLS, ALWAYS.includes(name) ? 1 : 0);
  return kills >= moments ? all : Array.from({ length: kills }, () => 1 + Math.floor(uniform() * moments));
};

describe("killed before every file operation,", () => {
  it.each(CASES)("$name: the old or the new one is there, whole", { timeout: 600_000 }, async ({
    name,
    before = [],
    run,
    units,
  }) => {
    const place = watched();
    for (const args of before) expect(await place.run(args)).toMatchObject({ code: 0 });
    const start = `${place.root}.start`;
    cpSync(place.root, start, { recursive: true });
    const old = tree(place.root);
    const copies = `${place.root}.copies`;
    expect(await place.run(run, { KILLER_COPIES: copies })).toMatchObject({ code: 0 });
    const now = tree(place.root);
    expect(hidden(place.root)).toEqual([]);
    const moments = momentsOf(place);
    const lists = units ?? [[...new Set([...Object.keys(old), ...Object.keys(now)].map((path) => path.split("/")[0]!))]];
    for (const list of lists) expect(unit(now, list)).not.toEqual(unit(old, list));
    for (const [k, what] of moments.entries()) {
      const then = tree(join(copies, String(k + 1)));
      for (const list of lists) {
        const part = unit(then, list);
        const wanted = [unit(old, list), unit(now, list)].map((x) => JSON.stringify(x));
        expect(wanted.includes(JSON.stringify(part)), `${what}: ${Object.keys(part)}`).toBe(true);
      }
    }
    for (const k of chosen(name, moments.length)) {
      rmSync(place.root, { recursive: true });
      cpSync(start, place.root, { recursive: true });
      expect((await place.run(run, { KILLER_AT: String(k) })).signal).toBe("SIGKILL");
      expect(await place.run(run), moments[k - 1]).toMatchObject({ code: 0 });
      expect(Object.keys(tree(place.root))).toEqual(Object.keys(now));
      expect(hidden(place.root), moments[k - 1]).toEqual([]);
    }
    report(name, moments.length);
  });
});

const counts: [string, number][] = [];
const report = (name: string, n: number) => void counts.push([name, n]);
afterAll(() => {
  if (process.env.KILLS) console.log(counts.map(([name, n]) => `${name}: ${n} moments`).join("\n"));
});

describe("a run", () => {
  it.each(["fresh", "resumed"])("%s has whole checkpoints at every moment, and ends the same", {
    timeout: 600_000,
  }, async (kind) => {
    const whole = watched();
    expect(await whole.run(["train", "../tiny.json", ...SHORT])).toMatchObject({ code: 0 });
    const wanted = readFileSync(join(whole.root, "runs/tiny/model/model.safetensors"));
    const place = watched();
    if (kind === "resumed") {
      const begun = await place.run(["train", "../tiny.json", ...SHORT], { KILLER_AT: "60" });
      expect(begun.signal).toBe("SIGKILL");
    }
    const start = `${place.root}.start`;
    cpSync(place.root, start, { recursive: true });
    const again = (): string[] =>
      existsSync(join(place.root, "runs/tiny/config.json"))
        ? ["train", "--resume", "tiny", ...SHORT]
        : ["train", "../tiny.json", ...SHORT];
    const copies = `${place.root}.copies`;
    expect(await place.run(again(), { KILLER_COPIES: copies })).toMatchObject({ code: 0 });
    const moments = momentsOf(place);
    for (const [k, what] of moments.entries()) await expectWholeRun(join(copies, String(k + 1), "runs/tiny"), what);
    for (const k of chosen(`train, ${kind}`, moments.length)) {
      rmSync(place.root, { recursive: true });
      cpSync(start, place.root, { recursive: true });
      expect((await place.run(again(), { KILLER_AT: String(k) })).signal).toBe("SIGKILL");
      expect(await place.run(again()), moments[k - 1]).toMatchObject({ code: 0 });
      expect(readFileSync(join(place.root, "runs/tiny/model/model.safetensors")).equals(wanted)).toBe(true);
      expect(hidden(place.root)).toEqual([]);
    }
    report(`train, ${kind}`, moments.length);
  });
});

async function expectWholeRun(run: string, what: string): Promise<void> {
  const names = existsSync(join(run, "checkpoints")) ? readdirSync(join(run, "checkpoints")) : [];
  for (const name of names.filter((n) => !n.startsWith(".")))
    expect(await damageOf(join(run, "checkpoints", name)), what).toBe(undefined);
  for (const file of ["config.json", "result.json"])
    if (existsSync(join(run, file))) expect(() => JSON.parse(readFileSync(join(run, file), "utf8")), what).not.toThrow();
  if (existsSync(join(run, "model"))) expect(readdirSync(join(run, "model")), what).toContain("model.safetensors");
}

it("a study keeps every model that is done, and goes on with them", { timeout: 600_000 }, async () => {
  const place = watched();
  const small = [at("small-study.mjs")];
  const run = ["study", "one-or-many", "--quick", ...SHORT];
  const copies = `${place.root}.copies`;
  expect(await place.run(run, { KILLER_COPIES: copies }, small)).toMatchObject({ code: 0 });
  const now = tree(place.root);
  const moments = momentsOf(place);
  for (const k of moments.keys()) {
    const then = tree(join(copies, String(k + 1)));
    for (const [path, content] of Object.entries(then)) expect(content === now[path], `${moments[k]}: ${path}`).toBe(true);
  }
  for (const k of chosen("study", moments.length)) {
    rmSync(place.root, { recursive: true });
    mkdirSync(place.root);
    expect((await place.run(run, { KILLER_AT: String(k) }, small)).signal).toBe("SIGKILL");
    expect(await place.run(run, {}, small), moments[k - 1]).toMatchObject({ code: 0 });
    expect(Object.keys(tree(place.root))).toEqual(Object.keys(now));
    expect(hidden(place.root)).toEqual([]);
  }
  report("study", moments.length);
});

it("Ctrl-C in a study says how to go on, and leaves nothing half-made", { timeout: 120_000 }, async () => {
  const args = ["study", "one-or-many", "--quick", "--out", at("stopped"), ...SHORT];
  const parts = at("stopped", "parts");
  const models = () => (existsSync(parts) ? readdirSync(parts).flatMap((id) => readdirSync(join(parts, id))) : []);
  const stop = (child: ChildProcess) => {
    const timer = setInterval(() => {
      if (!models().some((name) => name.startsWith("trained"))) return;
      clearInterval(timer);
      child.kill("SIGINT");
    }, 5);
    child.on("close", () => clearInterval(timer));
  };
  const { code, signal, stderr } = await command.run(args, { node: ["--import", at("small-study.mjs")], begin: stop });
  if (code === 0) return; // it was quicker than the signal
  expect({ code, signal }).toEqual({ code: null, signal: "SIGINT" });
  const kept = models().filter((name) => !name.startsWith(".")).length;
  expect(stderr).toContain(`finished; resume with: headwise study one-or-many --quick --out ${at("stopped")}`);
  expect(kept).toBeGreaterThan(0);
  // a write that was under way in another thread may end after what it wrote was cleared: the next run clears it
  expect(hidden(at("stopped")).filter((path) => !/\.aside(\/|$)/.test(path))).toEqual([]);
  expect(existsSync(at("stopped", "result.json"))).toBe(false);
});

it("Ctrl-C before the first model leaves no folder", { timeout: 60_000 }, async () => {
  const out = at("stopped-early");
  const begin = (child: ChildProcess) => setTimeout(() => child.kill("SIGINT"), 4000);
  expect(await command.run(["study", "one-or-many", "--out", out, ...SHORT], { begin })).toMatchObject({ signal: "SIGINT" });
  expect(existsSync(out)).toBe(false);
});
