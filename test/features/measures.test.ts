/** What a report measures of features, against the sites of single texts; and the gates of a text. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { adaptiveMeasures } from "../../src/heads/observe/adaptive.ts";
import { compileGates } from "../../src/heads/observe/gates.ts";
import type { Text } from "../../src/heads/observe/text.ts";
import { countedQueries } from "../../src/heads/observe/text.ts";
import { sitesOf } from "../../src/models/sites.ts";
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
