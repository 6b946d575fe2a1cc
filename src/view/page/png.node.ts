/** SVG to PNG, with a bundled font: without one, resvg draws no text. */
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";

const fonts = createRequire(import.meta.url);

/** Renders an SVG as PNG, `scale` pixels per unit; text is always set in DejaVu Sans. */
export async function svgToPng(svg: string, scale = 2): Promise<Uint8Array> {
  const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) => fonts.resolve(`dejavu-fonts-ttf/ttf/${name}`));
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: "DejaVu Sans" };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: scale } }).render().asPng();
}
