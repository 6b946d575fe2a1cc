/** Which part of a text is read, a second text, and models whose heads are known: at the command line. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportSchema } from "../../src/heads/report/schema.ts";
import { buildCommand, type Command } from "./command.ts";
import { makeModel } from "./model-folder.ts";

let command: Command;
const at = (...path: string[]) => join(command.folder, ...path);
beforeAll(() => {
  command = buildCommand();
  makeModel(at("tiny"));
  const words = "the cat sat on a mat and her old dog had two new keys".split(" ");
  const sentence = (k: number) =>
    `${Array.from({ length: 3 + (k % 9) }, (_, i) => words[(k * 5 + i) % words.length]).join(" ")}.`;
  writeFileSync(at("text.txt"), Array.from({ length: 60 }, (_, k) => `${sentence(k)}\n\n`).join(""));
  writeFileSync(at("other.txt"), "The dog had a mat.\n\nThe keys sat by the door.\n");
});
afterAll(() => command.remove());

async function report(...more: readonly string[]) {
  const { code, stdout, stderr } = await command.run(["report", "tiny", "--text", "text.txt", "--json", "-", ...more]);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return reportSchema.strict().parse(JSON.parse(stdout));
}

describe("of a text", () => {
  it("--sentences draws by the seed, and says so; another seed draws others", async () => {
    const [one, other] = [await report("--sentences", "20"), await report("--sentences", "20", "--seed", "2")];
    expect(one.corpus).toMatchObject({ id: "text.txt (20 of 60, seed 1)", sentences: 20 });
    expect(other.corpus.id).toBe("text.txt (20 of 60, seed 2)");
    expect(other.corpus.sha256).not.toBe(one.corpus.sha256);
    // long and short ones have their share: the mean is that of all
    expect(Math.abs(one.corpus.tokens / 20 - (await report()).corpus.tokens / 60)).toBeLessThan(0.5);
  });

  it("--first takes the head of the file, and says so", async () => {
    const { corpus } = await report("--first", "7");
    expect(corpus).toMatchObject({ id: "text.txt (the first 7 of 60)", sentences: 7 });
  });

  it("all of it is read where there is no more", async () => {
    expect((await report("--sentences", "90")).corpus).toMatchObject({ id: "text.txt", sentences: 60 });
  });

  it("both at once are refused", async () => {
    const { code, stderr } = await command.run(["report", "tiny", "--text", "text.txt", "--sentences", "3", "--first", "3"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^headwise: option '--first <n>' cannot be used with option '--sentences <n>'[^\n]*\n$/);
  });
});

describe("a second text", () => {
  it("names every head again; the page and the summary have a part on it", async () => {
    const { code, stdout } = await command.run([
      "report",
      "tiny",
      "--text",
      "text.txt",
      "--also",
      "other.txt",
      "--out",
      "both",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("\nSecond text\n");
    const { also, heads } = reportSchema.strict().parse(JSON.parse(readFileSync(at("both/report.json"), "utf8")));
    expect(also!.corpus).toMatchObject({ id: "other.txt", sentences: 2 });
    expect(also!.heads.map(({ layer, head }) => [layer, head])).toEqual(heads.map(({ layer, head }) => [layer, head]));
    for (const { here, there, both } of also!.labels) expect(both).toBeLessThanOrEqual(Math.min(here, there));
    expect(readFileSync(at("both/report.html"), "utf8")).toContain('id="also"');
  });

  it("that is the first one has the same labels", async () => {
    const { also, heads } = await report("--also", "text.txt");
    expect(also!.heads.map(({ labels }) => labels)).toEqual(heads.map(({ labels }) => labels));
  });

  it("that is not there is refused before the model is read", async () => {
    const { code, stderr } = await command.run(["report", "./nowhere", "--also", "none.txt"]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("none.txt: there is no such file") });
  });
});

it("verify finds planted heads, and no function in those that have none", { timeout: 240_000 }, async () => {
  const { stdout } = await command.run(["verify", "--sentences", "120", "--models", "0", "--json"]);
  const { planted } = JSON.parse(stdout) as { planted: { kind: string; found: boolean; wrong: string[] }[] };
  const own = planted.filter(({ kind }) => kind === "planted");
  expect(own.length).toBeGreaterThanOrEqual(40);
  expect(own.filter(({ found }) => found).length / own.length).toBeGreaterThan(0.85);
  expect(planted.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
});
