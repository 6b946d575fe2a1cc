/** Initializes a tree of specifications. */
import { sizeOf, type Tensor, tensor } from "../run/tensor.ts";
import { normals, random } from "./random.ts";
import { mapTree, type Spec } from "./tree.ts";

/** Returns initial tensors by the specifications; each depends only on the seed and its own path. */
export const initialize = <Out>(specs: object, seed: number): Out =>
  mapTree<Out>(specs, ({ shape, init }: Spec, path): Tensor => {
    const count = sizeOf(shape);
    if (init === "identity") return tensor(identity(Math.sqrt(count)), shape);
    if (typeof init === "string") return tensor(new Float32Array(count).fill(init === "ones" ? 1 : 0), shape);
    return tensor(
      normals(random(`${seed}/${path}`), count).map((x) => x * init),
      shape,
    );
  });

const identity = (size: number): Float32Array =>
  Float32Array.from({ length: size * size }, (_, k) => Number(Math.floor(k / size) === k % size));
