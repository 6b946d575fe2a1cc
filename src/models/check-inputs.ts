/** Checks the inputs of a forward pass, so that no wrong shape is silently broadcast. */
import { dimAt, shown } from "../graph/shape.ts";
import type { DType, Value } from "../graph/value.ts";

/** An axis: its name in messages, its size if known, and the input that has this size. */
interface Axis {
  readonly name: string;
  readonly size?: Value["shape"][number];
  readonly of?: string;
}

/** Throws a `TypeError` or `RangeError` that names the function, the input, the axis, both sizes and the way to fix it. */
function check(what: string, name: string, value: Value | undefined, dtype: DType, axes: readonly Axis[]): void {
  if (!value) return;
  const wanted = `${dtype} [${axes.map((axis) => axis.name).join(", ")}]`;
  if (value.dtype !== dtype) throw new TypeError(`${what}: ${name} is ${value.dtype}; pass ${wanted}`);
  if (value.shape.length !== axes.length) {
    throw new RangeError(
      `${what}: ${name} is ${shown(value.shape)} of rank ${value.shape.length}, not ${axes.length}; pass ${wanted}`,
    );
  }
  for (const [at, { name: axis, size, of }] of axes.entries()) {
    const is = dimAt(value.shape, at);
    if (size === undefined || is === size) continue;
    throw new RangeError(
      `${what}: axis ${at} (${axis}) of ${name} is ${is}, but ${size} in ${of}; pass ${name} as ${wanted} with the ${axis} of ${of}`,
    );
  }
}

/** Returns axes that must match those of `value`. */
const like = (value: Value, of: string, names: readonly string[]): readonly Axis[] =>
  names.map((name, at) => ({ name, size: value.shape[at], of }));

interface TextInputs {
  readonly ids: Value;
  readonly mask?: Value;
  readonly types?: Value;
  readonly past?: Value;
}

/** Checks ids, and padding, token types and the number of past tokens against them. */
export function checkText(what: string, { ids, mask, types, past }: TextInputs): void {
  check(what, "ids", ids, "int64", [{ name: "batch" }, { name: "sequence" }]);
  const same = like(ids, "ids", ["batch", "sequence"]);
  check(what, "mask", mask, "int64", same);
  check(what, "types", types, "int64", same);
  check(what, "past", past, "int64", []);
}

interface TargetInputs {
  readonly context: Value;
  readonly mask?: Value;
  readonly decoderIds: Value;
  readonly decoderMask?: Value;
  readonly past?: Value;
}

/** Checks a decoder's ids, and the encoder's states and the padding of both sides against them. */
export function checkTarget(what: string, width: number, inputs: TargetInputs): void {
  const { context, mask, decoderIds, decoderMask, past } = inputs;
  check(what, "decoderIds", decoderIds, "int64", [{ name: "batch" }, { name: "target" }]);
  check(what, "decoderMask", decoderMask, "int64", like(decoderIds, "decoderIds", ["batch", "target"]));
  const batch = like(decoderIds, "decoderIds", ["batch"]);
  check(what, "context", context, "float32", [...batch, { name: "sequence" }, { name: "width", size: width, of: "the model" }]);
  check(what, "mask", mask, "int64", like(context, "context", ["batch", "sequence"]));
  check(what, "past", past, "int64", []);
}
