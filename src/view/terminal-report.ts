/** A report as text for the terminal: what stands on the first page of `report.html`. */
import type { LayerReport, RelationReport, Report } from "../heads/schema.ts";
import { countLabels } from "./colors.ts";
import { wayOf } from "./explain.ts";
import { compact, count, decimal, plural, probability } from "./numbers.ts";
import { chipText, paint, plain, type TerminalOptions } from "./shades.ts";
import { nearestTwins } from "./similar.ts";

/** A report's summary: labels, layers, relations, nearest twins, notes and cost, at most `columns` characters wide. */
export function reportText(report: Report, options: TerminalOptions): string {
  const style = options.color ? paint : plain;
  const part = (title: string, lines: readonly string[]) => (lines.length ? ["", style.bold(title), ...lines] : []);
  return [
    ...opening(report, options),
    ...part("Labels", labelLines(report, options)),
    ...part("Heads", overview(report, options)),
    ...part("Layers (means over heads)", layerTable(report.layers)),
    ...part("Relations (largest gain over the best fixed offset first)", relationTable(report.relations)),
    ...part(
      "Nearest twins (√JS, 0 … 0.83)",
      nearestTwins(report, 5).map(({ a, b, distance }) => `  ${a.padEnd(6)} ${b.padEnd(6)} ${decimal(distance, 3)}`),
    ),
    ...part(
      "Notes",
      report.notes.flatMap((note) => wrapped(note, options.columns)),
    ),
    "",
    style.dim(cost(report)),
  ].join("\n");
}

function opening({ model, corpus, heads, headwise, seed }: Report, options: TerminalOptions): string[] {
  const style = options.color ? paint : plain;
  const size = [
    model.architecture,
    plural(model.layers, "layer"),
    plural(heads.length, "head"),
    `${compact(model.parameters)} parameters`,
  ];
  return [
    `${style.bold(model.id)}  ${style.dim(`sha256 ${model.sha256.slice(0, 12)}`)}`,
    size.join(" · "),
    `on ${corpus.id}: ${plural(corpus.sentences, "sentence")}, ${plural(corpus.tokens, "token")} · headwise ${headwise}, seed ${seed}`,
  ];
}

/** How many heads have each label as their strongest, in columns. */
function labelLines({ heads }: Report, { columns, color }: TerminalOptions): string[] {
  const cells = countLabels(heads.map(({ label }) => label)).map(
    ([label, number]) => `${chipText(label, color)} ${label.padEnd(16)}${String(number).padStart(4)}`,
  );
  const across = Math.max(1, Math.min(4, Math.floor((columns + 1) / 27)));
  const rows = Math.ceil(cells.length / across);
  return Array.from({ length: rows }, (_, row) => `  ${cells.filter((_, i) => i % rows === row).join("   ")}`);
}

/** Layers down, heads across, a label's code each; a wide layer goes on in the next line. */
function overview(report: Report, { columns, color }: TerminalOptions): string[] {
  const across = Math.floor((columns - 9) / 4);
  const widest = Math.min(across, Math.max(...report.model.heads));
  const numbers = Array.from({ length: widest }, (_, head) => String(head).padStart(2).padEnd(3)).join(" ");
  const rows = report.model.heads.flatMap((heads, layer) => {
    if (heads === 0) return [`  ${String(layer).padStart(3)}   no heads`];
    const own = report.heads.filter((head) => head.layer === layer).map(({ label }) => chipText(label, color));
    const lines = Array.from({ length: Math.ceil(own.length / across) }, (_, i) =>
      own.slice(i * across, (i + 1) * across).join(" "),
    );
    return lines.map((line, i) => `  ${(i === 0 ? String(layer) : "").padStart(3)}   ${line}`.trimEnd());
  });
  return [(color ? paint : plain).dim(`        ${numbers}`.trimEnd()), ...rows];
}

function layerTable(layers: readonly LayerReport[]): string[] {
  const rows = layers.map(({ layer, entropy, distance, confidence, norm, diversity, labels }) => {
    if (Object.keys(labels).length === 0) return [String(layer), "–", "–", "–", "–", "–"];
    return [String(layer), decimal(entropy), decimal(distance, 1), decimal(confidence), decimal(norm), decimal(diversity)];
  });
  return table(["layer", "entropy", "distance", "confidence", "norm", "diversity"], rows, 0);
}

function relationTable(relations: readonly RelationReport[]): string[] {
  const best = [...relations].sort((a, b) => b.accuracy - b.baseline - (a.accuracy - a.baseline)).slice(0, 12);
  const rows = best.map(({ relation, direction, layer, head, accuracy, low, high, baseline, p }) => {
    const interval = `${decimal(accuracy)} [${decimal(low)}–${decimal(high)}]`;
    return [`${relation} ${wayOf(direction)}`, `${layer}.${head}`, interval, decimal(baseline), probability(p)];
  });
  return rows.length ? table(["relation", "head", "accuracy [95%]", "offset", "p"], rows, 1) : [];
}

/** Columns as wide as their widest cell; the first `left` of them flush left, the others right. */
function table(head: readonly string[], rows: readonly (readonly string[])[], left: number): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, i) => (i < left ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ")}`;
  return [line(head), ...rows.map(line)];
}

/** A note as a list item, broken between words. */
export function wrapped(note: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of note.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${lines.length ? "   " : "  -"} ${word}`);
  }
  return lines;
}

function cost({ cost }: Report): string {
  const speed = cost.seconds > 0 ? `, ${count(Math.round(cost.tokens / cost.seconds))} tokens/s` : "";
  return `${decimal(cost.seconds, 1)} s, ${compact(cost.peakBytes / 2 ** 20)} MiB peak${speed}`;
}
