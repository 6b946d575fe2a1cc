/** Sheets, skills, effects and divergence on small models with large weights, against plain passes of the same weights. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RELATIONS, type WorldDocument } from "../../src/corpus/world/target.ts";
import type { TransformerConfig } from "../../src/models/config.ts";
import type { Transformer } from "../../src/models/transformer.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { divergenceGraph, divergences } from "../../src/study/divergence.ts";
import { effectsOf, type HeadEffects, headEffects } from "../../src/study/effects.ts";
import { layOut, requireTargets, type Sheet } from "../../src/study/sheet.ts";
import { type Answers, createRespondent, type Respondent, skillGraph, skillsOf } from "../../src/study/skills.ts";
import { DECODER, pickHeads, runModel, smallModel, textsOf, withAttention } from "../laws/small.ts";
import { CODING, madeDocuments, targetAt } from "./made-documents.ts";

const [BATCH, SEQUENCE] = [5, 7];
let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const documents = madeDocuments(25, "measuring");
const sheet = layOut(documents, CODING, BATCH, SEQUENCE);
const model = smallModel(DECODER, 1);

const graphs = new Map<TransformerConfig, ReturnType<typeof skillGraph>>();
function respond({ config, weights }: Transformer, over: Sheet = sheet): Promise<Respondent> {
  const graph = graphs.get(config) ?? skillGraph(config, over);
  graphs.set(config, graph);
  return createRespondent(runtime, config, graph, byPath(weights), over);
}

const rowsOf = (docs: readonly WorldDocument[]) => docs.map((d) => [...CODING.encode(d)].slice(0, SEQUENCE));

/** The same answers from a plain pass over whole rows. */
async function plainAnswers(of: Transformer): Promise<Answers> {
  const { logits } = await runModel(of, textsOf(...rowsOf(documents)));
  const [, length, words] = logits!.shape as [number, number, number];
  const right: number[] = [];
  const logShare: number[] = [];
  for (const [d, { targets }] of documents.entries()) {
    for (const { position, candidates, gold } of targets.filter((t) => t.position < SEQUENCE)) {
      const scores = candidates.map((c) => Number(logits!.data[(d * length + position) * words + CODING.idOf(c)]));
      right.push(Number(scores.every((s) => s <= scores[gold]!)));
      logShare.push(scores[gold]! - Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0)));
    }
  }
  return { right: Uint8Array.from(right), logShare: Float64Array.from(logShare) };
}

function expectAlike(a: Answers, b: Answers, digits = 4): void {
  expect([...a.right]).toEqual([...b.right]);
  expect(a.logShare).toHaveLength(b.logShare.length);
  for (const [t, x] of a.logShare.entries()) expect(x).toBeCloseTo(b.logShare[t]!, digits);
}

const mapped = ({ shape, data }: Tensor, f: (x: number, k: number) => number): Tensor =>
  tensor(Float32Array.from(data as Float32Array, f), shape);
const zeroed = (t: Tensor, heads: readonly number[]): Tensor =>
  mapped(t, (x, k) => (heads.includes(Math.floor(k / (t.shape[1]! * t.shape[2]!))) ? 0 : x));
const silenced = (of: Transformer, layer: number, heads: readonly number[]): Transformer =>
  withAttention(of, layer, (p) => ({ ...p, wo: zeroed(p.wo, heads) }));

describe("a sheet", () => {
  it("holds every target before its end, with its place, and fills batches only", () => {
    const whole = layOut(madeDocuments(27, "measuring"), CODING, BATCH, SEQUENCE);
    expect([whole.documents, whole.batches.length]).toEqual([25, 5]);
    const kept = documents.flatMap((d, document) =>
      d.targets.filter((t) => t.position < SEQUENCE).map((t) => ({ document, t })),
    );
    expect(kept.length).toBeLessThan(documents.flatMap((d) => d.targets).length);
    const places = sheet.batches.flatMap(({ rows, targets }, k) =>
      targets.map((target, i) => ({ ...target, place: k * BATCH * SEQUENCE + Number(rows.data[i]) })),
    );
    expect(places).toEqual(
      kept.map(({ document, t }) => ({
        relation: RELATIONS.indexOf(t.relation),
        document,
        candidates: t.candidates.map(CODING.idOf),
        gold: t.gold,
        place: document * SEQUENCE + t.position,
      })),
    );
  });

  it("says where documents have tokens", () => {
    const lengths = sheet.batches.flatMap(({ present }) =>
      Array.from({ length: BATCH }, (_, b) => present.slice(b * SEQUENCE, (b + 1) * SEQUENCE).reduce((x, y) => x + y, 0)),
    );
    expect(lengths).toEqual(rowsOf(documents).map((row) => row.length));
  });

  it("is refused where a relation has no target in a half of it", () => {
    expect(() => requireTargets(sheet)).not.toThrow();
    const odd = documents.map((d, k) => (k % 2 === 1 ? { ...d, targets: d.targets.filter((t) => t.relation !== "copy") } : d));
    expect(() => requireTargets(layOut(odd, CODING, BATCH, SEQUENCE))).toThrow(/25 documents are too few.*"copy"; use more/);
  });
});

describe("what a model answers", () => {
  it("stands at the index of its target: a model that says a word at each place is right there only", async () => {
    const config = { ...DECODER, tied: false };
    const ids = [2, 3, 4, 5, 6, 7, 8, 9];
    const targets = [1, 4, 6, 7].map((position) => targetAt(ids, position, 0));
    const one = layOut([{ words: ids.map((id) => `w${id}`), targets }], CODING, 1, SEQUENCE);
    expect(one.batches[0]!.targets).toHaveLength(3);
    const zeros = new Map([...byPath(smallModel(config, 1).weights)].map(([path, t]) => [path, mapped(t, () => 0)]));
    const unit = (row: (i: number) => number) => {
      const out = new Float32Array(23 * 11);
      for (let i = 0; i < 11; i++) if (row(i) >= 0 && row(i) < 23) out[row(i) * 11 + i] = 1;
      return out;
    };
    // the state at place i is the unit vector i, normalised, and each word's row is the unit vector of its place
    const saying = (shift: number) =>
      new Map([
        ...zeros,
        [
          "embeddings.positions",
          tensor(
            Float32Array.from({ length: 17 * 11 }, (_, k) => Number(Math.floor(k / 11) === k % 11)),
            [17, 11],
          ),
        ],
        ["norm.scale", tensor(new Float32Array(11).fill(1), [11])],
        [
          "output",
          tensor(
            unit((i) => (ids[i] ?? 22) + shift),
            [23, 11],
          ),
        ],
      ] as [string, Tensor][]);
    expect([...saying(0).keys()].sort()).toEqual([...zeros.keys()].sort());
    const graph = skillGraph(config, one);
    for (const [shift, share] of [
      [0, 1],
      [1, 0],
      [2, 0],
    ] as const) {
      const { right } = await (await createRespondent(runtime, config, graph, saying(shift), one)).answer();
      expect([...right]).toEqual([share, share, share]);
    }
  });

  it("with gates of ones is what a plain pass says", async () => {
    const answers = await (await respond(model)).answer();
    expectAlike(answers, await plainAnswers(model));
    // means of heads that stay on change nothing, to the last bit
    const respondent = await respond(model);
    const huge = (await respondent.meanOutputs()).map((t) => mapped(t, () => 1e6));
    expect(await respondent.answer(new Set(), huge)).toEqual(answers);
    const skills = skillsOf(sheet, answers);
    expect(skills.reduce((n, s) => n + s.n, 0)).toBe(answers.right.length);
    const mean = skills.reduce((sum, s) => sum + s.n * s.accuracy, 0) / answers.right.length;
    expect(mean).toBeCloseTo(answers.right.reduce((a, b) => a + b, 0) / answers.right.length, 12);
  });

  it("without a head is what a model says whose W_O has zeros there", async () => {
    const respondent = await respond(model);
    for (const [layer, head] of [
      [0, 2],
      [1, 0],
    ] as const) {
      const off = await respondent.answer(new Set([`${layer}.${head}`]));
      expectAlike(off, await plainAnswers(silenced(model, layer, [head])));
      expect(Math.abs(off.logShare[3]! - (await respondent.answer()).logShare[3]!)).toBeGreaterThan(1e-3);
    }
  });

  it("with a head's mean is unchanged where the head's output is constant", async () => {
    const constant = withAttention(model, 0, (p) => ({
      ...p,
      wv: mapped(p.wv, (x, k) => (Math.floor(k / DECODER.headWidth) % 3 === 1 ? 0 : x)),
    }));
    const respondent = await respond(constant);
    const [base, means] = [await respondent.answer(), await respondent.meanOutputs()];
    expectAlike(await respondent.answer(new Set(["0.1"]), means), base);
    const zero = await respondent.answer(new Set(["0.1"]));
    const other = await respondent.answer(new Set(["0.0"]), means);
    for (const changed of [zero, other]) expect(Math.abs(changed.logShare[5]! - base.logShare[5]!)).toBeGreaterThan(1e-3);
  });

  it("mean outputs are those of the tokens that are there, whatever stands in the padding", async () => {
    const means = await (await respond(model)).meanOutputs();
    const sites = await runModel(model, textsOf(...rowsOf(documents)), { wanted: (site) => site.endsWith("attention.z") });
    for (const [l, mean] of means.entries()) {
      const z = sites[`layers.${l}.attention.z`]!;
      const [, length, heads, d] = z.shape as [number, number, number, number];
      for (let i = 0; i < SEQUENCE; i++) {
        const there = rowsOf(documents).flatMap((row, b) => (i < row.length ? [b] : []));
        for (let k = 0; k < heads * d; k++) {
          const sum = there.reduce((s, b) => s + Number(z.data[(b * length + i) * heads * d + k]), 0);
          expect(Number(mean.data[i * heads * d + k])).toBeCloseTo(there.length === 0 ? 0 : sum / there.length, 4);
        }
      }
    }
  });
});

const effectsOfModel = async (of: Transformer): Promise<HeadEffects[]> => {
  const respondent = await respond(of);
  return headEffects(of.config, respondent, sheet, await respondent.answer());
};
const natsOf = ({ effects }: HeadEffects) => RELATIONS.flatMap((r) => [effects.zero[r].nats, effects.mean[r].nats]);

describe("what each head does", () => {
  it("is nothing for all but the one head that is heard", async () => {
    const heard = silenced(silenced(model, 0, [0, 1, 2]), 1, [0]);
    for (const head of await effectsOfModel(heard)) {
      const most = Math.max(...natsOf(head).map(Math.abs));
      if (head.layer === 1 && head.head === 1) expect(most).toBeGreaterThan(0.05);
      else expect(most).toBeLessThan(1e-6);
    }
  });

  it("does not depend on the order of heads", async () => {
    const order = [2, 0, 1];
    const before = await effectsOfModel(model);
    const after = await effectsOfModel(withAttention(model, 0, (p) => pickHeads(p, order)));
    expect(after.map(({ layer, head }) => `${layer}.${head}`)).toEqual(["0.0", "0.1", "0.2", "1.0", "1.1"]);
    for (const [k, head] of after.entries()) {
      const same = before[order[k] ?? k]!;
      for (const [i, x] of natsOf(head).entries()) expect(x).toBeCloseTo(natsOf(same)[i]!, 4);
    }
    expect(Math.abs(natsOf(before[0]!)[0]! - natsOf(before[1]!)[0]!)).toBeGreaterThan(1e-3);
  });

  it("has intervals around it, and halves that make up the whole", () => {
    const count = sheet.batches.reduce((n, { targets }) => n + targets.length, 0);
    const bits = fc.uint8Array({ minLength: count, maxLength: count, max: 1 });
    const logs = fc.float64Array({ minLength: count, maxLength: count, min: -9, max: 0, noNaN: true });
    const law = fc.property(bits, bits, logs, logs, (r0, r1, l0, l1) => {
      const effects = effectsOf(sheet, { right: r0, logShare: l0 }, { right: r1, logShare: l1 });
      const targets = sheet.batches.flatMap((batch) => batch.targets);
      for (const [r, relation] of RELATIONS.entries()) {
        const { accuracy, low, high, nats, halves } = effects[relation];
        const at = targets.flatMap((t, k) => (t.relation === r ? [k] : []));
        const odd = at.filter((k) => targets[k]!.document % 2 === 1).length;
        expect(accuracy).toBeCloseTo(at.reduce((s, k) => s + r0[k]! - r1[k]!, 0) / at.length, 12);
        expect(nats).toBeCloseTo(at.reduce((s, k) => s + l0[k]! - l1[k]!, 0) / at.length, 9);
        expect((halves[0] * (at.length - odd) + halves[1] * odd) / at.length).toBeCloseTo(nats, 9);
        expect(low).toBeLessThanOrEqual(accuracy + 1e-12);
        expect(high).toBeGreaterThanOrEqual(accuracy - 1e-12);
      }
    });
    fc.assert(law, { numRuns: 20 });
  });

  it("is nothing where nothing has changed", async () => {
    const base = await (await respond(model)).answer();
    const nothing = { accuracy: 0, low: 0, high: 0, nats: 0, halves: [0, 0] };
    for (const effect of Object.values(effectsOf(sheet, base, base))) expect(effect).toEqual(nothing);
  });
});

describe("how differently heads look", () => {
  const graph = divergenceGraph(DECODER, sheet);
  const divergence = (of: Transformer) => divergences(runtime, graph, byPath(of.weights), sheet);
  const entropy = (p: readonly number[]) => p.reduce((h, x) => (x > 0 ? h - x * Math.log(x) : h), 0);

  it("is the mean over tokens of H(mean pattern) − mean H(pattern)", async () => {
    const sites = await runModel(model, textsOf(...rowsOf(documents)));
    const measured = await divergence(model);
    for (const [l, heads] of DECODER.heads.entries()) {
      const { data, shape } = sites[`layers.${l}.attention.pattern`]!;
      const n = shape[2]!;
      const row = (b: number, h: number, i: number) =>
        Array.from((data as Float32Array).slice(((b * heads + h) * n + i) * n, ((b * heads + h) * n + i + 1) * n));
      const each = rowsOf(documents).flatMap((ids, b) =>
        ids.slice(1).map((_, k) => {
          const patterns = Array.from({ length: heads }, (_, h) => row(b, h, k + 1));
          const mean = patterns[0]!.map((_, j) => patterns.reduce((s, p) => s + p[j]!, 0) / heads);
          return entropy(mean) - patterns.reduce((s, p) => s + entropy(p), 0) / heads;
        }),
      );
      expect(measured[l]).toBeCloseTo(each.reduce((a, b) => a + b, 0) / each.length, 5);
      expect(measured[l]).toBeGreaterThan(0.01);
      expect(measured[l]).toBeLessThan(Math.log(heads));
    }
  });

  it("is 0 for equal heads", async () => {
    const [same, other] = await divergence(withAttention(model, 0, (p) => pickHeads(p, [1, 1, 1])));
    expect(Math.abs(same!)).toBeLessThan(1e-6);
    expect(other).toBeGreaterThan(0.01);
  });

  it("comes near ln h where every head looks somewhere else alone", async () => {
    // two heads with the same keys and opposite queries, large ones: where one looks most the other looks least
    const opposite = withAttention(model, 1, (p) => {
      const twins = pickHeads(p, [0, 0]);
      const turned = (t: Tensor) => mapped(t, (x, k) => (Math.floor(k / DECODER.headWidth) % 2 === 0 ? 40 * x : -40 * x));
      return { ...twins, wq: turned(twins.wq), bq: turned(twins.bq!) };
    });
    const [, measured] = await divergence(opposite);
    expect(measured).toBeGreaterThan(0.8 * Math.log(2));
    expect(measured).toBeLessThanOrEqual(Math.log(2) + 1e-6);
  });
});
