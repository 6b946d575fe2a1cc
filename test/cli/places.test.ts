/** Places that are no plain files: what is written where, what is never replaced, and what is said where nothing can be written. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCommand, type Command } from "./command.ts";
import { makeModel } from "./model-folder.ts";

const LINUX = process.platform === "linux";
const KILLER = fileURLToPath(new URL("killer.mjs", import.meta.url));

let command: Command;
const at = (...path: string[]) => join(command.folder, ...path);
const LOOK = ["look", "encoder", "-t", "The cat sat.", "--layer", "0", "--head", "0", "--threads", "1"];
const REPORT = ["report", "encoder", "--text", "texts.txt", "--threads", "1"];
const PRUNE = ["prune", "encoder", "--text", "texts.txt", "--no-timing", "--threads", "1", "--heads", "0.1"];
let svg: string;
beforeAll(async () => {
  command = buildCommand();
  makeModel(at("encoder"));
  writeFileSync(at("texts.txt"), "The cat sat.\n\nThe dog sat on the mat.\n");
  expect(await command.run([...LOOK, "--svg", "plain.svg"])).toMatchObject({ code: 0 });
  svg = readFileSync(at("plain.svg"), "utf8");
});
afterAll(() => command.remove());

/** A shell line, with `headwise` as the command under test. */
function shell(line: string): { code: number | null; stdout: string; stderr: string } {
  const main = `headwise() { "${process.execPath}" "${join(command.built, "cli/main.js")}" "$@"; }`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", `${main}; ${line}`], { cwd: command.folder, encoding: "utf8" });
  return { code: status, stdout, stderr };
}
const look = LOOK.map((word) => `'${word}'`).join(" ");

describe("a link", () => {
  it("to a file stays, its target is replaced and keeps its permissions", async () => {
    mkdirSync(at("away"));
    writeFileSync(at("away", "target.svg"), "old", { mode: 0o640 });
    symlinkSync("away/target.svg", at("link.svg"));
    symlinkSync("link.svg", at("again.svg"));
    expect(await command.run([...LOOK, "--svg", "again.svg"])).toMatchObject({ code: 0 });
    expect([readlinkSync(at("again.svg")), readlinkSync(at("link.svg"))]).toEqual(["link.svg", "away/target.svg"]);
    expect(readFileSync(at("away", "target.svg"), "utf8")).toBe(svg);
    expect(statSync(at("away", "target.svg")).mode & 0o777).toBe(0o640);
    expect(readdirSync(at("away"))).toEqual(["target.svg"]);
  });

  it("to nothing yet gets its target", async () => {
    symlinkSync("away/new.svg", at("dangling.svg"));
    expect(await command.run([...LOOK, "--svg", "dangling.svg"])).toMatchObject({ code: 0 });
    expect(readFileSync(at("away", "new.svg"), "utf8")).toBe(svg);
  });

  it("to a folder stays, and the folder is replaced", async () => {
    symlinkSync("real", at("folder"));
    for (const heads of ["0.1", "0.2"]) {
      expect(await command.run([...PRUNE.slice(0, -1), heads, "--out", "folder", "--force"])).toMatchObject({ code: 0 });
      expect(lstatSync(at("folder")).isSymbolicLink()).toBe(true);
      expect(JSON.parse(readFileSync(at("real", "prune.json"), "utf8")).removed).toEqual([heads]);
    }
  });

  it("in a circle is refused", async () => {
    symlinkSync("b.svg", at("a.svg"));
    symlinkSync("a.svg", at("b.svg"));
    const { code, stderr } = await command.run([...LOOK, "--svg", "a.svg"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "headwise: a.svg: cannot be written (its symbolic links form a loop); choose another place\n",
    });
  });
});

describe.runIf(LINUX)("a device or pipe", () => {
  it("is written to and stays what it is", () => {
    execFileSync("mkfifo", [at("pipe")]);
    expect(shell(`cat pipe > got & headwise ${look} --svg pipe > /dev/null; wait`)).toMatchObject({ code: 0 });
    expect(readFileSync(at("got"), "utf8")).toBe(svg);
    expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
    for (const device of ["/dev/null", "/dev/full"]) shell(`headwise ${look} --svg ${device}`);
    expect(["/dev/null", "/dev/full"].map((device) => lstatSync(device).isCharacterDevice())).toEqual([true, true]);
  });

  it.each([
    ["the standard output", `headwise ${look} --svg /dev/stdout | tail -c 6`],
    ["the standard output in a file", `headwise ${look} --svg /dev/stdout > redirected; tail -c 6 redirected`],
    ["an open file", `headwise ${look} --svg /dev/fd/7 7> seven > /dev/null; tail -c 6 seven`],
    ["another command", `headwise ${look} --svg >(tail -c 6) > /dev/null; sleep 1`],
  ])("%s is written to", (_, line) => expect(shell(line)).toMatchObject({ code: 0, stdout: "</svg>" }));

  it("that is full is one line, and what was there stays", async () => {
    expect(await command.run([...REPORT, "--out", "kept"])).toMatchObject({ code: 0 });
    const page = readFileSync(at("kept", "report.html"));
    const { code, stderr } = await command.run([...REPORT, "--sentences", "1", "--out", "kept", "--json", "/dev/full"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/headwise: \/dev\/full: cannot be written \(the disk is full\); choose another place\n$/);
    expect(readFileSync(at("kept", "report.html")).equals(page)).toBe(true);
  });
});

describe.runIf(LINUX)("the standard output", () => {
  it.each([
    [
      "whose reader leaves ends quietly",
      `headwise ${look} --svg left.svg | head -c 1 > /dev/null; exit \${PIPESTATUS[0]}`,
      0,
      "",
    ],
    ["whose reader leaves ends quietly, help too", "set -o pipefail; headwise --help | true", 0, ""],
    [
      "that is full is one line",
      `headwise ${look} > /dev/full`,
      2,
      "headwise: standard output cannot be written (the disk is full); redirect it to another place\n",
    ],
    [
      "that is full is one line, for help too",
      "headwise --help > /dev/full",
      2,
      "headwise: standard output cannot be written (the disk is full); redirect it to another place\n",
    ],
  ])("%s", (_, line, code, stderr) => expect(shell(line)).toMatchObject({ code, stderr }));

  it("whose reader left takes no file with it", () => expect(readFileSync(at("left.svg"), "utf8")).toBe(svg));

  it("is not needed for the work where standard error is full", () =>
    expect(shell(`headwise ${REPORT.join(" ")} --out quiet > /dev/null 2> /dev/full`)).toMatchObject({ code: 0 }));
});

const refused: readonly [string, () => readonly string[], RegExp][] = [
  [
    "a file below /proc",
    () => [...LOOK, "--svg", "/proc/nothing/a.svg"],
    /\/proc\/nothing\/a\.svg: cannot be written \(\/proc is a file system of kernel data\)/,
  ],
  ["a folder below /proc", () => [...REPORT, "--out", "/proc/self/out"], /\/proc\/self\/out\/report\.\w+: cannot be written/],
  [
    "a folder below /sys",
    () => [...PRUNE, "--out", "/sys/kernel/out"],
    /\/sys\/kernel\/out: cannot be written \(\/sys.* kernel data/,
  ],
  ["a folder", () => [...LOOK, "--svg", "encoder"], /encoder: cannot be written \(this is a folder\); choose/],
  ["a name that is too long", () => [...LOOK, "--svg", "x".repeat(300)], /cannot be written \(the name is too long\)/],
  [
    "two outputs of one name",
    () => [...LOOK, "--svg", "same", "--html", "./same"],
    /\.\/same is the same file as same; choose/,
  ],
  ["a device for a folder", () => [...PRUNE, "--out", "/dev/null"], /\/dev\/null: this is a file; name a folder/],
];
describe.runIf(LINUX)("nothing is written to", () => {
  it.each(refused)("%s, which is one line", async (_, words, says) => {
    const { code, stderr } = await command.run(words());
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("the current folder as a whole", async () => {
    mkdirSync(at("here"));
    const { code, stderr } = await command.run(
      [...PRUNE.map((w) => (w === "encoder" || w === "texts.txt" ? `../${w}` : w)), "--out", "."],
      {
        cwd: at("here"),
      },
    );
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/^headwise: \. is the current folder/) });
  });
});

describe("a full disk", () => {
  it.each([1, 4, 8, 12])("at file operation %d leaves the old folder and nothing beside it", async (k) => {
    const root = at(`full-${k}`);
    mkdirSync(root);
    const cwd = root;
    const words = PRUNE.map((w) => (w === "encoder" || w === "texts.txt" ? `../${w}` : w));
    expect(await command.run([...words, "--out", "cut"], { cwd })).toMatchObject({ code: 0 });
    const old = readFileSync(join(root, "cut", "prune.json"));
    const env = { KILLER_ROOT: root, KILLER_COUNT: `${root}.count`, KILLER_FAIL: String(k) };
    const { code, stderr } = await command.run([...words, "--out", "cut", "--force"], { cwd, env, node: ["--import", KILLER] });
    expect(code).toBe(2);
    expect(stderr).toContain("cut: cannot be written (the disk is full)");
    expect(readFileSync(join(root, "cut", "prune.json")).equals(old)).toBe(true);
    expect(readdirSync(root)).toEqual(["cut"]);
  });
});

describe("where two folders cannot be exchanged", () => {
  it("a kill between the two steps is mended by the next command, and without one nothing is seen of it", {
    timeout: 120_000,
  }, async () => {
    const root = at("steps");
    mkdirSync(root);
    const cwd = root;
    const words = [...PRUNE.map((w) => (w === "encoder" || w === "texts.txt" ? `../${w}` : w)), "--out", "cut"];
    expect(await command.run(words, { cwd })).toMatchObject({ code: 0 });
    const old = readFileSync(join(root, "cut", "prune.json"), "utf8");
    const env = { KILLER_ROOT: root, KILLER_COUNT: `${root}.count`, KILLER_NO_SWAP: "1" };
    const run = (more: NodeJS.ProcessEnv) =>
      command.run([...words, "--force"], { cwd, env: { ...env, ...more }, node: ["--import", KILLER] });
    expect(await run({})).toMatchObject({ code: 0 });
    expect(readdirSync(root)).toEqual(["cut"]);
    const moments = readFileSync(`${root}.count`, "utf8").split("\n");
    const between = moments.findIndex((moment) => moment.startsWith("rename /.cut")) + 1;
    expect(between).toBeGreaterThan(0);
    expect(await run({ KILLER_AT: String(between) })).toMatchObject({ signal: "SIGKILL" });
    expect(existsSync(join(root, "cut"))).toBe(false);
    // refused, since the old folder is back before anything else is looked at
    expect((await command.run(words, { cwd })).stderr).toContain("cut is not empty");
    expect(JSON.parse(readFileSync(join(root, "cut", "prune.json"), "utf8")).removed).toEqual(JSON.parse(old).removed);
    expect(readdirSync(root)).toEqual(["cut"]);
  });
});

describe("two processes", () => {
  it.each([
    ["a folder", [...PRUNE, "--out", "both"], "both"],
    ["a file", [...LOOK, "--svg", "both.svg"], "both.svg"],
  ])("on %s: the second is refused in one line, the first ends as alone", async (_, words, name) => {
    // the first one is stopped as soon as it has the claim, so that it is still there when the second one comes
    const lock = at(`.${name}.lock`);
    let second: Awaited<ReturnType<Command["run"]>> | undefined;
    const first = await new Promise<Awaited<ReturnType<Command["run"]>>>((resolve) => {
      void command
        .run(words, {
          async begin(child) {
            while (!existsSync(lock) || readFileSync(lock, "utf8") === "") await new Promise((r) => setTimeout(r, 1));
            child.kill("SIGSTOP");
            second = await command.run(words);
            child.kill("SIGCONT");
          },
        })
        .then(resolve);
    });
    expect(second).toMatchObject({ code: 2 });
    expect(second!.stderr).toMatch(
      /^headwise: both\S*: another headwise process is writing here \(process \d+ on \S+ since \S+\); wait[^\n]*\n$/,
    );
    expect(first).toMatchObject({ code: 0 });
    expect(existsSync(lock)).toBe(false);
  });
});

describe.runIf(LINUX)("a limit of the system", () => {
  it("of open files is named, with what raises it", () => {
    // with too few to find a module, Node ends in its own words
    const runs = [24, 28, 32, 36, 40, 48].map((files) => shell(`ulimit -n ${files}; headwise ${look} --svg tight.svg`));
    const said = runs.filter(({ stderr }) => /too many files/.test(stderr));
    expect(said.length).toBeGreaterThan(0);
    for (const { code, stderr } of said) {
      expect(stderr).toMatch(/^headwise: [^\n]*too many files are open, more than `ulimit -n` allows[^\n]*\n$/);
      expect(code).toBe(2);
    }
  });

  it("of a read-only disk is named", () => {
    execFileSync("mkdir", ["-p", at("disk")]);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "ro", "none", at("disk")], { stdio: "ignore" });
    } catch {
      return; // mounting needs privileges that not every machine gives
    }
    try {
      const { code, stderr } = shell(`headwise ${look} --svg disk/a.svg`);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: "headwise: disk/a.svg: cannot be written (the disk is read-only); choose another place\n",
      });
    } finally {
      execFileSync("umount", [at("disk")]);
    }
  });
});
