/** The labels' colours as a style sheet, from the one table that has them. */
import { labelRules } from "../src/view/chart/colors.ts";

export function adoptLabelColors(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(labelRules());
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
