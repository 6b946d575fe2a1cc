/** The cost of attention as text: a table by number of heads, and the two comparisons that are easily confused. */
import { type AttentionShape, attentionCost, divisors } from "../../models/attention-cost.ts";

const grouped = (n: number): string => n.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** Numbers of heads worth a row: the usual powers of two that divide the width, and the one asked for. */
function rowsFor({ width, heads, keyValueHeads }: AttentionShape): number[] {
  const usual = divisors(width).filter(
    (h) => Number.isInteger(Math.log2(h)) && h <= 64 && (!keyValueHeads || h % keyValueHeads === 0),
  );
  return [...new Set([...usual, heads])].sort((a, b) => a - b);
}

const COLUMNS = ["heads", "d_k", "W_Q", "W_K", "W_V", "W_O", "biases", "parameters", "multiply-adds"];

/** Rows of cells as lines, each column as wide as its widest cell. */
const aligned = (rows: readonly (readonly string[])[]): string[] => {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  return rows.map((row) => row.map((cell, c) => cell.padStart(widths[c]!)).join("  "));
};

/** Attention's parameters and multiply-adds by number of heads, for `headwise params`. */
export function costText(shape: AttentionShape, length: number): string {
  const rows = rowsFor(shape).map((heads) => {
    const keyValueHeads = shape.keyValueHeads ?? heads;
    const headWidth = heads === shape.heads ? shape.headWidth : undefined;
    const c = attentionCost({ ...shape, heads, keyValueHeads, headWidth }, length);
    const numbers = [c.headWidth, c.query, c.key, c.value, c.output, c.biases, c.parameters, c.projecting + c.attending];
    return [`${heads === shape.heads ? "→ " : ""}${heads}`, ...numbers.map(grouped)];
  });
  const layers = shape.layers ?? 1;
  const title = `Attention of width ${shape.width}, ${layers} layer${layers > 1 ? "s" : ""}, multiply-adds for one text of ${length} tokens`;
  return [title, "", ...aligned([COLUMNS, ...rows]), "", ...convention(shape), ...comparisons(shape)].join("\n");
}

/** What is said where heads are not as wide as usual. */
function convention({ width, heads, headWidth }: AttentionShape): string[] {
  if (headWidth === undefined || headWidth * heads === width) return [];
  return [
    `${heads} heads of ${headWidth} put out ${grouped(heads * headWidth)} numbers side by side, which W_O maps to ${width}. That h · d_k = d is a convention, not`,
    "a need: it keeps the cost the same for any number of heads.",
    "",
  ];
}

function comparisons(shape: AttentionShape): string[] {
  const { width: d, layers = 1 } = shape;
  const square = layers * d * d;
  const g = shape.keyValueHeads;
  const shared = g && g !== shape.heads ? [groupedLine(shape, g)] : [];
  return [
    "Two comparisons of one head with many:",
    `  both with W_O      4·d² = ${grouped(4 * square)} weights for any number of heads: h cancels, since h · d_k = d.`,
    `  one head without   3·d² = ${grouped(3 * square)}; many heads have ${grouped(4 * square)}. The "33% more" is exactly W_O (d² = ${grouped(square)}),`,
    "                     and it is gone as soon as the single head has a W_O too.",
    ...shared,
  ];
}

function groupedLine(shape: AttentionShape, g: number): string {
  const { key } = attentionCost(shape, 1);
  const full = attentionCost({ ...shape, keyValueHeads: shape.heads }, 1).key;
  return `  ${g} key/value heads   W_K and W_V are ${grouped(key)} each instead of ${grouped(full)}: ${shape.heads / g} query heads share one.`;
}

/** Why a number of heads does not fit a width, and which ones do. */
export function divisibilityText(width: number, heads: number): string {
  const fitting = divisors(width);
  const near = [...fitting]
    .sort((a, b) => Math.abs(a - heads) - Math.abs(b - heads))
    .slice(0, 6)
    .sort((a, b) => a - b);
  return `${heads} heads do not divide the width ${width}: by convention a head is d_k = d/h wide, which is ${(width / heads).toFixed(2)} here and has to be whole; head counts that fit: ${near.join(", ")}; any width of a head works with --head-width, since W_O maps h · d_k numbers back to ${width}`;
}
