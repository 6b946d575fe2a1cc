/** SVG text as a PNG image, with a font of our own: without one, resvg draws no text. */
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";

const fonts = createRequire(import.meta.url);

/** A PNG of an SVG, `scale` pixels to a unit; text is set in DejaVu Sans, whatever the machine has. */
export async function svgToPng(svg: string, scale = 2): Promise<Uint8Array> {
  const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) => fonts.resolve(`dejavu-fonts-ttf/ttf/${name}`));
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: "DejaVu Sans" };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: scale } }).render().asPng();
}
