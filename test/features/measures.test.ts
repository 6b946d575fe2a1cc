/** What a report measures of features, against the sites of single texts; and the gates of a text. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { adaptiveMeasures } from "../../src/heads/observe/adaptive.ts";
import { compileGates } from "../../src/heads/observe/gates.ts";
import type { Text } from "../../src/heads/observe/text.ts";
import { countedQueries } from "../../src/heads/observe/text.ts";
import { type Site, sitesOf } from "../../src/models/sites.ts";
import type { Transformer } from "../../src/models/transformer.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import type { Tensor } from "../../src/run/tensor.ts";
import { gateChart } from "../../src/view/chart/gates.ts";
import { randomText } from "../heads/models.ts";
import { runModel, textsOf } from "../laws/small.ts";
import { featuredModel } from "./featured-models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const texts: Text[] = [7, 5, 7].map((n, k) => randomText(`${k}`, n, 11, 1, 1));
const sitesOfText = (model: Transformer, { ids }: Text): Promise<Record<string, Tensor>> =>
  runModel(model, textsOf([...ids]), { wanted: (site) => /\.(gate|pattern)$/.test(site) });

it.each(["bert", "gpt2"] as const)("%s: means of gates over queries, and the share of closed ones", async (family) => {
  const model = (await featuredModel(family, { gate: true })) as Transformer;
  const found = await adaptiveMeasures(runtime, model, texts);
  const wanted = sitesOf(model.config).flatMap(({ heads }) => Array.from({ length: heads }, () => ({ sum: 0, closed: 0 })));
  let queries = 0;
  for (const text of texts) {
    const sites = await sitesOfText(model, text);
    const counted = countedQueries(text, family === "gpt2");
    queries += counted.length;
    let first = 0;
    for (const { path, heads } of sitesOf(model.config)) {
      for (let h = 0; h < heads; h++) {
        for (const i of counted) {
          const gate = Number(sites[`${path}.gate`]!.data[i * heads + h]);
          wanted[first + h]!.sum += gate;
          wanted[first + h]!.closed += Number(gate < 0.1);
        }
      }
      first += heads;
    }
  }
  expect(found).toHaveLength(wanted.length);
  for (const [k, { sum, closed }] of wanted.entries()) {
    expect(Object.keys(found[k]!)).toEqual(["gate", "closed"]);
    expect(found[k]!.gate).toBeCloseTo(sum / queries, 5);
    expect(found[k]!.closed).toBeCloseTo(closed / queries, 5);
  }
  expect(Math.max(...wanted.map(({ closed }) => closed))).toBeGreaterThan(0);
});

it("a model without features has no measures and no gates", async () => {
  const model = (await featuredModel("gpt2", {})) as Transformer;
  expect(await adaptiveMeasures(runtime, model, texts)).toEqual(
    sitesOf(model.config).flatMap(({ heads }) => Array.from({ length: heads }, () => ({}))),
  );
  expect(await compileGates(runtime, model)).toBeUndefined();
});

it("the gates of a text are those of its pass, and are drawn one cell for each token and head", async () => {
  const model = (await featuredModel("gpt2", { gate: true })) as Transformer;
  const text = texts[0]!;
  const read = await compileGates(runtime, model);
  const found = await read!({ ids: text.ids });
  const sites = await sitesOfText(model, text);
  const [site] = sitesOf(model.config);
  const stored = sites[`${site!.path}.gate`]!.data;
  const gates = found[0]!;
  for (const [h, own] of gates.entries())
    for (const [i, gate] of own.entries()) expect(gate).toBeCloseTo(Number(stored[i * site!.heads + h]), 6);
  const drawn = gateChart({ site: "0", rows: text.tokens, columns: text.tokens, patterns: [], gates });
  expect(drawn.match(/<rect /g)).toHaveLength(text.ids.length * site!.heads);
  expect(drawn).toContain(`<title>0.0, ${text.tokens[0]}: ${gates[0]![0]!.toFixed(2)}</title>`);
});

it("spans and α are those of the weights, and zeros are counted among the visible keys", async () => {
  const span = { longest: 5, ramp: 2, penalty: 0 };
  const model = (await featuredModel("gpt2", { normalizer: "entmax", alpha: "learned", span })) as Transformer;
  const found = await adaptiveMeasures(runtime, model, texts);
  const [{ heads }] = sitesOf(model.config) as [Site];
  const { alpha, span: shares } = model.weights.layers[0]!.attention;
  const [text] = texts as [Text];
  for (let h = 0; h < heads; h++) {
    expect(found[h]!.alpha).toBeCloseTo(1 + 1 / (1 + Math.exp(-Number(alpha!.data[h]))), 5);
    expect(found[h]!.span).toBeCloseTo(5 * Number(shares!.data[h]), 5);
  }
  const one = await adaptiveMeasures(runtime, model, [text]);
  const sites = await sitesOfText(model, text);
  const n = text.ids.length;
  const pattern = sites["layers.0.attention.pattern"]!.data;
  const counted = countedQueries(text, true);
  for (let h = 0; h < heads; h++) {
    const seen = counted.map((i) => Array.from({ length: n }, (_, j) => Number(pattern[(h * n + i) * n + j]! > 0)));
    const support = seen.flat().reduce((a, b) => a + b, 0);
    const visible = counted.reduce((sum, i) => sum + i + 1, 0);
    expect(one[h]!.support).toBeCloseTo(support / counted.length, 5);
    expect(one[h]!.zeros).toBeCloseTo(1 - support / visible, 5);
  }
});

it("every query uses as many routed heads as the router picks", async () => {
  const routing = { kind: "moh", shared: 1, top: 2, balance: 0.01 } as const;
  const model = (await featuredModel("gpt2", { routing })) as Transformer;
  const found = await adaptiveMeasures(runtime, model, texts);
  let first = 0;
  for (const { heads } of sitesOf(model.config)) {
    const used = found.slice(first, first + heads).map((head) => head.used!);
    expect(used[0]).toBe(1);
    expect(used.reduce((a, b) => a + b, 0)).toBeCloseTo(3, 5);
    first += heads;
  }
});
