/** Round numbers along an axis. */

/** Returns multiples of a round step from `from` to `to`, about `most` of them, with their labels. */
export function steps(from: number, to: number, most: number): { readonly value: number; readonly shown: string }[] {
  const power = 10 ** Math.floor(Math.log10(to - from));
  const step =
    [0.1, 0.2, 0.5, 1, 2, 5].map((factor) => factor * power).find((size) => (to - from) / size <= most) ?? 10 * power;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, k) => {
    const value = (first + k) * step;
    return {
      value: value === 0 ? 0 : value,
      shown: value
        .toFixed(digits)
        .replace(/^-(?=0(\.0*)?$)/, "")
        .replace("-", "−"),
    };
  });
}
