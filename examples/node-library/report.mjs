/** Loads a model, scores its heads against controls and prints those that have a label. */
import { parseConllu, reportOn, SAMPLE_CONLLU } from "headwise";
import { loadCheckpoint, nodeRuntime } from "headwise/node";

const [model = "builtin:english"] = process.argv.slice(2);
const checkpoint = await loadCheckpoint(model);
const runtime = await nodeRuntime();
const { sentences, ...corpus } = parseConllu(SAMPLE_CONLLU, "sample");
const { report } = await reportOn(runtime, checkpoint, { ...corpus, sentences: sentences.slice(0, 30) }, { seed: 1 });
await runtime.release();

const { heads, model: described } = report;
const named = heads.filter(({ label, manners }) => label !== "unclassified" || manners.length > 0);
console.log(`${described.id}: ${named.length} of ${heads.length} heads have a label or a manner`);
for (const { layer, head, label, manners, scores } of named) {
  const shown = [label, ...manners].filter((name) => name !== "unclassified");
  const values = shown.map(
    (name) => `${name} ${scores[name].value.toFixed(2)} (best control ${scores[name].control?.toFixed(2) ?? "none"})`,
  );
  console.log(`${layer}.${head}  ${values.join(", ")}`);
}
