/**
 * Reads the named tensors of a checkpoint into a model's parameter tree; errors name missing, surplus and misshapen tensors.
 */
import { dims2 } from "../../graph/shape.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { type Transformer, type TransformerParameters, transformerParameters } from "../../models/transformer.ts";
import { filled, leaves, matrixShape, type Spec } from "../../params/tree.ts";
import { InputError } from "../../run/errors.ts";
import { floats, sizeOf, type Tensor, tensor } from "../../run/tensor.ts";
import type { TensorFile, TensorInfo } from "../format/tensors.ts";
import { isIgnored, isInside, namesAt, type Stored, storedAt } from "./reading/stored.ts";
import { found, sharesTable, withStoredHead } from "./reading/stored-head.ts";

/** A model as stored: the file's tensors decide on the language head. */
export interface StoredModel extends Transformer {
  /** Remarks on the file for the user, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Reads the model that `config` and `file` describe together: a stored head that differs from the token table is used, whatever
 * "tie_word_embeddings" says, and an untied model without a stored head has none. Throws `InputError` if names or shapes do not
 * match.
 */
export async function readModel(config: TransformerConfig, file: TensorFile): Promise<StoredModel> {
  refuseAdapters(file);
  const stored = withStoredHead(config, file);
  const bare = isBare(config, file);
  const weights = await readTree<TransformerParameters<Tensor>>(transformerParameters(stored), file, {
    storedAt: (path) => ({ ...storedAt(config, path, bare), ...found(stored, file, path) }),
    allows: (name) => isIgnored(config, name) || !isInside(config, name),
    model: `a ${config.architecture} model with ${config.heads.length} ${config.heads.length === 1 ? "layer" : "layers"}`,
  });
  const shared = stored.tied === config.tied ? undefined : sharesTable(weights);
  const model = shared ? { config: { ...stored, tied: true }, weights: shared } : { config: stored, weights };
  return { ...model, notes: notesOn(config, model.config, file) };
}

/**
 * Reads the weights of `config` from `file`. Throws `InputError` if names or shapes do not match, or if the language head of
 * the file differs from `config` (see `readModel`).
 */
export async function readWeights(config: TransformerConfig, file: TensorFile): Promise<TransformerParameters<Tensor>> {
  const { config: stored, weights } = await readModel(config, file);
  if (stored.tied === config.tied && stored.languageHead === config.languageHead) return weights;
  const what = stored.languageHead === config.languageHead ? "differs from the token table" : "is not stored";
  throw new InputError(`${file.name}: the language head ${what}; read the model with readModel`);
}

function notesOn(config: TransformerConfig, stored: TransformerConfig, file: TensorFile): string[] {
  const taken = new Set(leaves<Spec>(transformerParameters(config)).flatMap(([path]) => namesAt(config, path)));
  const others = [...file.tensors.keys()].filter((n) => !taken.has(n) && !isIgnored(config, n) && !isInside(config, n));
  const more = others.length > 1 ? ` (and ${others.length - 1} more)` : "";
  return [
    ...(stored.tied === config.tied
      ? []
      : [`${file.name}: the stored language head differs from the token table and is used, although config.json ties them`]),
    ...(others[0] === undefined
      ? []
      : [`${file.name}: the tensor ${quoted(others[0])}${more} is not part of a ${config.architecture} model and is not used`]),
  ];
}

/** Returns true if most tensor names of a checkpoint lack the model's prefix. */
export function isBare(config: TransformerConfig, file: TensorFile): boolean {
  const paths = leaves<Spec>(transformerParameters(config)).map(([path]) => path);
  const count = (bare: boolean) => paths.filter((path) => file.tensors.has(storedAt(config, path, bare).name)).length;
  return count(true) > count(false);
}

function refuseAdapters(file: TensorFile): void {
  const name = [...file.tensors.keys()].find((n) => /(^|[._])lora_|(^|\.)(ia3|oft|boft|vera|hada)_/i.test(n));
  if (name === undefined) return;
  throw new InputError(
    `${file.name}: the tensor ${quoted(name)} belongs to an adapter, which would change the model; merge the adapter (PEFT: merge_and_unload) and save again`,
  );
}

const quoted = (name: string): string => JSON.stringify(name);

export interface TreeNaming {
  readonly storedAt: (path: string) => Stored;
  /** Returns true for a tensor that the file may have in addition. */
  readonly allows: (name: string) => boolean;
  /** A description of the model, for errors. */
  readonly model: string;
}

/** Fills a tree of specifications from `file`. Throws `InputError` if a tensor is missing, surplus or misshapen. */
export async function readTree<Out>(specs: object, file: TensorFile, naming: TreeNaming): Promise<Out> {
  const each = leaves<Spec>(specs).map(([path, spec]) => ({
    ...{ path, spec },
    ...present(file, naming.storedAt(path), naming.model),
  }));
  const located = each.map((one) => ({ ...one, columns: columnsOf(one, each) }));
  checkSurplus(file, new Set(located.map(({ stored }) => stored.name)), naming);
  for (const one of located) checkShape(file, one);
  const read = new Map<string, Tensor>();
  for (const one of located) read.set(one.path, await readOne(file, one));
  return filled<Out>(specs, read);
}

/** A parameter and where it is stored. */
interface Located {
  readonly spec: Spec;
  readonly stored: Stored;
  readonly info: TensorInfo;
  readonly columns: Columns;
}

/** The columns of a fused parameter that are one part, and their number over all parts. */
interface Columns {
  readonly from: number;
  readonly count: number;
  readonly all: number;
}

/** Returns the columns of a parameter; parts of one fused parameter differ in size if heads are fixed. */
function columnsOf(
  { spec, stored }: Pick<Located, "spec" | "stored">,
  all: readonly Pick<Located, "spec" | "stored">[],
): Columns {
  const count = matrixShape(spec)[1];
  if (!stored.part) return { from: 0, count, all: count };
  const others = all.filter((other) => other.stored.name === stored.name);
  const total = (some: typeof others) => some.reduce((sum, other) => sum + matrixShape(other.spec)[1], 0);
  const before = others.filter((other) => (other.stored.part?.[0] ?? 0) < (stored.part?.[0] ?? 0));
  return { from: total(before), count, all: total(others) };
}

function present(file: TensorFile, stored: Stored, model: string): Pick<Located, "stored" | "info"> {
  const info = file.tensors.get(stored.name);
  if (info) return { stored, info };
  throw new InputError(
    `${file.name}: the tensor ${quoted(stored.name)}, part of ${model}, is missing; use a complete checkpoint with its own config.json`,
  );
}

function checkSurplus(file: TensorFile, used: ReadonlySet<string>, { allows, model }: TreeNaming): void {
  const surplus = [...file.tensors.keys()].filter((name) => !used.has(name) && !allows(name));
  const [first] = surplus;
  if (first === undefined) return;
  const more = surplus.length > 1 ? ` (and ${surplus.length - 1} more)` : "";
  const advice = surplus.some((name) => QUANTIZED.test(name))
    ? "save the model unquantized, since it is stored quantized"
    : "use the config.json that came with the weights";
  throw new InputError(`${file.name}: the tensor ${quoted(first)}${more} is not part of ${model}; ${advice}`);
}

/** Tensors that GPTQ, AWQ, bitsandbytes, compressed-tensors and FP8 checkpoints store beside or instead of a weight. */
const QUANTIZED =
  /\.(qweight|qzeros|scales|g_idx|weight_scale(_inv)?|weight_packed|weight_zero_point|input_scale|SCB|weight\.(absmax|quant_))/;

/** Returns the expected stored shape: biases as a row; weights as [in, out], or [out, in] for linear layers. */
function storedShape({ stored: { layout }, spec, columns: { all } }: Located): readonly number[] {
  const [rows, cols] = matrixShape(spec);
  if (layout === "row") return [1, rows * cols];
  if (spec.inputs === 0) return [all];
  return layout === "linear" ? [cols, rows] : [rows, all];
}

function checkShape(file: TensorFile, one: Located): void {
  const { info } = one;
  const [shape, wanted] = [info.shape, storedShape(one)];
  if (shape.length === wanted.length && shape.every((d, i) => d === wanted[i])) return;
  throw new InputError(
    `${file.name}: the tensor ${quoted(one.stored.name)} is [${shape.join(", ")}], but config.json asks for [${wanted.join(", ")}]; use the config.json that came with the weights`,
  );
}

async function readOne(file: TensorFile, { stored, spec, columns }: Located): Promise<Tensor> {
  const raw = await file.read(stored.name);
  let data = floats(raw);
  if (stored.part) data = taken(data, columns);
  if (stored.layout === "linear") data = transposed(data, ...dims2(raw.shape));
  if (data.length !== sizeOf(spec.shape)) throw new Error(`internal: ${stored.name} does not fill [${spec.shape}]`);
  return tensor(data, spec.shape);
}

/** Returns some columns of every row. */
function taken(data: Float32Array, { from, count, all }: Columns): Float32Array {
  const rows = data.length / all;
  const out = new Float32Array(rows * count);
  for (let r = 0; r < rows; r++) out.set(data.subarray(r * all + from, r * all + from + count), r * count);
  return out;
}

/** Transposes [rows, cols] → [cols, rows] block by block, so that both sides stay in the cache. */
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
