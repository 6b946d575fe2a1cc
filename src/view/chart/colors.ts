/**
 * Colors with a meaning: one per label, and a ramp for attention weights. The label colors come from Okabe & Ito and Paul Tol;
 * the closest two stay apart (OKLab) in normal vision and in simulated protanopia, deuteranopia and tritanopia. A dozen colors
 * are hard to distinguish, so each label also has a code.
 */
import { LABELS, type Label, MANNERS, type Manner } from "../../heads/scores/label-names.ts";

const labels: Record<Label, readonly [color: string, code: string]> = {
  "previous-token": ["#0072b2", "PRV"],
  "next-token": ["#56b4e9", "NXT"],
  self: ["#332288", "SLF"],
  positional: ["#88ccee", "POS"],
  delimiter: ["#f0e442", "DEL"],
  syntactic: ["#d55e00", "SYN"],
  "rare-token": ["#cc79a7", "RAR"],
  semantic: ["#aa3377", "SEM"],
  "sub-word": ["#009e73", "SUB"],
  "duplicate-token": ["#882255", "DUP"],
  induction: ["#ee6677", "IND"],
  unclassified: ["#d4d7db", "–"],
};

/** Manners of attention have a code and a frame but no color: colors stand for what a head attends to. */
const manners: Record<Manner, string> = {
  "first-position": "fst",
  "last-position": "lst",
  sink: "snk",
  broad: "brd",
  dormant: "drm",
};

/** Returns the three lowercase letters of a manner. */
export const mannerCode = (manner: Manner): string => manners[manner];

/** Returns the one name to show for a head: its first label, or its manner if it has no label. */
export const shownAs = ({ label, manners }: { readonly label: Label; readonly manners?: readonly Manner[] }): Label | Manner =>
  label === "unclassified" ? (manners?.[0] ?? label) : label;

/** Returns true if the name is that of a manner. */
export const isManner = (name: Label | Manner): name is Manner => MANNERS.some((manner) => manner === name);

/** Returns the color of a label, `#rrggbb`. */
export function labelColor(label: Label): string {
  return labels[label][0];
}

/** Returns the three-letter code of a label; a dash for `unclassified`. */
export function labelCode(label: Label): string {
  return labels[label][1];
}

/** Returns the text color for a label's color: near-black or white, whichever has more contrast (WCAG). */
export function labelText(label: Label): string {
  return luminance(labelColor(label)) > 0.19 ? "#15181c" : "#ffffff";
}

/** Returns a style rule per label, `.l-LABEL`: its color, and a text color that contrasts with it. */
export const labelRules = (): string =>
  LABELS.map((label) => `.l-${label}{background:${labelColor(label)};color:${labelText(label)}}`).join("\n");

/** Counts the heads by manner, most frequent first. */
export function countManners(heads: readonly { readonly manners?: readonly Manner[] }[]): (readonly [Manner, number])[] {
  const counts = MANNERS.map((manner) => [manner, heads.filter((head) => head.manners?.includes(manner)).length] as const);
  return counts.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
}

/** Counts the heads by label, most frequent first. */
export function countLabels(found: readonly Label[]): (readonly [Label, number])[] {
  const counts = LABELS.map((label) => [label, found.filter((other) => other === label).length] as const);
  return counts.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
}

/** The colors of a change by its sign, for text and areas on the page's paper; orange and blue differ with any color vision. */
export const SIGN_COLORS = {
  loss: { light: "#b84a00", dark: "#f08a3c" },
  gain: { light: "#0072b2", dark: "#4ba6e3" },
} as const satisfies Readonly<Record<string, Readonly<Record<"light" | "dark", string>>>>;

/** The number of drawn steps above zero for a weight. */
export const WEIGHT_LEVELS = 16;

/** Returns the step, 0 … 16, of a weight in [0, 1]; on a square-root scale, so that a weight of 1/30 is visible. */
export function weightLevel(weight: number): number {
  return Math.round(WEIGHT_LEVELS * Math.sqrt(Math.min(1, Math.max(0, weight))));
}

/** Returns the weight in the middle of a step: the inverse of `weightLevel`. */
export function levelWeight(level: number): number {
  return (level / WEIGHT_LEVELS) ** 2;
}

/** The color ramp for weights, step 0 first: even steps of lightness, light to dark (or dark to light in dark mode). */
export function weightRamp(scheme: "light" | "dark" = "light"): readonly string[] {
  return Array.from({ length: WEIGHT_LEVELS + 1 }, (_, level) => {
    const t = level / WEIGHT_LEVELS;
    const chroma = 0.008 + 0.04 * t + 0.09 * Math.sin(Math.PI * t) ** 1.5;
    if (scheme === "light") return oklch(0.975 - 0.69 * t, chroma, 240 + 25 * t);
    return oklch(0.25 + 0.7 * t, chroma, 265 - 50 * t);
  });
}

/** Parses `#rrggbb` into three numbers in 0 … 255. */
export function channels(color: string): [red: number, green: number, blue: number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function luminance(color: string): number {
  const [r, g, b] = channels(color).map((c) => (c / 255 > 0.04045 ? ((c / 255 + 0.055) / 1.055) ** 2.4 : c / 255 / 12.92));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Converts OKLCH (Ottosson 2020; hue in degrees) to `#rrggbb`, clipped to sRGB. */
function oklch(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${linear.map(gamma).join("")}`;
}

/** Converts a linear channel to two hexadecimal digits of sRGB. */
function gamma(linear: number): string {
  const c = Math.min(1, Math.max(0, linear));
  const encoded = c > 0.0031308 ? 1.055 * c ** (1 / 2.4) - 0.055 : 12.92 * c;
  return Math.round(255 * encoded)
    .toString(16)
    .padStart(2, "0");
}
