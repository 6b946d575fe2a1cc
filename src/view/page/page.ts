/** A picture as its own page. */

import { weightRamp } from "../chart/colors.ts";
import { htmlPage } from "./html.ts";
import { scroller } from "./opening.ts";
import { escaped } from "./xml.ts";

/** Returns one HTML file around an SVG of `headGrid` or `headPattern`; it opens offline and follows light or dark mode. */
export function lookPage(svg: string, title: string): string {
  const style = `
:root { color-scheme: light dark; -webkit-print-color-adjust: exact; print-color-adjust: exact }
body { margin: 0; background: #fff }
main { padding: 8px }
.scroll { overflow-x: auto }
h1 { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; margin: 0 }
svg { display: block; margin: 0 auto }
@media (max-width: 600px) { svg { margin: 0 } }
@media screen and (prefers-color-scheme: dark) {
  body { background: #14171b }
  ${darkPicture()}
}
`;
  const body = `<main><h1>${escaped(title)}</h1>${scroller("Picture", svg)}</main>`;
  return htmlPage({ title, style, body });
}

/** Returns style rules that turn a picture of `pattern.ts` dark: a CSS rule wins over an SVG attribute. */
function darkPicture(): string {
  const ramp = weightRamp("dark").map((color, level) => `.w${level}{fill:${color}}.s${level}{stroke:${color}}`);
  const text = ":where(text:not(.chip)){fill:#e6e8eb}.dim{fill:#9aa3ad}.faint{fill:#767f89}.strong{fill:#14171b}";
  return `.paper{fill:#14171b}${text}${ramp.join("")}`;
}
