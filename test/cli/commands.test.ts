/** The commands doing their work: what they print, the files they write, and what an interrupted one leaves. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportSchema } from "../../src/heads/report/schema.ts";
import { attentionCost } from "../../src/models/attention-cost.ts";
import { VERSION } from "../../src/version.ts";
import { tagErrors } from "../view/well-formed.ts";
import { buildCommand, type Command, type RunOptions } from "./command.ts";
import { makeModel } from "./model-folder.ts";

let command: Command;
let model: string;
beforeAll(() => {
  command = buildCommand();
  model = makeModel(join(command.folder, "tiny"));
});
afterAll(() => command.remove());

const fresh = () => mkdtempSync(join(command.folder, "out-"));
const TEXT = "The cat sat on the mat.";
const TOKENS = "[CLS] the cat sat on the mat . [SEP]".split(" ");

/** Runs a command that has to succeed, and gives what it printed. */
async function succeed(args: readonly string[], options?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await command.run(args, options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("headwise:") });
  return stdout;
}

/** What is wrong with the tags of a page or picture, styles and scripts left out. */
const errorsOf = (file: string): string[] =>
  tagErrors(
    readFileSync(file, "utf8")
      .replace(/^<!doctype html>|<\?xml[^>]*\?>/i, "")
      .replace(/<(style|script)\b([^>]*)>[\s\S]*?<\/\1>/g, "<$1$2></$1>"),
  );

describe("look", () => {
  const look = (...more: string[]) => succeed(["look", model, "-t", TEXT, ...more]);

  it("prints a grid of all heads with their names", async () => {
    const text = await look();
    expect(text).toContain(TOKENS.join(" "));
    for (const name of ["0.0", "0.4", "1.0", "1.4"]) expect(text).toContain(name);
    expect(text).not.toMatch(/\b[01]\.5\b|\b2\.0\b/);
    expect(text).not.toContain("\u001b");
  });

  it("prints only the heads of a layer, or one head", async () => {
    const layer = await look("--layer", "1");
    expect(layer).toContain("1.4");
    expect(layer).not.toContain("0.4");
    const head = await look("--layer", "1", "--head", "3");
    expect(head).toContain("1.3");
    expect(head).not.toContain("1.4");
    for (const token of TOKENS) expect(head).toContain(token);
  });

  it("prints patterns as JSON, rows of shares that sum to one, and only the heads asked for", async () => {
    const all = JSON.parse(await look("--json"));
    expect(all).toMatchObject({ tokens: TOKENS, weighting: "raw" });
    const places = all.heads.map((p: { layer: number; head: number }) => `${p.layer}.${p.head}`);
    expect(places).toEqual([0, 1].flatMap((l) => [0, 1, 2, 3, 4].map((h) => `${l}.${h}`)));
    for (const { pattern } of all.heads) {
      expect(pattern).toHaveLength(9);
      for (const row of pattern as number[][]) {
        expect(row).toHaveLength(9);
        expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
        expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      }
    }
    const one = JSON.parse(await look("--json", "--layer", "1", "--head", "3"));
    expect(one.heads).toEqual([all.heads[8]]);
    const weighted = JSON.parse(await look("--json", "--layer", "1", "--head", "3", "--weighting", "norm"));
    expect(weighted.weighting).toBe("norm");
    expect(weighted.heads[0].pattern).not.toEqual(one.heads[0].pattern);
  });

  it("writes well-formed pictures and pages, into new folders too", async () => {
    const out = join(fresh(), "deep/er");
    const [svg, png, html] = ["a.svg", "a.png", "a.html"].map((name) => join(out, name)) as [string, string, string];
    await look("--svg", svg, "--png", png, "--html", html);
    for (const file of [svg, html]) expect(errorsOf(file)).toEqual([]);
    for (const file of [svg, html]) expect(readFileSync(file, "utf8")).toContain(TOKENS.join(" "));
    const bytes = readFileSync(png);
    expect([...bytes.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
    expect(bytes.subarray(-8, -4).toString()).toBe("IEND");
    expect(readdirSync(out).sort()).toEqual(["a.html", "a.png", "a.svg"]);
  });
});

describe("report", () => {
  const report = (...more: string[]) => ["report", model, "--sentences", "20", ...more];
  const read = (path: string) => reportSchema.strict().parse(JSON.parse(readFileSync(path, "utf8")));

  it("writes a page and data, and prints a summary that says where", async () => {
    const out = fresh();
    const text = await succeed(report("--out", out));
    expect(readdirSync(out).sort()).toEqual(["report.html", "report.json"]);
    expect(text).toContain(`wrote ${join(out, "report.html")} and ${join(out, "report.json")}`);
    const data = read(join(out, "report.json"));
    expect(data.model).toMatchObject({ id: "tiny", family: "encoder", layers: 2, heads: [5, 5], width: 35 });
    expect(data.corpus).toMatchObject({ id: "built-in sample (20 of 110, seed 1)", sentences: 20 });
    expect(data).toMatchObject({ headwise: VERSION, seed: 1 });
    expect(data.heads.map(({ layer, head }) => 5 * layer + head)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(errorsOf(join(out, "report.html"))).toEqual([]);
  });

  it("gives the same bytes for the same seed, but for its cost, and others for another seed", async () => {
    const outs = [fresh(), fresh(), fresh()];
    const seeds = ["5", "5", "6"];
    for (const [k, out] of outs.entries()) await succeed(report("--out", out, "--seed", seeds[k]!, "--threads", "1"));
    const [first, second, other] = outs.map((out) => withoutCost(readFileSync(join(out, "report.json"), "utf8")));
    expect(second).toBe(first);
    expect(other!.replace(/"seed":6/, '"seed":5')).not.toBe(first);
  });

  it("prints the data and nothing else, and writes no file", async () => {
    const cwd = fresh();
    const text = await succeed(report("--json", "-"), { cwd });
    expect(text).toMatch(/^\{[^\n]*\}\n$/);
    expect(reportSchema.parse(JSON.parse(text)).corpus.sentences).toBe(20);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("writes the data where it is told to, and the page into the usual folder", async () => {
    const cwd = fresh();
    await succeed(report("--json", "data/here.json"), { cwd });
    expect((readdirSync(cwd, { recursive: true }) as string[]).sort()).toEqual([
      "data",
      "data/here.json",
      "headwise-report",
      "headwise-report/report.html",
    ]);
    expect(read(join(cwd, "data/here.json")).model.id).toBe("tiny");
  });

  it("reads CoNLL-U, and plain text without trees", async () => {
    const cwd = fresh();
    writeFileSync(join(cwd, "two.conllu"), CONLLU);
    writeFileSync(join(cwd, "two.txt"), "The cat sat.\n\nThe dog was old. The dog sat on the mat.\n");
    const trees = reportSchema.parse(
      JSON.parse(await succeed(["report", model, "--conllu", "two.conllu", "--json", "-"], { cwd })),
    );
    expect(trees.corpus).toMatchObject({ id: "two.conllu", sentences: 2, tokens: 11 });
    const plain = reportSchema.parse(JSON.parse(await succeed(["report", model, "--text", "two.txt", "--json", "-"], { cwd })));
    expect(plain.corpus).toMatchObject({ id: "two.txt", sentences: 2, tokens: 20 });
    expect(plain.notes).toContainEqual({ code: "no-trees" });
    expect(plain.heads.flatMap(({ scores }) => Object.keys(scores))).not.toContain("syntactic");
  });

  it.each(["SIGINT", "SIGKILL"] as const)("leaves the old report alone when %s ends it half-way", async (signal) => {
    const out = fresh();
    for (const file of ["report.html", "report.json"]) writeFileSync(join(out, file), "old");
    const ran = await command.run(["report", model, "--out", out], {
      watch: (child, said) => {
        if (said.includes("controls")) child.kill(signal);
      },
    });
    expect(ran).toMatchObject({ signal, stdout: "" });
    // a killed process leaves its locks, which hold nobody up
    const files = readdirSync(out).filter((name) => !/^\..+\.lock$/.test(name));
    expect(files.sort()).toEqual(["report.html", "report.json"]);
    for (const file of files) expect(readFileSync(join(out, file), "utf8")).toBe("old");
    await succeed(["report", model, "--out", out]);
    expect(readdirSync(out).sort()).toEqual(["report.html", "report.json"]);
  });
});

const withoutCost = (json: string): string => {
  const cost = /,"cost":\{[^}]*\}/;
  expect(json).toMatch(cost);
  return json.replace(cost, "");
};

const CONLLU = `# sent_id = a
1\tCats\tcat\tNOUN\t_\t_\t2\tnsubj\t_\t_
2\tsat\tsit\tVERB\t_\t_\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_

1\tDogs\tdog\tNOUN\t_\t_\t2\tnsubj\t_\t_
2\tsat\tsit\tVERB\t_\t_\t0\troot\t_\t_
`;

describe("params", () => {
  const params = (...more: string[]) => succeed(["params", "--width", "30", ...more]);

  it("prints the numbers of the cost, whatever the number of heads", async () => {
    const given = await Promise.all(["1", "6"].map(async (h) => JSON.parse(await params("--heads", h, "--json"))));
    for (const numbers of given) {
      expect(numbers).toMatchObject({ query: 900, key: 900, value: 900, output: 900, biases: 120, parameters: 3720 });
    }
    const grouped = JSON.parse(await params("--heads", "6", "--kv-heads", "2", "--layers", "3", "--length", "7", "--json"));
    const shape = { width: 30, heads: 6, keyValueHeads: 2, layers: 3 };
    expect(grouped).toMatchObject({ ...attentionCost(shape, 7), headWidth: 5, key: 900, parameters: 7200 + 240 });
    expect(JSON.parse(await params("--heads", "5", "--no-output-projection", "--no-biases", "--json")).parameters).toBe(2700);
  });

  it("prints a row for each usual number of heads, and says what W_O has to do with it", async () => {
    const text = await params("--heads", "6", "--layers", "2");
    expect(text).toMatch(/→ 6 +5 +1,800 +1,800 +1,800 +1,800 +240 +7,440/);
    expect(text).toContain("4·d² = 7,200");
    expect(text).toContain("3·d² = 5,400");
  });
});

describe("help", () => {
  it.each(["look", "report", "params"])("of %s has examples that the command takes", async (name) => {
    const text = await succeed([name, "--help"], { env: { COLUMNS: "120" } });
    expect(text).toMatch(new RegExp(`^Usage: headwise ${name} `));
    expect(text).toMatch(new RegExp(`\nExamples?:\n(  headwise ${name} .+\n)+$`));
    const options = text.slice(text.indexOf("\nExample")).match(/ --?[a-z-]+/g) ?? [];
    for (const option of options) expect(text.split("\nExample")[0]).toContain(option.trim());
  });

  it("names every command, and the version is the package's", async () => {
    const text = await succeed(["--help"]);
    for (const name of ["look", "report", "params"]) expect(text).toContain(`\n  ${name} `);
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await succeed(["--version"])).toBe(`${version}\n`);
  });
});
