/**
 * `npm run record`: trains the pair of models of the lab's page Train and writes lab/public/training.json, which the page replays.
 * One thread, so that the same plan gives the same file.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";

const root = join(import.meta.dirname, "..");
const folder = await mkdtemp(join(root, "node_modules/.record-"));

const rounded = (value) => Number(value.toFixed(3));
const packed = (patterns) =>
  Buffer.from(patterns.flatMap((pattern) => Array.from(pattern, (weight) => Math.round(255 * Math.sqrt(weight))))).toString(
    "base64",
  );
const modelOf = ({ heads, loss, skills, costs, patterns }) => ({
  ...{ heads, loss: rounded(loss), skills: skills.map(rounded) },
  costs: costs.map(({ name, lost }) => [name, lost.map(({ value, low, high }) => [value, low, high].map(rounded))]),
  patterns: packed(patterns),
});

try {
  const entry = (file) => join(root, "lab/engine/training", file);
  // one bundle: the engine knows the nodes of its own graph module alone
  await build({
    configFile: false,
    root,
    logLevel: "error",
    build: {
      ...{ ssr: true, outDir: folder, target: "node20" },
      rolldownOptions: {
        input: { training: entry("training.ts"), plan: entry("training-plan.ts"), engine: join(root, "src/index.node.ts") },
      },
    },
  });
  const load = (name) => import(pathToFileURL(join(folder, `${name}.js`)).href);
  const [{ createPair }, { LIVE }] = [await load("training"), await load("plan")];
  const { nodeRuntime } = await load("engine");
  const plan = { ...LIVE, seed: 1, heads: 8 };
  const runtime = await nodeRuntime({ threads: 1 });
  const pair = await createPair(runtime, plan);
  const [losses, moments] = [[[], []], []];
  while (!pair.done) {
    const { losses: both, moment } = await pair.advance();
    for (const [k, loss] of (both ?? []).entries()) losses[k].push(rounded(loss));
    if (!moment) continue;
    moments.push({ step: moment.step, models: moment.models.map(modelOf) });
    console.log(`step ${moment.step} of ${plan.steps}`);
  }
  const begun = { ...pair.begun, chance: pair.begun.chance.map(rounded) };
  await writeFile(join(root, "lab/public/training.json"), `${JSON.stringify({ plan, begun, losses, moments })}\n`);
  await runtime.release();
} finally {
  await rm(folder, { recursive: true });
}
