/**
 * How stable labels are: `node bench/stability.mjs MODEL CONLLU [SENTENCES]`, after `npm run build`. Reports on two halves of the
 * sentences, on the first half with another seed, and on 400 sentences of it; prints how far labels agree head by head and for syntactic
 * heads, and how often a label was given on the other half against the probability that the report gave it.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { loadCheckpoint, nodeRuntime, parseConllu, reportOn, sameLabels, splitInTwo } from "./headwise.mjs";

const [model, file, wanted] = process.argv.slice(2);
if (!model || !file) {
  console.error("node bench/stability.mjs MODEL CONLLU [SENTENCES]: name a model and sentences with trees");
  process.exit(2);
}
const runtime = await nodeRuntime();
const checkpoint = await loadCheckpoint(model);
const corpus = parseConllu(await readFile(file, "utf8"), basename(file));
const sentences = corpus.sentences.slice(0, Number(wanted ?? corpus.sentences.length));
const part = splitInTwo(
  sentences.map(({ words }) => words.length),
  "stability",
);
const half = (k) => sentences.filter((_, s) => part[s] === k);
const report = async (some, seed) =>
  (await reportOn(runtime, checkpoint, { ...corpus, sentences: some }, { seed })).report.heads;

const first = await report(half(0), 1);
const others = [
  ["the other half", await report(half(1), 1)],
  ["another seed", await report(half(0), 2)],
  ...(half(0).length > 400 ? [["400 sentences", await report(half(0).slice(0, 400), 1)]] : []),
];
await runtime.release();

const has = ({ labels }, label) => labels.includes(label);
console.log(`${checkpoint.id}, ${half(0).length} and ${half(1).length} sentences of ${corpus.id}, ${first.length} heads\n`);
for (const [what, heads] of others) {
  const both = first.filter((head, k) => has(head, "syntactic") && has(heads[k], "syntactic")).length;
  const either = first.filter((head, k) => has(head, "syntactic") || has(heads[k], "syntactic")).length;
  const same = (100 * sameLabels(first, heads)).toFixed(1);
  console.log(
    `${what}: ${same}% of heads have the same labels; syntactic: ${both} of ${either} (${(both / Math.max(1, either)).toFixed(2)})`,
  );
}

/** Every label and manner that a head could have had: the probability that was reported, and whether the other half gave it. */
const names = new Set(first.flatMap(({ scores }) => Object.keys(scores)));
const cases = first.flatMap(({ scores }, k) =>
  [...names]
    .filter((name) => scores[name]?.again !== undefined && scores[name].again > 0)
    .map((name) => ({
      again: scores[name].again,
      given: [...others[0][1][k].labels, ...others[0][1][k].manners].includes(name),
    })),
);
console.log("\nreported probability, cases, mean of it, given on the other half");
const EDGES = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0001];
for (let b = 0; b + 1 < EDGES.length; b++) {
  const own = cases.filter(({ again }) => again >= EDGES[b] && again < EDGES[b + 1]);
  if (own.length === 0) continue;
  const mean = (pick) => (own.reduce((s, one) => s + pick(one), 0) / own.length).toFixed(2);
  const range = `${EDGES[b].toFixed(1)}–${Math.min(1, EDGES[b + 1]).toFixed(1)}`;
  console.log(
    `${range}  ${String(own.length).padStart(4)}  ${mean(({ again }) => again)}  ${mean(({ given }) => Number(given))}`,
  );
}
