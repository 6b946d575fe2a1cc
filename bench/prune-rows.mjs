/** The rows of importance and pruning, and what each time is compared with. */
import { rowsOf } from "./table.mjs";

/** The share of the removed attention work that has to show up as time. */
const SHOWN = 0.8;

/** Ours against plain passes of our own, and against masked passes of PyTorch. */
export function pruneRows(times, { heads, removed }, peer) {
  const row = rowsOf(times);
  const passes = (name, count) => Array.from({ length: count }, () => name);
  const [masked, needed] = [passes("torch.masked", heads), 1 - SHOWN * removed];
  return {
    "7. Exact ablation of every head, and gradients by their gates, on pairs of sentences; ratio: time in parts of": [
      row(`all ${heads} heads, each without it`, "sweep", "time", `${heads} plain passes`, passes("plain pass", heads), 0.65),
      row("Michel and Taylor, every head", "gradients", "time", "one plain pass", "plain pass", 4),
    ],
    "   The same against PyTorch; ratio: how many times as fast we are": [
      peer.missing
        ? {
            what: `all ${heads} heads`,
            against: "masked passes, eager",
            missing: `${peer.missing} (see bench/peers/README.md)`,
          }
        : row(`all ${heads} heads`, "sweep", "speed", `transformers, eager, ${heads} masked passes`, masked, 3),
    ],
    [`   Attention without every third head, ${Math.round(100 * removed)}% of its work; ratio: time in parts of the whole's`]: [
      row(
        "all attentions, nothing else",
        "attention, cut",
        "time",
        "the whole model's",
        "attention",
        Number(needed.toFixed(2)),
      ),
    ],
  };
}
