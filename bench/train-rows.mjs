/** The lines of the training steps: times against PyTorch's, and rates against the matrix product's. */
import { median } from "./race.mjs";
import { rowsOf } from "./table.mjs";
import { flopsOf, TRAINING } from "./train.mjs";

/** The unit of rows of rates, and their best value. */
export const RATE = { unit: "GFLOP/s", best: "greatest" };
const GOALS = { speed: 1.3, share: 0.8 };
const WIDE = 256; // from here on a step should come near the matrix product

/** PyTorch's two ways, with the reason where one is not there. */
const ways = ({ missing, withoutCompile }) => [
  { run: "step", name: "PyTorch, eager", missing },
  { run: "compiled", name: "PyTorch, torch.compile", missing: missing ?? withoutCompile },
];
const hint = (missing) => `${missing} (see bench/peers/README.md)`;

/** Each width against PyTorch's ways; the goal is compared with the faster one. */
export function stepRows(times, peer, { widths }) {
  const row = rowsOf(times);
  const lines = (width) => {
    const own = `ours.step${width}`;
    const there = ways(peer).filter(({ missing }) => !missing);
    const nameOf = ({ run }) => `torch.${run}${width}`;
    const fastest = Math.min(...there.map((way) => median(times.get(nameOf(way)))));
    return ways(peer).map((way) => {
      const what = `width ${width}`;
      if (way.missing) return { what, own: summary(times.get(own)), against: way.name, missing: hint(way.missing) };
      const goal = median(times.get(nameOf(way))) === fastest ? GOALS.speed : undefined;
      return row(what, own, "speed", way.name, nameOf(way), goal);
    });
  };
  const { layers, heads, batch, length } = TRAINING;
  return {
    [`4. Training step, ${layers} layers × ${heads} heads, ${batch} × ${length} tokens; ratio: how many times as fast we are`]:
      widths.flatMap(lines),
  };
}

const summary = (ms) => ({ median: median(ms), least: Math.min(...ms) });

/** Milliseconds for 10⁹ operations instead of for a run. */
const perBillion = (times) =>
  new Map([...times].map(([name, ms]) => [name, ms.map((t) => (t * 1e9) / flopsOf(name.split(".")[1]))]));

const asRate = ({ median: m, least }) => ({ median: 1000 / m, least: 1000 / least });

/** Each step's rate as a share of the same engine's matrix product, and the two products side by side. */
export function rateRows(times, peer, { widths }) {
  const paced = rowsOf(perBillion(times));
  const row = (...given) => {
    const made = paced(...given);
    return { ...made, own: asRate(made.own), other: asRate(made.other) };
  };
  const there = ways(peer).filter(({ missing }) => !missing);
  const ours = (width) =>
    row(
      `ours, width ${width}`,
      `ours.step${width}`,
      "speed",
      "our 1024³",
      "ours.matmul",
      width >= WIDE ? GOALS.share : undefined,
    );
  const theirs = (width) =>
    there.map(({ run, name }) => row(`${name}, width ${width}`, `torch.${run}${width}`, "speed", "its 1024³", "torch.matmul"));
  const product = { what: "our 1024³, float32", against: "PyTorch's 1024³" };
  return {
    "   Rates of the step's products (no norms, softmax, GELU, optimizer counted); ratio: share of a matrix product's rate": [
      ...widths.map(ours),
      ...widths.flatMap(theirs),
      peer.missing
        ? { ...product, own: asRate(summary(perBillion(times).get("ours.matmul"))), missing: hint(peer.missing) }
        : row(product.what, "ours.matmul", "speed", product.against, "torch.matmul"),
    ],
  };
}
