/** Event files of runs that are stopped, killed and continued: every step once, as in an uninterrupted run. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { afterAll, beforeAll, expect, it } from "vitest";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { readTrainConfig } from "../../../src/train/config.ts";
import { recordsIn } from "../../../src/train/events/records.ts";
import { type SessionOptions, trainSession } from "../../../src/train/run-folder/session.node.ts";
import { madeText } from "../made-text.ts";

let folder: string;
let runtime: Runtime;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "headwise-events-"));
  writeFileSync(join(folder, "text.txt"), madeText(1, 60));
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(async () => {
  await runtime.release();
  rmSync(folder, { recursive: true, force: true });
});

const [STEPS, EVERY] = [11, 3];
const session = (path: string, options: Partial<SessionOptions>) => {
  const config = {
    data: { text: join(folder, "text.txt") },
    tokenizer: { vocabulary: 270, minFrequency: 0 },
    model: { layers: 1, width: 14, heads: 2 },
    batch: { length: 13, tokens: 52 },
    ...{ steps: STEPS, every: EVERY },
  };
  return trainSession(runtime, readTrainConfig(config, "test"), "test", { path, ...options });
};
/** Stops after a step, with a checkpoint. */
const until = (last: number): SessionOptions["hooks"] => {
  let now = 0;
  return { onStep: ({ step }) => void (now = step), stopping: () => now === last };
};
const KILLED = new Error("killed");
/** Ends in the middle of everything, after a step without a checkpoint. */
const killedAt = (last: number): SessionOptions["hooks"] => ({
  onStep({ step }) {
    if (step === last) throw KILLED;
  },
});

const eventsOf = (path: string) => join(path, "tensorboard");
function onlyFile(path: string): string {
  const names = readdirSync(eventsOf(path));
  expect(names).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\.headwise$/)]);
  return join(eventsOf(path), names[0]!);
}

/** The records of a run: the wall time (the first field of each), and all that follows, in hexadecimal. */
function recordsOf(path: string): { time: number; rest: string }[] {
  return recordsIn(readFileSync(onlyFile(path))).map((data) => {
    const reader = new BinaryReader(data);
    reader.tag();
    return { time: reader.double(), rest: Buffer.from(data.subarray(reader.pos)).toString("hex") };
  });
}
const withoutTimes = (path: string) => recordsOf(path).map(({ rest }) => rest);

let whole: string;
beforeAll(async () => {
  whole = join(folder, "whole");
  await session(whole, { tensorboard: true });
});

it("a run has a record of its version, its start, every step and every evaluation, whole and in order", () => {
  const records = recordsOf(whole);
  expect(records).toHaveLength(2 + STEPS + Math.ceil(STEPS / EVERY));
  const times = records.map(({ time }) => time);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(Math.abs(times[0]! - Date.now() / 1000)).toBeLessThan(3600);
  const rest = withoutTimes(whole).map((hex) => Buffer.from(hex, "hex").toString("latin1"));
  expect(rest[0]).toContain("brain.Event:2");
  const tags = rest.slice(2).map((text) => text.match(/(?:train|held_out)\/\w+/g));
  const [step, evaluation] = [
    ["train/loss", "train/learning_rate", "train/gradient_norm"],
    ["held_out/loss", "held_out/perplexity", "held_out/bits_per_byte"],
  ];
  expect(tags.slice(0, 5)).toEqual([step, step, step, evaluation, step]);
});

it("a run stopped, killed between checkpoints and continued has the events of an uninterrupted one", async () => {
  const path = join(folder, "continued");
  await session(path, { tensorboard: true, hooks: until(4) });
  const early = recordsOf(path);
  await expect(session(path, { resume: true, hooks: killedAt(8) })).rejects.toThrow(KILLED);
  truncateSync(onlyFile(path), readFileSync(onlyFile(path)).length - 5); // half a record
  await session(path, { tensorboard: true, resume: true });
  expect(withoutTimes(path)).toEqual(withoutTimes(whole));
  // the times of kept events are those of the first session
  expect(early).toHaveLength(2 + 4 + 1);
  expect(recordsOf(path).slice(2, 7)).toEqual(early.slice(2));
});

it("a run killed before its first checkpoint, or while its events are written again, has them once", async () => {
  const path = join(folder, "killed");
  await expect(session(path, { tensorboard: true, hooks: killedAt(2) })).rejects.toThrow(KILLED);
  await session(path, { resume: true, hooks: until(7) });
  const file = onlyFile(path);
  const next = join(eventsOf(path), "events.out.tfevents.9000000000.headwise");
  cpSync(file, next);
  truncateSync(next, 100);
  writeFileSync(join(eventsOf(path), "notes.txt"), "mine");
  await session(path, { resume: true });
  expect(readFileSync(join(eventsOf(path), "notes.txt"), "utf8")).toBe("mine");
  rmSync(join(eventsOf(path), "notes.txt"));
  expect(onlyFile(path)).toContain("tfevents.9000000001.");
  expect(withoutTimes(path)).toEqual(withoutTimes(whole));
});

it("a run without events gets all of them when it continues with the option, and none without it", async () => {
  const path = join(folder, "later");
  await session(path, { hooks: until(5) });
  await session(path, { resume: true, hooks: until(6) });
  expect(readdirSync(path)).not.toContain("tensorboard");
  await session(path, { resume: true, tensorboard: true });
  expect(withoutTimes(path)).toEqual(withoutTimes(whole));
});

it("events that cannot be written end the run with the reason", async () => {
  const path = join(folder, "unwritable");
  await session(path, { hooks: until(4) });
  writeFileSync(eventsOf(path), "a file");
  await expect(session(path, { resume: true, tensorboard: true })).rejects.toThrow(
    /tensorboard: cannot be written \(.*\); choose/,
  );
  rmSync(eventsOf(path));
  mkdirSync(eventsOf(path)); // as a process leaves it that is killed before it writes the first file
  appendFileSync(join(eventsOf(path), "events.out.tfevents.1.other"), "of another program");
  await session(path, { resume: true });
  expect(readdirSync(eventsOf(path))).toHaveLength(2);
});
