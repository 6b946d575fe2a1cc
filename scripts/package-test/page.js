// A page that a bundler builds: an element, and a model's piece computed on WebAssembly.
import { input, mul, tensor } from "headwise";
import { HeadwisePattern } from "headwise/elements";
import { webRuntime } from "headwise/web";

const element = new HeadwisePattern();
Object.assign(element, { tokens: ["a", "b"], pattern: [1, 0, 0.5, 0.5] });
document.body.append(element);
const x = input("x", [2]);
const runtime = await webRuntime({ threads: 1 });
const program = await runtime.compile({ y: mul(x, x) });
const { y } = await program.run({ x: tensor(new Float32Array([2, 3]), [2]) });
await element.updateComplete;
document.title = JSON.stringify({ y: [...y.data], canvas: element.shadowRoot.querySelector("canvas") !== null });
