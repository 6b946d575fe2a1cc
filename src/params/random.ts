/** Seeded random numbers: the same seed and name give the same numbers everywhere. */

/** Returns a stream of numbers in [0, 1), by sfc32 seeded through a string hash (xmur3). */
export function random(seed: number | string): () => number {
  let hash = 1779033703 ^ String(seed).length;
  for (const [code] of Array.from(String(seed), (c) => [c.codePointAt(0)])) {
    hash = Math.imul(hash ^ (code ?? 0), 3432918353);
    hash = (hash << 13) | (hash >>> 19);
  }
  const word = () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
    hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
    return (hash ^= hash >>> 16) >>> 0;
  };
  let [a, b, c, d] = [word(), word(), word(), word()];
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
}

/** Draws standard normal numbers (Box–Muller) from a uniform stream. */
export function normals(uniform: () => number, count: number): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    out[i] = radius * Math.cos(angle);
    if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/** Returns the items in random order. */
export const inRandomOrder = <T>(uniform: () => number, items: readonly T[]): T[] =>
  Array.from(shuffled(uniform, items.length)).flatMap((at) => items.slice(at, at + 1));

/** Returns the numbers 0 … count−1 in random order (Fisher–Yates). */
export function shuffled(uniform: () => number, count: number): Int32Array {
  const out = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
