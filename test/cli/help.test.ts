/** Help of every command, at the terminal's width, and the error for an unknown command. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCommand, type Command } from "./command.ts";

let command: Command;
beforeAll(() => {
  command = buildCommand();
});
afterAll(() => command.remove());

const NAMES =
  "look report compare redundancy importance curve prune convert train verify study translate lab params help".split(" ");
const widest = (text: string) => Math.max(...text.split("\n").map((line) => [...line].length));

describe.each(["80", "100", "120"])("at %s columns", (COLUMNS) => {
  it("the help of every command fits", async () => {
    for (const args of [["--help"], ...NAMES.map((name) => ["help", name])]) {
      const { code, stdout } = await command.run(args, { env: { COLUMNS } });
      expect({ args, code }).toEqual({ args, code: 0 });
      expect(stdout, stdout).toMatch(/^Usage: headwise/);
      expect(widest(stdout), stdout).toBeLessThanOrEqual(Number(COLUMNS));
    }
  });
});

it("a width of 0, or one that is no number, is 80", async () => {
  const [usual, ...others] = await Promise.all(
    ["80", "0", "wide", ""].map(async (COLUMNS) => (await command.run(["prune", "--help"], { env: { COLUMNS } })).stdout),
  );
  for (const other of others) expect(other).toBe(usual);
});

it.each([
  [["nope"], "unknown command 'nope'"],
  [["help", "nope"], "unknown command 'nope'"],
  [["reprot", "model"], "unknown command 'reprot'; did you mean report?"],
  [["help", "reprot"], "unknown command 'reprot'; did you mean report?"],
  [["parms", "--heads", "8"], "unknown command 'parms'; did you mean params?"],
  [["report", "model", "--jsn"], "unknown option '--jsn'; did you mean --json?"],
  [["report", "--json", "model"], "missing required argument 'model'; --json took model as its file, so pass --json last"],
])("%j is refused with the fault and the nearest name", async (args, says) => {
  const { code, stdout, stderr } = await command.run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^headwise: [^\n]+ \(see --help\)\n$/);
  expect(stderr).toContain(says);
});
