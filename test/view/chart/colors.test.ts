import { expect, it } from "vitest";
import { LABELS } from "../../../src/heads/report/schema.ts";
import {
  channels,
  labelCode,
  labelColor,
  labelText,
  levelWeight,
  WEIGHT_LEVELS,
  weightLevel,
  weightRamp,
} from "../../../src/view/chart/colors.ts";

const linear = (color: string) =>
  channels(color).map((c) => (c / 255 > 0.04045 ? ((c / 255 + 0.055) / 1.055) ** 2.4 : c / 255 / 12.92));
const luminance = (color: string) => linear(color).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i]!, 0);
const contrast = (a: string, b: string) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
};

/** What a colour looks like without one kind of cone (Machado et al. 2009, severity 1), in linear sRGB. */
const VISION = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function oklab(color: string, vision: readonly number[]): number[] {
  const rgb = linear(color);
  const seen = [0, 3, 6].map((row) =>
    Math.min(1, Math.max(0, vision[row]! * rgb[0]! + vision[row + 1]! * rgb[1]! + vision[row + 2]! * rgb[2]!)),
  );
  const [r, g, b] = seen as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

it.each(Object.entries(VISION))("any two labels' colours differ in %s vision", (name, vision) => {
  // With one kind of cone fewer, 14 colours must come nearer; the codes tell apart what the colours do not.
  const least = name === "tritanopia" ? 0.045 : 0.06;
  const seen = LABELS.map((label) => oklab(labelColor(label), vision));
  for (const [i, a] of seen.entries()) {
    for (const [j, b] of seen.slice(0, i).entries()) {
      expect(Math.hypot(...a.map((c, k) => c - b[k]!)), `${LABELS[i]} and ${LABELS[j]}`).toBeGreaterThan(least);
    }
  }
});

it("every label has a code of its own, readable on its colour", () => {
  expect(new Set(LABELS.map(labelCode)).size).toBe(LABELS.length);
  for (const label of LABELS) expect(contrast(labelColor(label), labelText(label)), label).toBeGreaterThan(4.5);
});

it.each(["light", "dark"] as const)("the %s ramp runs one way", (scheme) => {
  const steps = weightRamp(scheme).map(luminance);
  const signs = steps.slice(1).map((step, i) => Math.sign(step - steps[i]!));
  expect(signs).toEqual(Array(WEIGHT_LEVELS).fill(scheme === "light" ? -1 : 1));
});

it("weights and steps are each other's inverse", () => {
  for (let level = 0; level <= WEIGHT_LEVELS; level++) expect(weightLevel(levelWeight(level))).toBe(level);
  expect([weightLevel(-1), weightLevel(2)]).toEqual([0, WEIGHT_LEVELS]);
});
