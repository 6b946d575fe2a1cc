/**
 * Colours with a meaning: one for each label and a ramp for attention weights.
 * The labels' colours come from Okabe & Ito and Paul Tol, chosen so that the closest two stay apart (OKLab) in normal vision
 * and in simulated protanopia, deuteranopia and tritanopia; since nobody tells a dozen colours apart for sure, each has a code too.
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

/** Manners of attending have a code and a frame, but no colour of their own: colours are for what a head looks for. */
const manners: Record<Manner, string> = {
  ...{ "first-position": "fst", "last-position": "lst", sink: "snk", broad: "brd", dormant: "drm" },
};

/** Three small letters for a manner. */
export const mannerCode = (manner: Manner): string => manners[manner];

/** What stands for a head where there is room for one thing: its first label, or of a head without one how it attends. */
export const shownAs = ({ label, manners }: { readonly label: Label; readonly manners?: readonly Manner[] }): Label | Manner =>
  label === "unclassified" ? (manners?.[0] ?? label) : label;

/** Whether a name is that of a manner. */
export const isManner = (name: Label | Manner): name is Manner => MANNERS.some((manner) => manner === name);

/** The colour of a label, `#rrggbb`. */
export function labelColor(label: Label): string {
  return labels[label][0];
}

/** Three letters for a label, where its name has no room; a dash for `unclassified`. */
export function labelCode(label: Label): string {
  return labels[label][1];
}

/** The colour of text on a label's colour: near-black or white, whichever stands out more (WCAG contrast). */
export function labelText(label: Label): string {
  return luminance(labelColor(label)) > 0.19 ? "#15181c" : "#ffffff";
}

/** A rule for each label, `.l-LABEL`: its colour, and text that stands out on it. */
export const labelRules = (): string =>
  LABELS.map((label) => `.l-${label}{background:${labelColor(label)};color:${labelText(label)}}`).join("\n");

/** How many heads attend in each manner, most frequent first. */
export function countManners(heads: readonly { readonly manners?: readonly Manner[] }[]): (readonly [Manner, number])[] {
  const counts = MANNERS.map((manner) => [manner, heads.filter((head) => head.manners?.includes(manner)).length] as const);
  return counts.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
}

/** How many labels there are heads of, most frequent first. */
export function countLabels(found: readonly Label[]): (readonly [Label, number])[] {
  const counts = LABELS.map((label) => [label, found.filter((other) => other === label).length] as const);
  return counts.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
}

/** Weights are drawn in this many steps above nothing. */
export const WEIGHT_LEVELS = 16;

/** The step, 0 … 16, of a weight in [0, 1]: its square root, so that a weight of 1/30 can still be seen. */
export function weightLevel(weight: number): number {
  return Math.round(WEIGHT_LEVELS * Math.sqrt(Math.min(1, Math.max(0, weight))));
}

/** The weight in the middle of a step: the inverse of `weightLevel`. */
export function levelWeight(level: number): number {
  return (level / WEIGHT_LEVELS) ** 2;
}

/** The ramp for weights, step 0 first: even steps of lightness, light to dark on paper and dark to light on black. */
export function weightRamp(scheme: "light" | "dark" = "light"): readonly string[] {
  return Array.from({ length: WEIGHT_LEVELS + 1 }, (_, level) => {
    const t = level / WEIGHT_LEVELS;
    const chroma = 0.008 + 0.04 * t + 0.09 * Math.sin(Math.PI * t) ** 1.5;
    if (scheme === "light") return oklch(0.975 - 0.69 * t, chroma, 240 + 25 * t);
    return oklch(0.25 + 0.7 * t, chroma, 265 - 50 * t);
  });
}

/** `#rrggbb` as three numbers in 0 … 255. */
export function channels(color: string): [red: number, green: number, blue: number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function luminance(color: string): number {
  const [r, g, b] = channels(color).map((c) => (c / 255 > 0.04045 ? ((c / 255 + 0.055) / 1.055) ** 2.4 : c / 255 / 12.92));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** OKLCH (Ottosson 2020; hue in degrees) as `#rrggbb`, cut to what a screen can show. */
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

/** A linear channel as two hexadecimal digits of sRGB. */
function gamma(linear: number): string {
  const c = Math.min(1, Math.max(0, linear));
  const encoded = c > 0.0031308 ? 1.055 * c ** (1 / 2.4) - 0.055 : 12.92 * c;
  return Math.round(255 * encoded)
    .toString(16)
    .padStart(2, "0");
}
