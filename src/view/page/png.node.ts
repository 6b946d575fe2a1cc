/** SVG to PNG, with a bundled font: without one, resvg draws no text. */
import { createRequire } from "node:module";
import { InputError } from "../../run/errors.ts";

const fonts = createRequire(import.meta.url);

/**
 * Renders an SVG as PNG, `scale` pixels per unit; text is always set in DejaVu Sans. Throws `InputError` if the optional packages
 * that render it are not installed.
 */
export async function svgToPng(svg: string, scale = 2): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js").catch(missing);
  const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map(fontFile);
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: "DejaVu Sans" };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: scale } }).render().asPng();
}

function fontFile(name: string): string {
  try {
    return fonts.resolve(`dejavu-fonts-ttf/ttf/${name}`);
  } catch {
    return missing();
  }
}

function missing(): never {
  throw new InputError(
    "a PNG needs @resvg/resvg-js and dejavu-fonts-ttf, which are not installed; run npm install @resvg/resvg-js@2.6.2 dejavu-fonts-ttf@2.37.3, or write an SVG",
  );
}
