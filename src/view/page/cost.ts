/** The cost of attention as text: a table by number of heads, and the comparison of one head with many. */
import { type AttentionShape, attentionCost, divisors } from "../../models/attention-cost.ts";
import { columnTable, DEFAULT_COLUMNS, wrapped } from "../terminal/terminal-table.ts";
import { plural } from "./numbers.ts";

const grouped = (n: number): string => n.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** Returns the numbers of heads to list: powers of two that divide the width, and the given one. */
function rowsFor({ width, heads, keyValueHeads }: AttentionShape): number[] {
  const usual = divisors(width).filter(
    (h) => Number.isInteger(Math.log2(h)) && h <= 64 && (!keyValueHeads || h % keyValueHeads === 0),
  );
  return [...new Set([...usual, heads])].sort((a, b) => a - b);
}

const COLUMNS = ["heads", "d_k", "W_Q", "W_K", "W_V", "W_O", "biases", "parameters", "multiply-adds"];

/** Returns attention's parameters and multiply-adds by number of heads, for `headwise params`. */
export function costText(shape: AttentionShape, length: number, columns = DEFAULT_COLUMNS): string {
  const rows = rowsFor(shape).map((heads) => {
    const keyValueHeads = shape.keyValueHeads ?? heads;
    const headWidth = heads === shape.heads ? shape.headWidth : undefined;
    const c = attentionCost({ ...shape, heads, keyValueHeads, headWidth }, length);
    const numbers = [c.headWidth, c.query, c.key, c.value, c.output, c.biases, c.parameters, c.projecting + c.attending];
    return [`${heads === shape.heads ? "→ " : ""}${heads}`, ...numbers.map(grouped)];
  });
  const layers = shape.layers ?? 1;
  const title = `Attention of width ${shape.width}, ${plural(layers, "layer")}, multiply-adds for one text of ${plural(length, "token")}`;
  const table = columnTable(COLUMNS, rows, { left: 0, columns, indent: "" });
  return [
    ...wrapped(title, columns, "", "  "),
    ...["", ...table, ""],
    ...convention(shape, columns),
    ...comparisons(shape, columns),
  ].join("\n");
}

/** Explains a head width that differs from d/h. */
function convention({ width, heads, headWidth }: AttentionShape, columns: number): string[] {
  if (headWidth === undefined || headWidth * heads === width) return [];
  const text =
    `${plural(heads, "head")} of width ${headWidth} output ${grouped(heads * headWidth)} concatenated values, which W_O maps to ${width}. ` +
    "h · d_k = d is a convention, not a requirement: it keeps the cost the same for any number of heads.";
  return [...wrapped(text, columns, ""), ""];
}

function comparisons(shape: AttentionShape, columns: number): string[] {
  const { width: d, layers = 1 } = shape;
  const square = layers * d * d;
  const g = shape.keyValueHeads;
  const shared = g && g !== shape.heads ? [[`${g} key/value heads`, groupedLine(shape, g)] as const] : [];
  const lines = [
    ["both with W_O", `4·d² = ${grouped(4 * square)} weights for any number of heads: h cancels, since h · d_k = d.`],
    [
      "one head without",
      `3·d² = ${grouped(3 * square)}; many heads have ${grouped(4 * square)}. The "33% more" is exactly W_O (d² = ${grouped(square)}), and disappears if the single head also has a W_O.`,
    ],
    ...shared,
  ] as const;
  return [
    "One head compared with many:",
    ...lines.flatMap(([name, text]) => wrapped(text, columns, `  ${name.padEnd(19)}`, " ".repeat(21))),
  ];
}

function groupedLine(shape: AttentionShape, g: number): string {
  const { key } = attentionCost(shape, 1);
  const full = attentionCost({ ...shape, keyValueHeads: shape.heads }, 1).key;
  return `W_K and W_V are ${grouped(key)} each instead of ${grouped(full)}: ${shape.heads / g} query heads share one.`;
}

/** Explains why a number of heads does not fit a width, and lists the ones that do. */
export function divisibilityText(width: number, heads: number): string {
  const fitting = divisors(width);
  const near = [...fitting]
    .sort((a, b) => Math.abs(a - heads) - Math.abs(b - heads))
    .slice(0, 6)
    .sort((a, b) => a - b);
  return `${heads} heads do not divide the width ${width} (d_k = d/h would be ${(width / heads).toFixed(2)}); choose a number of heads that does (${near.join(", ")}), or any head width with --head-width`;
}
