/** Number formats of checkpoints, decoded to float32. */

/** Decodes stored bytes to float32; the result may be a view of them. */
export type Decoder = (bytes: Uint8Array) => Float32Array;

/** Returns the arguments for a typed array of little-endian numbers over these bytes: in place if aligned, else of a copy. */
function viewOf(bytes: Uint8Array, width: number): [ArrayBufferLike, number, number] {
  const { buffer, byteOffset, length } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  return [buffer, byteOffset, length / width];
}

export const fromF32: Decoder = (bytes) => new Float32Array(...viewOf(bytes, 4));

let halves: Float32Array | undefined;

/** Returns the float32 of each of the 65,536 half-precision patterns: 1 sign, 5 exponent and 10 fraction bits. */
export const halfTable = (): Float32Array =>
  (halves ??= Float32Array.from({ length: 65_536 }, (_, bits) => {
    const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24);
  }));

export const fromF16: Decoder = (bytes) => {
  const [table, words] = [halfTable(), new Uint16Array(...viewOf(bytes, 2))];
  const data = new Float32Array(words.length);
  for (let i = 0; i < words.length; i++) data[i] = table[words[i]!]!;
  return data;
};

/** BF16 is the upper half of a float32. */
export const fromBF16: Decoder = (bytes) => {
  const words = new Uint16Array(...viewOf(bytes, 2));
  const bits = new Uint32Array(words.length);
  for (let i = 0; i < words.length; i++) bits[i] = words[i]! << 16;
  return new Float32Array(bits.buffer);
};

const fromF64: Decoder = (bytes) => Float32Array.from(new Float64Array(...viewOf(bytes, 8)));

/**
 * Returns the table of a one-byte format: 1 sign bit, `exponentBits`, the rest fraction; `special` decodes the highest
 * exponent.
 */
function byteTable(exponentBits: number, special: (fraction: number) => number | undefined): Float32Array {
  const fractionBits = 7 - exponentBits;
  const [highest, bias] = [(1 << exponentBits) - 1, (1 << (exponentBits - 1)) - 1];
  return Float32Array.from({ length: 256 }, (_, bits) => {
    const [sign, exponent] = [bits >> 7 ? -1 : 1, (bits >> fractionBits) & highest];
    const fraction = bits & ((1 << fractionBits) - 1);
    const odd = exponent === highest ? special(fraction) : undefined;
    const whole = exponent ? fraction + (1 << fractionBits) : fraction;
    return sign * (odd ?? whole * 2 ** (Math.max(exponent, 1) - bias - fractionBits));
  });
}

/** Returns a decoder of one-byte numbers, whose table is built on first use. */
function fromBytes(make: () => Float32Array): Decoder {
  let table: Float32Array | undefined;
  return (bytes) => {
    const [numbers, data] = [(table ??= make()), new Float32Array(bytes.length)];
    for (let i = 0; i < data.length; i++) data[i] = numbers[bytes[i]!]!;
    return data;
  };
}

// E4M3 has no infinity and one NaN; E5M2 has both, as IEEE's formats do (Micikevicius et al. 2022).
const fromE4M3 = fromBytes(() => byteTable(4, (fraction) => (fraction === 7 ? Number.NaN : undefined)));
const fromE5M2 = fromBytes(() => byteTable(5, (fraction) => (fraction ? Number.NaN : Number.POSITIVE_INFINITY)));

/** The decoders of safetensors' types that hold weights. */
export const DECODERS: ReadonlyMap<string, Decoder> = new Map(
  Object.entries({ F64: fromF64, F32: fromF32, F16: fromF16, BF16: fromBF16, F8_E4M3: fromE4M3, F8_E5M2: fromE5M2 }),
);
