/** `headwise convert`: a trained model as a mixture of heads, which training, reports, pruning and ONNX go on with. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { madeText } from "../train/made-text.ts";
import { buildCommand, type Command } from "./command.ts";

let command: Command;
beforeAll(() => {
  command = buildCommand();
  writeFileSync(join(command.folder, "text.txt"), madeText(1, 60));
});
afterAll(() => command.remove());

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await command.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("headwise:") });
  return stdout;
}
const SMALL = { batch: { length: 13, tokens: 52 }, steps: 3, every: 3, data: { text: "text.txt" } };
const config = (name: string, change: object): string => {
  writeFileSync(join(command.folder, name), JSON.stringify({ ...SMALL, ...change }));
  return name;
};
const filesOf = (folder: string) => readdirSync(join(command.folder, folder)).sort();

it("goes from a plain model to a mixture that is trained, reported on, pruned and exported", { timeout: 240_000 }, async () => {
  const model = { layers: 2, width: 16, heads: 4, positions: 128 };
  await command.run(["train", config("plain.json", { model, tokenizer: { vocabulary: 270, minFrequency: 0 } })]);
  const said = await succeed("convert", "runs/plain/model", "--to", "moh", "--shared", "1", "--top", "1", "--out", "mixed");
  expect(said).toContain("In 2 attentions, each token uses 1 shared head and 1 of 3 routed ones.");
  expect(said).toMatch(/\nwrote mixed\nnext: headwise compare runs\/plain\/model mixed\n$/);
  expect(filesOf("mixed")).toEqual([
    ...["config.json", "convert.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"],
  ]);
  expect(JSON.parse(readFileSync(join(command.folder, "mixed/convert.json"), "utf8"))).toMatchObject({
    ...{ format: "headwise.convert/1", to: "moh", shared: 1, top: 1, attentions: 2, model: "runs/plain/model" },
  });
  expect((await command.run(["train", config("on.json", { from: "mixed" })])).code).toBe(0);
  await succeed("report", "runs/on/model", "--text", "text.txt", "--first", "6", "--out", "report");
  await succeed("compare", "mixed", "runs/on/model", "--text", "text.txt", "--first", "6", "--out", "compare");
  const pruned = await succeed(
    ...["prune", "runs/on/model", "--heads", "0.0,1.2", "--text", "text.txt", "--out", "cut", "--onnx"],
  );
  expect(pruned).toContain("The pruned model equals the masked one");
  expect(JSON.parse(readFileSync(join(command.folder, "cut/config.json"), "utf8"))).toMatchObject({
    headwise: { heads: { "0": [1, 2, 3], "1": [0, 1, 3] }, attention: { "0": { routing: { heads: 4, shared: 1, top: 1 } } } },
  });
  expect(filesOf("cut")).toContain("onnx");
});
