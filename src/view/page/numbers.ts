/** Number formats for people. */

/** Formats a number as "0.62"; a missing one as "–". */
export function decimal(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return value
    .toFixed(digits)
    .replace(/^-(?=0(\.0*)?$)/, "")
    .replace("-", "−");
}

/** Formats a number with three significant digits: "0.0123", "0.0000123". */
export const significant = (value: number): string => String(Number(value.toPrecision(3)));

/** Formats a fraction as "62%", or with `digits` decimals, such as "0.5%". */
export function percent(share: number, digits = 0): string {
  return digits === 0 ? `${Math.round(100 * share)}%` : `${decimal(100 * share, digits)}%`;
}

/** Formats a count as "12,345". */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Formats a large number as "22.7M". */
export function compact(value: number): string {
  return value.toLocaleString("en-US", { notation: "compact", maximumFractionDigits: 1 });
}

/** Formats a p-value with three decimals: "0.004", "< 0.001". */
export function probability(p: number | null | undefined): string {
  if (p === null || p === undefined) return "–";
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** Formats a p-value as "p = 0.004" or "p < 0.001". */
export function significance(p: number): string {
  return p < 0.001 ? "p\u00a0<\u00a00.001" : `p\u00a0=\u00a0${p.toFixed(3)}`;
}

/** Formats a count with its noun: "1 head", "2 heads". */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}
