/** Downloads that are broken off, taken up again, and made by several processes at once. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { fetchFromHub, openHubModel } from "../../src/load/files/hub.node.ts";
import { buildCommand, type Command } from "../cli/command.ts";
import { startFakeHub } from "./fake-hub.ts";
import { COMMIT, type FakeHub, sha256 } from "./fake-hub-call.ts";

const WEIGHTS = Buffer.from(Array.from({ length: 300_007 }, (_, k) => (k * 31 + (k >> 8)) & 255));
const HASH = sha256(WEIGHTS);
const CONFIG = Buffer.from('{"model_type":"bert"}');
const LIMITS = { attempts: 3, pause: 1 };
const HERE = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const NOBODY = 2 ** 22 + 5; // above the largest process number

const root = mkdtempSync(join(tmpdir(), "headwise-resume-"));
let command: Command;
let hub: FakeHub;
let home = "";
beforeAll(() => {
  command = buildCommand();
});
beforeEach(async () => {
  home = mkdtempSync(join(root, "home-"));
  for (const name of ["HF_HUB_CACHE", "HF_TOKEN", "HF_HUB_OFFLINE"]) vi.stubEnv(name, undefined);
  vi.stubEnv("HF_HOME", home);
  hub = await startFakeHub({ "config.json": CONFIG, "model.safetensors": WEIGHTS });
  vi.stubEnv("HF_ENDPOINT", hub.endpoint);
});
afterEach(() => {
  vi.unstubAllEnvs();
  hub.close();
});
afterAll(() => {
  command.remove();
  rmSync(root, { recursive: true });
});

const folder = (name = "plain") => join(home, "hub", `models--org--${name}`);
const blobs = (name = "plain") => readdirSync(join(folder(name), "blobs"));
const parts = (name = "plain") => blobs(name).filter((file) => file.endsWith(".incomplete"));
const ranges = () => hub.asked.filter(({ path }) => path.endsWith(".safetensors")).map(({ range }) => range);

/** A part as another process leaves it. */
function leave(content: Uint8Array, owner = `${HERE}-${NOBODY}`, minutes = 0): string {
  const path = join(folder(), "blobs", `${HASH}.${owner}.incomplete`);
  mkdirSync(join(folder(), "blobs"), { recursive: true });
  writeFileSync(path, content);
  const then = new Date(Date.now() - 60_000 * minutes);
  utimesSync(path, then, then);
  return path;
}

async function expectWhole(name = "plain"): Promise<void> {
  const directory = await fetchFromHub(`org/${name}`, { limits: LIMITS });
  expect(readFileSync(join(directory, "model.safetensors")).equals(WEIGHTS)).toBe(true);
}

describe("a download that was broken off", () => {
  it.each<[what: string, content: Uint8Array, asked: (string | undefined)[]]>([
    ["asks only for what is missing", WEIGHTS.subarray(0, 1234), ["bytes=1234-"]],
    ["asks for nothing when all is there", WEIGHTS, []],
    ["starts again when the part is longer than the file", Buffer.concat([WEIGHTS, CONFIG]), [undefined]],
    ["starts again when the part turns out to be broken", Buffer.alloc(5000, 7), ["bytes=5000-", undefined]],
    ["starts again when a whole part turns out to be broken", Buffer.alloc(WEIGHTS.length, 7), [undefined]],
    ["asks for everything when the part is empty", Buffer.alloc(0), [undefined]],
  ])("%s", async (_, content, asked) => {
    leave(content);
    await expectWhole();
    expect(ranges()).toEqual(asked);
    expect(parts()).toEqual([]);
  });

  it("is taken up from the longest part of several, and the others are removed", async () => {
    for (const length of [10, 2000, 300]) leave(WEIGHTS.subarray(0, length), `${HERE}-${NOBODY + length}`);
    await expectWhole();
    expect([ranges(), parts()]).toEqual([["bytes=2000-"], []]);
  });

  it("does not touch the part of a process that is at work, here or on another machine", async () => {
    const own = leave(WEIGHTS.subarray(0, 50), `${HERE}-${process.ppid}`);
    const other = leave(WEIGHTS.subarray(0, 60), `01234567-${process.pid}`, 5);
    await expectWhole();
    expect([ranges(), existsSync(own), existsSync(other)]).toEqual([[undefined], true, true]);
  });

  it("takes over what another machine has left for more than an hour", async () => {
    leave(WEIGHTS.subarray(0, 70), "01234567-12", 61);
    await expectWhole();
    expect([ranges(), parts()]).toEqual([["bytes=70-"], []]);
  });

  it("removes parts of older revisions after a week", async () => {
    const other = (days: number) => {
      const path = leave(CONFIG, `${HERE}-${NOBODY + days}`, days * 24 * 60).replace(HASH, "a".repeat(64));
      mkdirSync(join(folder(), "blobs"), { recursive: true });
      writeFileSync(path, CONFIG);
      const then = new Date(Date.now() - days * 86_400_000);
      utimesSync(path, then, then);
      return path;
    };
    const [old, young] = [other(8), other(2)];
    await expectWhole();
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  });

  it("goes on through every break as long as each try brings something", async () => {
    const told: string[] = [];
    const progress = (_: number, __: number, ___: string, waiting?: string) => void (waiting && told.push(waiting));
    await fetchFromHub("org/once-reset", { limits: LIMITS, progress });
    expect(ranges()).toEqual([undefined, "bytes=150004-"]);
    expect(told).toEqual([expect.stringMatching(/; try 2 of 3 in 1 s$/)]);
  });

  it("repairs a blob of another size, and a link that leads nowhere", async () => {
    await expectWhole();
    writeFileSync(join(folder(), "blobs", HASH), "short");
    await expectWhole();
    rmSync(join(folder(), "blobs", HASH));
    await expectWhole();
    expect(ranges()).toHaveLength(3);
  });
});

describe("a model of the hub", () => {
  it("brings a small file alone, and the weights only when they are asked for", async () => {
    const model = await openHubModel("org/plain");
    await model.fetchFile("config.json");
    await model.fetchFile("nothing.json");
    expect([ranges(), readdirSync(model.directory)]).toEqual([[], ["config.json"]]);
    expect(existsSync(join(folder(), "refs"))).toBe(false);
    await model.fetchFile("model.safetensors");
    expect(readdirSync(model.directory)).toEqual(["config.json", "model.safetensors"]);
  });

  it("is fetched once by two calls at the same time", async () => {
    await Promise.all([expectWhole(), expectWhole()]);
    expect(ranges()).toEqual([undefined]);
  });

  it("is whole when several processes fetch it at the same time", async () => {
    const ended = await Promise.all(Array.from({ length: 3 }, () => ending(start("slow-but-steady"))));
    expect(ended).toEqual([0, 0, 0]);
    expect(blobs("slow-but-steady").sort()).toHaveLength(2);
    await expectWhole("slow-but-steady");
    expect(ranges().length).toBeLessThanOrEqual(3);
  });

  it.each([
    "SIGINT",
    "SIGTERM",
    "SIGKILL",
  ] as const)("leaves only a part when %s ends the download, which is resumed", async (signal) => {
    const child = start("stall");
    await vi.waitFor(() => expect(partSize("stall")).toBeGreaterThan(100_000), { timeout: 30_000 });
    child.kill(signal);
    await ending(child);
    expect(readdirSync(folder("stall")).sort()).toEqual(["blobs", "snapshots"]);
    expect(readdirSync(join(folder("stall"), "snapshots", COMMIT))).toEqual(["config.json"]);
    expect(parts("stall")).toHaveLength(1);
    const size = partSize("stall");
    await fetchFromHub("org/stall", { limits: { ...LIMITS, attempts: 1, stall: 300 } }).catch(() => {});
    expect(ranges().at(-1)).toBe(`bytes=${size}-`);
  });
});

const partSize = (name: string): number =>
  existsSync(join(folder(name), "blobs"))
    ? Math.max(0, ...parts(name).map((file) => statSync(join(folder(name), "blobs", file)).size))
    : 0;

/** A process that fetches a model. */
function start(behavior: string): ChildProcess {
  const module = pathToFileURL(join(command.built, "load/files/hub.node.js")).href;
  const code = `const { fetchFromHub } = await import(${JSON.stringify(module)}); await fetchFromHub("org/${behavior}");`;
  return spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: "inherit" });
}

const ending = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.on("close", resolve));
