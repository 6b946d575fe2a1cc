/**
 * Labels on heads that are known: `node bench/truth.mjs [SENTENCES] [MODELS]`, after `npm run build`. Prints the confusion table of
 * planted, blind and untrained heads; the exit code is 1 while a promise does not hold.
 */
import { broken, brokenText, confusion, nodeRuntime, summarize, truthText } from "./headwise.mjs";

const [sentences = 600, untrained = 3] = process.argv.slice(2).map(Number);
const runtime = await nodeRuntime();
let last = "";
const progress = (stage) => {
  if (stage !== last) process.stderr.write(`${stage} …\n`);
  last = stage;
};
const truth = await confusion(runtime, { seed: 1, sentences, untrained, scales: [0.02, 0.1, 0.3], progress });
await runtime.release();
const failed = broken(summarize(truth));
process.stdout.write(`${truthText(truth)}\n\n${brokenText(failed)}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
