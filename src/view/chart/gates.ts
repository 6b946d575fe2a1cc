/** The gates of an attention's heads over the tokens of a text: heads down, tokens across, stronger colors for larger gates. */
import type { SitePatterns } from "../../heads/observe/text-patterns.ts";
import { headName } from "../../models/head-names.ts";
import { decimal } from "../page/numbers.ts";
import { readableTokens } from "../page/readable-tokens.ts";
import { shortToken } from "../page/tokens.ts";
import { element, escaped } from "../page/xml.ts";
import { frameOf } from "./frame.ts";
import { label } from "./marks.ts";
import { bands } from "./scale.ts";

const CELL = { width: 26, height: 18 };
const NAMES = { left: 56, top: 78 };
const TOKEN_CHARACTERS = 12;

/** Draws the gates as SVG; "" for an attention without gates. A gate of 0 leaves its cell empty. */
export function gateChart({ site, rows, gates }: SitePatterns): string {
  if (!gates || gates.length === 0) return "";
  const [width, height] = [NAMES.left + CELL.width * rows.length + 8, NAMES.top + CELL.height * gates.length + 4];
  const frame = frameOf(width, height, { left: NAMES.left, right: 8, top: NAMES.top, bottom: 4 });
  const [x, y] = [bands(rows.length, [frame.left, frame.right]), bands(gates.length, [frame.top, frame.bottom])];
  const largest = Math.max(1, ...gates.flatMap((own) => [...own]));
  const tokens = readableTokens(rows).map((token, i) => {
    const place = `translate(${x.middle(i) + 4} ${frame.top - 7}) rotate(-60)`;
    return element("text", { transform: place }, escaped(shortToken(token, TOKEN_CHARACTERS)));
  });
  const cells = gates.flatMap((own, h) =>
    Array.from(own, (gate, i) => {
      const cell = {
        x: x.middle(i) - x.width / 2 + 1,
        y: y.middle(h) - y.width / 2 + 1,
        width: x.width - 2,
        height: y.width - 2,
      };
      const shade = (Math.max(0, gate) / largest).toFixed(3);
      const caption = element("title", {}, escaped(`${headName(site, h)}, ${rows[i]}: ${decimal(gate)}`));
      return element("rect", { class: "gate", ...cell, rx: 3, "fill-opacity": shade }, caption);
    }),
  );
  const names = gates.map((_, h) => label(frame.left - 8, y.middle(h) + 4, headName(site, h), "end"));
  const means = gates.map((own, h) => `${headName(site, h)} ${decimal(own.reduce((sum, x) => sum + x, 0) / own.length)}`);
  const root = { class: "gates", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" };
  return element("svg", { ...root, "aria-label": `Mean gates: ${means.join(", ")}` }, ...names, ...tokens, ...cells);
}
