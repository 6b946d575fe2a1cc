// A Node module that computes with the installed package: attention of three heads, checked by its rows.
import { attention, attentionParameters, byPath, declare, initialize, input, keep, tensor } from "headwise";
import { nodeRuntime, svgToPng } from "headwise/node";

const specs = attentionParameters({ width: 12, heads: 3, headWidth: 4 });
const seen = new Map();
attention(declare(specs), input("x", ["batch", "sequence", 12]), { probe: keep(seen, (site) => site.endsWith("pattern")) });
const runtime = await nodeRuntime({ threads: 2 });
const program = await runtime.compile(Object.fromEntries(seen), { weights: byPath(initialize(specs, 1)) });
const [pattern] = Object.values(await program.run({ x: tensor(new Float32Array(2 * 5 * 12).fill(0.1), [2, 5, 12]) }));
await runtime.release();
const row = pattern.data.slice(0, 5).reduce((a, b) => a + b, 0);
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">a</text></svg>';
const png = await svgToPng(svg).then(
  (bytes) => bytes.length > 0,
  (error) => error.message,
);
console.log(JSON.stringify({ device: runtime.device, shape: pattern.shape, row, png }));
