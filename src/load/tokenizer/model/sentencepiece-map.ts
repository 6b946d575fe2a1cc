/**
 * The character map of a SentencePiece file (`precompiled_charsmap`), which replaces spans of text: a trie over UTF-8 bytes as
 * a double array (Aoe 1989) in the form of Darts-clone, followed by a pool of zero-terminated texts.
 */
import { InputError } from "../../../run/errors.ts";

/** The maximum length of a span and of a replacement in bytes; those of real maps are far shorter. */
const LONGEST = 1_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Returns a function that replaces the longest known span at each position. Throws `InputError` for a truncated map. */
export function readCharacterMap(bytes: Uint8Array, where: string): (text: string) => string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length < 4 ? Number.POSITIVE_INFINITY : view.getUint32(0, true);
  if (size > bytes.length - 4 || size % 4 !== 0)
    throw new InputError(`${where}: the character map is truncated; copy the file again`);
  const units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  const pool = bytes.subarray(4 + size);
  return (text) => {
    const from = encoder.encode(text);
    const out: number[] = [];
    for (let at = 0; at < from.length; ) {
      const found = longest(units, from, at);
      const to = found?.to ?? at + lengthOf(from[at]!);
      for (const byte of found ? textAt(pool, found.value) : from.subarray(at, to)) out.push(byte);
      at = to;
    }
    return decoder.decode(Uint8Array.from(out));
  };
}

function longest(units: Uint32Array, text: Uint8Array, from: number): { to: number; value: number } | undefined {
  let found: { to: number; value: number } | undefined;
  let node = offsetOf(units[0] ?? 0);
  for (const [k, byte] of text.subarray(from, from + LONGEST).entries()) {
    node ^= byte;
    const unit = units[node];
    if (unit === undefined || (unit & 0x800000ff) !== byte) break; // the highest bit marks values
    node ^= offsetOf(unit);
    if (((unit >>> 8) & 1) === 1) found = { to: from + k + 1, value: (units[node] ?? 0) & 0x7fffffff };
  }
  return found;
}

// Offsets that do not fit are stored in steps of 256.
const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);

function textAt(pool: Uint8Array, from: number): Uint8Array {
  const rest = pool.subarray(from, from + LONGEST);
  return rest.subarray(0, Math.max(0, rest.indexOf(0)));
}

// The length of a character in UTF-8, by its first byte.
const lengthOf = (byte: number): number => (byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4);
