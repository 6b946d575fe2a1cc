/** The labels' colours as a style sheet, from the one table that has them. */
import { LABELS } from "../src/heads/label-names.ts";
import { labelColor, labelText } from "../src/view/colors.ts";

export function adoptLabelColors(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LABELS.map((label) => `.l-${label}{background:${labelColor(label)};color:${labelText(label)}}`).join("\n"));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
