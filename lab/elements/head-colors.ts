/** Colors of several heads in one picture, distinguishable with and without color vision deficiency (Okabe & Ito 2008). */
import { unsafeCSS } from "lit";
import type { Scheme } from "./types.ts";

/** Brighter on a dark background; the first three are those of overlays. */
const COLORS: Readonly<Record<Scheme, readonly string[]>> = {
  light: ["#0072b2", "#d55e00", "#009e73", "#aa4a83", "#8a6d00", "#4b3fa8"],
  dark: ["#4ba6e3", "#f08a3c", "#2fc79b", "#dd8fba", "#e0c23c", "#a79ff5"],
};

/** The colors of heads 0, 1, 2, … */
export function headColors(scheme: Scheme): readonly string[] {
  return COLORS[scheme];
}

/** Returns the class of a head's color; after the sixth head, colors repeat. */
export function headClass(k: number): string {
  return `h${k % COLORS.light.length}`;
}

/** A class per color, which sets `--_head`. */
export const headColorStyle = unsafeCSS(
  COLORS.light.map((light, k) => `.${headClass(k)}{--_head:light-dark(${light},${COLORS.dark[k]})}`).join("\n"),
);
