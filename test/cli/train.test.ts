/** `headwise train` killed at random moments, writing included: gone on with, it ends with the bytes of a run never killed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isAside } from "../../src/load/files/aside.node.ts";
import { fileSource } from "../../src/load/files/files.node.ts";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { random } from "../../src/params/random.ts";
import { recordsIn } from "../../src/train/events/records.ts";
import { madeText } from "../train/made-text.ts";
import { buildCommand, type Command, type Ran, type RunOptions } from "./command.ts";

const CONFIG = {
  data: { text: "text.txt" },
  tokenizer: { vocabulary: 270, minFrequency: 0 },
  model: { layers: 1, width: 16, heads: 2 },
  batch: { length: 16, tokens: 64 },
  dropout: { residual: 0.1, attention: 0.1 },
  schedule: { kind: "cosine", warmup: 5 },
  // a checkpoint every other step: much of the time goes into writing
  ...{ steps: 50, every: 2, keep: 3, average: 3 },
};
const KILLS = 20;

let command: Command;
/** From the first word of the uninterrupted run to its end, in milliseconds: what random moments are drawn from. */
let duration = 0;
beforeAll(async () => {
  command = buildCommand();
  writeFileSync(join(command.folder, "text.txt"), madeText(1, 60));
  writeFileSync(join(command.folder, "whole.json"), JSON.stringify(CONFIG));
  let began = 0;
  const { code, stderr } = await train(["whole.json", "--tensorboard"], { watch: () => (began ||= performance.now()) });
  duration = performance.now() - began;
  expect({ code, stderr }).toMatchObject({ code: 0 });
});
afterAll(() => command.remove());

const train = (args: readonly string[], options?: RunOptions): Promise<Ran> =>
  command.run(["train", ...args, "--threads", "1"], options);
const at = (...path: string[]) => join(command.folder, "runs", ...path);
/** Starts the run, or goes on with it where there is one. */
const carryOn = (name: string, options?: RunOptions): Promise<Ran> =>
  train(
    [...(existsSync(at(name, "config.json")) ? ["--resume", name] : ["whole.json", "--name", name]), "--tensorboard"],
    options,
  );

/** The events of a run without their times, the first nine bytes of each. */
function eventsOf(name: string): string[] {
  const files = readdirSync(at(name, "tensorboard"));
  expect(files).toHaveLength(1);
  return recordsIn(readFileSync(at(name, "tensorboard", files[0]!))).map((data) => data.subarray(9).toString());
}

/** Everything that the run has written is what the uninterrupted one wrote, byte for byte but for the times of events. */
function expectSame(name: string): void {
  for (const file of ["model/model.safetensors", "model/tokenizer.json", "metrics.jsonl", "result.json", "config.json"])
    expect(Buffer.compare(readFileSync(at(name, file)), readFileSync(at("whole", file))), file).toBe(0);
  expect(readdirSync(at(name, "checkpoints"))).toEqual(readdirSync(at("whole", "checkpoints")));
  expect(eventsOf(name)).toEqual(eventsOf("whole"));
}

/** Every checkpoint that stands under its name is whole; gives how many there are, and what was left half-written. */
async function checkpoints(name: string): Promise<{ whole: number; aside: number }> {
  const names = existsSync(at(name, "checkpoints")) ? readdirSync(at(name, "checkpoints")) : [];
  const whole = names.filter((folder) => !isAside(folder));
  for (const folder of whole) {
    const path = at(name, "checkpoints", folder);
    const files = [
      ...["SHA256SUMS", "config.json", "model.safetensors", "progress.json", "state.safetensors", "tokenizer.json"],
      "tokenizer_config.json",
    ];
    expect(readdirSync(path).sort(), folder).toEqual(files);
    for (const file of ["model.safetensors", "state.safetensors"]) {
      const source = await fileSource(join(path, file));
      expect((await openSafetensors(source)).tensors.size).toBeGreaterThan(10);
      await source.close();
    }
  }
  return { whole: whole.length, aside: names.length - whole.length };
}

/** Kills the child `delay` milliseconds after it says that it begins, or after it is there at all. */
const killing = (delay: number, atOnce: boolean): RunOptions => {
  const kill = (child: { kill(signal: "SIGKILL"): unknown }) => setTimeout(() => child.kill("SIGKILL"), delay);
  let armed = false;
  const once = (child: Parameters<typeof kill>[0]) => {
    if (!armed) kill(child);
    armed = true;
  };
  return atOnce ? { begin: once } : { watch: once };
};

it("ends with the same bytes after being killed twenty times", { timeout: 300_000 }, async () => {
  const uniform = random("kill");
  let kills = 0;
  // a run that ends between two kills is compared, and another one is begun, until there were enough kills
  for (let tries = 0; tries < 10 * KILLS; tries++) {
    const share = uniform();
    const early = uniform() < 0.15;
    const { code, signal, stderr } = await carryOn("killed", kills < KILLS ? killing((share * duration) / 6, early) : {});
    if (signal === "SIGKILL") {
      kills++;
      await checkpoints("killed");
      continue;
    }
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expectSame("killed");
    if (kills === KILLS) break;
    rmSync(at("killed"), { recursive: true });
  }
  expect(kills).toBe(KILLS);
  expect((await checkpoints("killed")).aside).toBe(0);
});

it("writes a checkpoint on Ctrl-C and when the terminal closes, ends with 130, says how to go on, and so it goes on", {
  timeout: 120_000,
}, async () => {
  for (const after of [1, 2]) {
    const { code, stdout, stderr } = await carryOn("stopped", {
      watch: (child, said) => {
        // twice would end it at once
        if (said.split(": held-out loss").length > after && !said.includes("stopping"))
          child.kill(after === 1 ? "SIGINT" : "SIGHUP");
      },
    });
    expect(code).toBe(130);
    expect(stderr).toContain("stopping after this step to write a checkpoint (interrupt again to stop at once)");
    const [, step] = /^stopped at step (\d+); resume with: headwise train --resume stopped\n$/.exec(stdout) ?? [];
    expect(existsSync(at("stopped", "checkpoints", `step-${step!.padStart(8, "0")}`, "state.safetensors"))).toBe(true);
    expect(existsSync(at("stopped", "model"))).toBe(false);
  }
  expect((await carryOn("stopped")).code).toBe(0);
  expectSame("stopped");
});

it("refuses to go on with another learning rate or another text, and warns of another number of threads", async () => {
  const folder = join(command.folder, "changed");
  mkdirSync(folder);
  writeFileSync(join(folder, "text.txt"), madeText(1, 60));
  writeFileSync(join(folder, "run.json"), JSON.stringify({ ...CONFIG, steps: 4 }));
  const run = (...args: string[]) => command.run(["train", ...args], { cwd: folder });
  expect(await run("run.json", "--threads", "1")).toMatchObject({ code: 0 });
  const changed = await run("--resume", "run", "--threads", "1", "--learning-rate", "0.5");
  expect(changed).toMatchObject({ code: 2 });
  expect(changed.stderr).toContain('"optimizer.learningRate" was 0.001, is 0.5');
  const threads = await run("--resume", "run", "--threads", "2");
  expect(threads).toMatchObject({ code: 0 });
  expect(threads.stderr).toContain("warning: threads: 1 before, 2 now");
  writeFileSync(join(folder, "text.txt"), madeText(2, 60));
  const text = await run("--resume", "run", "--threads", "1");
  expect(text).toMatchObject({ code: 2 });
  expect(text.stderr).toMatch(/^headwise: text\.txt has changed since the run began[^\n]*\n$/);
});
