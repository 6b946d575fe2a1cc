/** Colours of several heads in one picture: for those who see all colours and for those who do not (Okabe & Ito 2008). */
import { unsafeCSS } from "lit";
import type { Scheme } from "./types.ts";

/** Brighter on dark paper; the first three are those of overlays. */
const COLORS: Readonly<Record<Scheme, readonly string[]>> = {
  light: ["#0072b2", "#d55e00", "#009e73", "#aa4a83", "#8a6d00", "#4b3fa8"],
  dark: ["#4ba6e3", "#f08a3c", "#2fc79b", "#dd8fba", "#e0c23c", "#a79ff5"],
};

/** The colours in which heads 0, 1, 2, … are drawn. */
export function headColors(scheme: Scheme): readonly string[] {
  return COLORS[scheme];
}

/** The class that gives a head its colour; after the sixth head the colours begin again. */
export function headClass(k: number): string {
  return `h${k % COLORS.light.length}`;
}

/** A class for each colour, which sets `--_head`. */
export const headColorStyle = unsafeCSS(
  COLORS.light.map((light, k) => `.${headClass(k)}{--_head:light-dark(${light},${COLORS.dark[k]})}`).join("\n"),
);
