/** Outputs that all commands share: `--json` with and without a file, tables, and the last lines of the text. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvOf } from "../../src/view/table/csv.ts";
import { redundancyTable } from "../../src/view/table/redundancy-table.ts";
import { buildCommand, type Command } from "./command.ts";
import { makeModel } from "./model-folder.ts";

let command: Command;
let model: string;
beforeAll(() => {
  command = buildCommand();
  model = makeModel(join(command.folder, "tiny"));
});
afterAll(() => command.remove());

const fresh = () => mkdtempSync(join(command.folder, "out-"));
const SENTENCES = ["--sentences", "12"];
const without = (json: string) => json.replace(/"(seconds|peakBytes|command|cost)":("[^"]*"|[\d.e+-]+)/g, "");

async function succeed(args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await command.run(args, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("headwise:") });
  return stdout;
}

const CASES: readonly [name: string, args: (model: string) => readonly string[]][] = [
  ["look", (m) => ["look", m, "-t", "The cat sat."]],
  ["params", () => ["params", "--width", "30", "--heads", "6"]],
  ["report", (m) => ["report", m, ...SENTENCES]],
  ["redundancy", (m) => ["redundancy", m, ...SENTENCES]],
  ["compare", (m) => ["compare", m, m, ...SENTENCES]],
  ["prune", (m) => ["prune", m, "--heads", "0.1", "--out", "cut", "--no-timing"]],
];

describe.each(CASES)("%s --json", (name, args) => {
  it("prints only the JSON, or writes it to a file and prints the text", async () => {
    const [alone, named] = [fresh(), fresh()];
    const printed = await succeed([...args(model), "--json"], alone);
    expect(typeof JSON.parse(printed)).toBe("object");
    expect(readdirSync(alone)).toEqual(name === "prune" ? ["cut"] : []);
    const text = await succeed([...args(model), "--json", "a/data.json"], named);
    expect(without(readFileSync(join(named, "a/data.json"), "utf8"))).toBe(without(printed));
    expect(text).toMatch(/\nwrote [^\n]*a\/data\.json\n/);
    expect(() => JSON.parse(text)).toThrow();
    const made = ["look", "params"].includes(name) ? [] : ["next"];
    for (const word of made) expect(text).toMatch(new RegExp(`\\n${word}: headwise \\w+ [^\\n]+\\n$`));
  });
});

describe("--table", () => {
  it("writes the numbers as CSV or Parquet, also beside JSON alone", async () => {
    const cwd = fresh();
    const printed = await succeed(["redundancy", model, ...SENTENCES, "--json", "--table", "pairs.csv"], cwd);
    const csv = readFileSync(join(cwd, "pairs.csv"), "utf8");
    expect(csv).toBe(csvOf(redundancyTable(JSON.parse(printed))));
    const text = await succeed(["redundancy", model, ...SENTENCES, "--out", ".", "--table", "t/pairs.parquet"], cwd);
    expect(text).toContain("\nwrote redundancy.html, redundancy.json and t/pairs.parquet\n");
    const file = Uint8Array.from(readFileSync(join(cwd, "t/pairs.parquet"))).buffer;
    expect(await parquetReadObjects({ file })).toHaveLength(csv.split("\r\n").length - 2);
  });

  it.each([
    ["pairs.xlsx", "--table pairs.xlsx has no known ending; name a file that ends in .csv or .parquet"],
    ["file/pairs.csv", "cannot be written"],
    ["headwise-redundancy/redundancy.json/x.csv", "cannot be written"],
  ])("%s is refused before any work", async (table, says) => {
    const cwd = fresh();
    writeFileSync(join(cwd, "file"), "");
    writeFileSync(join(cwd, "headwise-redundancy"), "");
    const { code, stdout, stderr } = await command.run(["redundancy", model, "--table", table], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^headwise: [^\n]+\n$/);
    expect(stderr).toContain(says);
  });
});
