/** The label colors as a style sheet, generated from the one table of colors. */
import { labelRules } from "../src/view/chart/colors.ts";

export function adoptLabelColors(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(labelRules());
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
