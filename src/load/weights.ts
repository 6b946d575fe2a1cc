/** Named tensors of a checkpoint → a model's parameter tree, with everything missing, surplus or misshapen named. */
import type { TransformerConfig } from "../models/config.ts";
import { type TransformerParameters, transformerParameters } from "../models/transformer.ts";
import { leaves, mapTree, type Spec } from "../params/tree.ts";
import { InputError } from "../run/errors.ts";
import { sizeOf, type Tensor, tensor } from "../run/tensor.ts";
import { IGNORED, olderName, prefixOf, type Stored, storedAt } from "./names.ts";
import type { TensorFile } from "./tensors.ts";

/** The weights that `config` asks for, read from `file`. Throws `InputError` where names or shapes do not fit. */
export async function readWeights(config: TransformerConfig, file: TensorFile): Promise<TransformerParameters<Tensor>> {
  const bare = isBare(config, file);
  const model = `a ${config.architecture} model with ${config.heads.length} layers`;
  return readTree(transformerParameters(config), file, {
    storedAt: (path) => withOlderName(file, storedAt(config, path, bare)),
    ignored: IGNORED,
    model,
  });
}

/** Whether a checkpoint leaves the prefix of its model's names out. */
export const isBare = (config: TransformerConfig, file: TensorFile): boolean =>
  ![...file.tensors.keys()].some((name) => name.startsWith(prefixOf(config)));

const withOlderName = (file: TensorFile, stored: Stored): Stored => {
  const older = olderName(stored.name);
  return !file.tensors.has(stored.name) && file.tensors.has(older) ? { ...stored, name: older } : stored;
};

export interface TreeNaming {
  readonly storedAt: (path: string) => Stored;
  /** Names that the file may have besides. */
  readonly ignored: RegExp;
  /** What the tree is of, for errors. */
  readonly model: string;
}

/** A tree of specifications filled from `file`. Throws `InputError` where a tensor is missing, surplus or misshapen. */
export async function readTree<Out>(specs: object, file: TensorFile, naming: TreeNaming): Promise<Out> {
  const stored = new Map<string, Located>();
  for (const [path] of leaves<Spec>(specs)) stored.set(path, { path, ...present(file, naming.storedAt(path), naming.model) });
  checkSurplus(file, new Set([...stored.values()].map((s) => s.name)), naming);
  for (const [path, spec] of leaves<Spec>(specs)) checkShape(file, stored.get(path)!, spec);
  const read = new Map<string, Tensor>();
  for (const [path, spec] of leaves<Spec>(specs)) read.set(path, await readOne(file, stored.get(path)!, spec));
  return mapTree<Out>(specs, (_: Spec, path) => read.get(path)!);
}

interface Located extends Stored {
  readonly path: string;
}

function present(file: TensorFile, stored: Stored, model: string): Stored {
  if (file.tensors.has(stored.name)) return stored;
  throw new InputError(
    `${file.name}: the tensor "${stored.name}" is missing: ${model} has one; is this checkpoint complete, and does config.json belong to it?`,
  );
}

function checkSurplus(file: TensorFile, used: ReadonlySet<string>, { ignored, model }: TreeNaming): void {
  const surplus = [...file.tensors.keys()].filter((name) => !used.has(name) && !ignored.test(name));
  if (surplus.length === 0) return;
  const more = surplus.length > 1 ? ` (and ${surplus.length - 1} more)` : "";
  throw new InputError(
    `${file.name}: the tensor "${surplus[0]}"${more} has no place in ${model}: does config.json belong to this checkpoint?`,
  );
}

/** What the file should hold: biases in a row; weights as [in, out], or [out, in] where linear. */
function storedShape({ layout, part, path }: Located, { shape }: Spec): readonly number[] {
  if (layout === "row") return [1, sizeOf(shape)];
  if (shape.length === 1 || /\.b[qkv]$/.test(path)) return [sizeOf(shape) * (part?.[1] ?? 1)];
  const inAxes = path.endsWith(".wo") ? 2 : 1;
  const [rows, cols] = [sizeOf(shape.slice(0, inAxes)), sizeOf(shape.slice(inAxes))];
  return layout === "linear" ? [cols, rows] : [rows, cols * (part?.[1] ?? 1)];
}

function checkShape(file: TensorFile, stored: Located, spec: Spec): void {
  const wanted = storedShape(stored, spec);
  const { shape } = file.tensors.get(stored.name)!;
  if (shape.length === wanted.length && shape.every((d, i) => d === wanted[i])) return;
  throw new InputError(
    `${file.name}: the tensor "${stored.name}" is [${shape.join(", ")}], but config.json asks for [${wanted.join(", ")}]: does it belong to this checkpoint?`,
  );
}

async function readOne(file: TensorFile, stored: Stored, spec: Spec): Promise<Tensor> {
  const raw = await file.read(stored.name);
  let data = raw.data as Float32Array;
  if (stored.part) data = columns(data, raw.shape, ...stored.part);
  if (stored.layout === "linear") data = transposed(data, raw.shape[0]!, raw.shape[1]!);
  if (data.length !== sizeOf(spec.shape)) throw new Error(`internal: ${stored.name} does not fill [${spec.shape}]`);
  return tensor(data, spec.shape);
}

/** Columns of part `index` of `of` equal parts. */
function columns(data: Float32Array, shape: readonly number[], index: number, of: number): Float32Array {
  const [rows, width] = shape.length === 1 ? [1, shape[0]!] : (shape as [number, number]);
  const part = width / of;
  const out = new Float32Array(rows * part);
  for (let r = 0; r < rows; r++) out.set(data.subarray(r * width + index * part, r * width + (index + 1) * part), r * part);
  return out;
}

/** [rows, cols] → [cols, rows], block by block, so that both sides stay in the cache. */
export function transposed(data: Float32Array, rows: number, cols: number): Float32Array {
  const out = new Float32Array(data.length);
  const block = 32;
  for (let r0 = 0; r0 < rows; r0 += block) {
    const r1 = Math.min(rows, r0 + block);
    for (let c0 = 0; c0 < cols; c0 += block) {
      const c1 = Math.min(cols, c0 + block);
      for (let r = r0; r < r1; r++) for (let c = c0; c < c1; c++) out[c * rows + r] = data[r * cols + c]!;
    }
  }
  return out;
}
