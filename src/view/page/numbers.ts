/** Numbers as people read them. */

/** "0.62"; a missing number is "–". */
export function decimal(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return value
    .toFixed(digits)
    .replace(/^-(?=0(\.0*)?$)/, "")
    .replace("-", "−");
}

/** "62%". */
export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** "12,345". */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** "22.7M". */
export function compact(value: number): string {
  return value.toLocaleString("en-US", { notation: "compact", maximumFractionDigits: 1 });
}

/** A p-value to three decimals: "0.004", "< 0.001". */
export function probability(p: number | null | undefined): string {
  if (p === null || p === undefined) return "–";
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** "p = 0.004", "p < 0.001". */
export function significance(p: number): string {
  return p < 0.001 ? "p\u00a0<\u00a00.001" : `p\u00a0=\u00a0${p.toFixed(3)}`;
}

/** "1 head", "2 heads". */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}
