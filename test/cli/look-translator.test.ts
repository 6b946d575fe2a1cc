/** `headwise look` on a translation model: what it prints and writes, for every attention. */
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPatterns, type PatternOptions } from "../../src/heads/observe/text-patterns.ts";
import { loadTranslator } from "../../src/load/translator.node.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { tagErrors } from "../view/well-formed.ts";
import { buildCommand, type Command } from "./command.ts";
import { makeTranslator } from "./translator-folder.ts";

let command: Command;
let model: string;
beforeAll(() => {
  command = buildCommand();
  model = makeTranslator(join(command.folder, "tiny"));
});
afterAll(() => command.remove());

const [SOURCE, TARGET] = ["w3 w7 w11 w5", "w8 w9"];

async function look(...more: string[]): Promise<string> {
  const { code, stdout, stderr } = await command.run(["look", model, "-t", SOURCE!, ...more]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

interface Looked {
  readonly tokens: string[];
  readonly target: string;
  readonly targetTokens: string[];
  readonly heads: { name: string; kind: string; layer: number; head: number; pattern: number[][] }[];
}
const lookJson = async (...more: string[]): Promise<Looked> => JSON.parse(await look("--json", ...more));

/** The same by the library. */
async function libraryPatterns(options: PatternOptions, target?: string) {
  const runtime = await nodeRuntime({ threads: 1 });
  const found = await (await createPatterns(runtime, await loadTranslator(model), options))(SOURCE!, target);
  await runtime.release();
  return found;
}

it("prints every attention by name, under source and target", async () => {
  const text = await look("--target", TARGET!);
  expect(text).toMatch(/^source: w3 w7 w11 w5 <\/s>\ntarget: <pad> w8 w9\n/);
  for (const name of ["encoder.0.0", "encoder.1.3", "decoder.0.0", "decoder.2.3", "cross.0.0", "cross.2.3"])
    expect(text).toContain(name);
});

it("prints the attentions of a kind, of a layer, or one head", async () => {
  const names = async (...more: string[]) => new Set((await look(...more)).match(/(encoder|decoder|cross)\.\d\.\d/g));
  const heads = (...sites: string[]) => new Set(sites.flatMap((site) => [0, 1, 2, 3].map((h) => `${site}.${h}`)));
  expect(await names("--layer", "cross")).toEqual(heads("cross.0", "cross.1", "cross.2"));
  expect(await names("--layer", "1")).toEqual(heads("encoder.1", "decoder.1", "cross.1"));
  expect(await names("--layer", "decoder.2")).toEqual(heads("decoder.2"));
  const head = await look("--head", "cross.1.2", "--target", TARGET!);
  expect(head).toBe(await look("--layer", "cross.1", "--head", "2", "--target", TARGET!));
  expect(head.startsWith("Head cross.1.2\n")).toBe(true);
  expect(head.match(/^ *(<pad>|w8|w9) .*→ (w3|w7|w11|w5|<\/s>) /gm)).toHaveLength(3);
});

it("prints as JSON what the library gives, with both texts", async () => {
  const { tokens, target, sites } = await libraryPatterns({ weighting: "norm" }, TARGET);
  const looked = await lookJson("--target", TARGET!, "--weighting", "norm");
  expect(looked).toMatchObject({ tokens, target: TARGET, targetTokens: target!.tokens, weighting: "norm" });
  expect(looked.heads.map(({ name }) => name)).toEqual(
    sites.flatMap(({ site, patterns }) => patterns.map((_, h) => `${site}.${h}`)),
  );
  for (const [k, [rows, pattern]] of sites.flatMap((site) => site.patterns.map((p) => [site.rows, p] as const)).entries()) {
    const { name, kind, layer, head, pattern: found } = looked.heads[k]!;
    expect(`${kind}.${layer}.${head}`).toBe(name);
    expect(found).toHaveLength(rows.length);
    for (const [at, weight] of pattern.entries()) expect(found.flat()[at]).toBeCloseTo(weight, 5);
  }
  const one = await lookJson("--target", TARGET!, "--weighting", "norm", "--head", "cross.1.2");
  expect(one.heads).toEqual(looked.heads.filter(({ name }) => name === "cross.1.2"));
});

it("reads the model's own greedy translation by default", async () => {
  const { stdout } = await command.run(["translate", model, "--text", SOURCE!, "--beam", "1"]);
  const looked = await lookJson("--layer", "cross");
  expect(looked.target).toBe(stdout.trim());
  expect(looked).toEqual(await lookJson("--layer", "cross", "--target", stdout.trim()));
  expect(looked.heads[0]!.pattern).toHaveLength(looked.targetTokens.length);
});

it("writes well-formed pictures of all heads and of one", async () => {
  const out = mkdtempSync(join(command.folder, "out-"));
  const [svg, html, png] = ["a.svg", "a.html", "a.png"].map((name) => join(out, name)) as [string, string, string];
  const bare = (file: string) =>
    readFileSync(file, "utf8")
      .replace(/^<!doctype html>/i, "")
      .replace(/<(style|script)\b([^>]*)>[\s\S]*?<\/\1>/g, "<$1$2></$1>");
  await look("--svg", svg, "--html", html, "--png", png);
  for (const file of [svg, html]) {
    expect(tagErrors(bare(file))).toEqual([]);
    for (const text of ["source: w3 w7 w11 w5", "target: ", "cross.2.3"]) expect(bare(file)).toContain(text);
  }
  expect([...readFileSync(png).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  await look("--svg", svg, "--target", TARGET!, "--head", "cross.0.1");
  expect(tagErrors(bare(svg))).toEqual([]);
  expect(bare(svg).match(/<title>[^<]+ → /g)).toHaveLength(15);
});
