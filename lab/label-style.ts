/** The colors with a meaning as a style sheet, generated from the one table of colors. */
import { labelRules, SIGN_COLORS } from "../src/view/chart/colors.ts";

export function adoptLabelColors(): void {
  const sheet = new CSSStyleSheet();
  const signs = Object.entries(SIGN_COLORS).map(([name, { light, dark }]) => `--${name}:light-dark(${light},${dark})`);
  sheet.replaceSync(`${labelRules()}\n:root{${signs.join(";")}}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
