/** The rows of the table: each time, and the time that it is compared with. */
import { rowsOf } from "./table.mjs";

const PLAIN = "plain, weights fed";
const WHOLE = "raw+norm, whole pass";
const FEATURES = "features in JavaScript";

/** Ours against the hand-written graph and against ourselves without statistics. */
export function oursRows(times) {
  const row = rowsOf(times);
  const forward = (what, name) => row(what, name, "speed", "hand-written ONNX graph", "hand-written", 0.9);
  const instrumented = (what, names, goal) => row(what, names, "time", "our plain forward pass", PLAIN, goal);
  const plans = [
    ["raw", "raw"],
    ["raw and norm-weighted", "raw+norm"],
    ["the report's (raw, norm, words)", "raw+norm+words"],
  ];
  return {
    "1. Forward pass, last hidden state out; ratio: our speed in parts of its speed": [
      forward("weights fed at each run", PLAIN),
      forward("weights kept in the session", "plain, own weights"),
    ],
    "2. Statistics of every head in the graph, features given; ratio: time in parts of the plain pass": plans.flatMap(
      ([what, name]) => [
        instrumented(`${what}; ends at the last pattern`, name, 1.15),
        instrumented(`${what}; whole pass, last state too`, `${name}, whole pass`, 1.15),
      ],
    ),
    "   Features of the texts, which the goal leaves out": [
      instrumented("features in JavaScript", FEATURES),
      instrumented("features with words", `${FEATURES}, words too`),
      instrumented("the report's statistics with its features", ["raw+norm+words", `${FEATURES}, words too`]),
    ],
  };
}

/** Each line: what of ours, against which peer's run. */
const LINES = [
  [WHOLE, "torch", "instrumented", "transformers output_attentions, then statistics"],
  [WHOLE, "torch", "tuned", "the same, tuned: hooks, in place"],
  [WHOLE, "tlens", "everything", "TransformerLens run_with_cache(ids), then statistics"],
  [WHOLE, "tlens", "needed", "TransformerLens, patterns and values cached only"],
  [WHOLE, "tlens", "tuned", "the same, tuned"],
  [PLAIN, "torch", "plain", "transformers, eager attention"],
  [PLAIN, "torch", "plainSdpa", "transformers, PyTorch's fused attention (default)"],
  [PLAIN, "tlens", "plain", "TransformerLens without hooks"],
  [PLAIN, "transformersJs", "plain", "Transformers.js"],
];

/** Ours against the peers that are there; the others are named as missing. */
export function peerRows(times, peers) {
  const row = rowsOf(times);
  const line = ([own, peer, run, against]) =>
    peers[peer].missing
      ? { what: `ours: ${own}`, against, missing: `${peers[peer].missing} (see bench/peers/README.md)` }
      : row(`ours: ${own}`, own, "speed", against, `${peer}.${run}`);
  const overhead = ([peer, run, what]) =>
    peers[peer].missing
      ? { what, missing: `${peers[peer].missing} (see bench/peers/README.md)` }
      : row(what, `${peer}.${run}`, "time", "its own plain pass", `${peer}.plain`);
  return {
    "3. Peers, the same statistics (raw and norm; features given), the whole pass; ratio: how many times as fast we are":
      LINES.slice(0, 5).map(line),
    "   Forward pass alone; ratio: how many times as fast we are": LINES.slice(5).map(line),
    "   What statistics cost each; ratio: time in parts of its own plain pass": [
      row("ours, ends at the last pattern", "raw+norm", "time", "our plain pass", PLAIN),
      row("ours, whole pass", WHOLE, "time", "our plain pass", PLAIN),
      ...[
        ["torch", "instrumented", "transformers"],
        ["torch", "tuned", "transformers, tuned"],
        ["tlens", "everything", "TransformerLens, everything cached"],
        ["tlens", "needed", "TransformerLens, needed cached"],
      ].map(overhead),
    ],
  };
}
