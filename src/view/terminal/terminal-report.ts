/** A report as text for the terminal: the first page of `report.html`. */

import type { HeadReport, LayerReport, RelationReport, Report } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { countLabels, countManners, isManner, mannerCode, shownAs } from "../chart/colors.ts";
import { chipText, paint, plain, type TerminalOptions } from "../chart/shades.ts";
import { noteText } from "../page/notes.ts";
import { count, decimal, plural, probability } from "../page/numbers.ts";
import { wayOf } from "../report/explain.ts";
import { ADAPTIVE_TEXTS, adaptiveIn, layerMeasure } from "../report/report-adaptive.ts";
import { alsoLines } from "../report/report-also.ts";
import { nearestTwins } from "../report/similar.ts";
import { importanceLines, importanceTitle } from "./terminal-importance.ts";
import { columnTable, costLine, modelLines, wrapped, wrappedNote } from "./terminal-table.ts";

/** Formats a report's summary: labels, layers, relations, nearest twins, notes and cost, at most `columns` characters wide. */
export function reportText(report: Report, options: TerminalOptions): string {
  const style = options.color ? paint : plain;
  const part = (title: string, lines: readonly string[]) => (lines.length ? ["", style.bold(title), ...lines] : []);
  return [
    ...opening(report, options),
    ...part("Labels", labelLines(report, options)),
    ...part("Manners of attention (independent of labels)", mannerLines(report, options)),
    ...part("Heads", overview(report, options)),
    ...part(importanceTitle(report), importanceLines(report, options.columns)),
    ...part("Second text", alsoLines(report, options.columns)),
    ...part("Layers (means over heads)", layerTable(report.layers, options)),
    ...part("Adaptive attention (means over heads, and their range)", adaptiveTable(report, options)),
    ...part("Relations (sorted by lead over the best rule without a tree)", relationTable(report.relations, options)),
    ...part(
      "Nearest twins (√JS, 0 … 0.83)",
      nearestTwins(report, 5).map(({ a, b, distance }) => `  ${a.padEnd(6)} ${b.padEnd(6)} ${decimal(distance, 3)}`),
    ),
    ...part(
      "Notes",
      report.notes.flatMap((note) => wrappedNote(noteText(note), options.columns)),
    ),
    "",
    style.dim(costLine(report.cost)),
  ].join("\n");
}

function opening({ model, corpus, heads, headwise, seed }: Report, options: TerminalOptions): string[] {
  const style = options.color ? paint : plain;
  const size = [
    model.architecture,
    plural(model.layers, "layer"),
    plural(heads.length, "head"),
    `${count(model.parameters)} parameters`,
  ];
  const measured = `on ${corpus.id}: ${plural(corpus.sentences, "sentence")}, ${plural(corpus.tokens, "token")} · headwise ${headwise}, seed ${seed}`;
  return [
    ...modelLines(model, options.columns, style),
    ...[size.join(" · "), measured].flatMap((text) => wrapped(text, options.columns, "", "  ")),
  ];
}

/** Lists the number of heads per strongest label, in columns. */
function labelLines({ heads }: Report, { columns, color }: TerminalOptions): string[] {
  return inColumns(
    countLabels(heads.map(({ label }) => label)).map(([label, number]) => [chipText(label, color), label, number]),
    columns,
  );
}

/** Lists the number of heads per manner, in columns. */
function mannerLines({ heads }: Report, { columns }: TerminalOptions): string[] {
  return inColumns(
    countManners(heads).map(([manner, number]) => [mannerCode(manner), manner, number]),
    columns,
  );
}

/** Formats entries of a code, a name and a number. */
function inColumns(entries: readonly (readonly [code: string, name: string, number: number])[], columns: number): string[] {
  const cells = entries.map(([code, name, number]) => `${code} ${name.padEnd(16)}${String(number).padStart(4)}`);
  const across = Math.max(1, Math.min(4, Math.floor((columns + 1) / 27)));
  const rows = Math.ceil(cells.length / across);
  return Array.from({ length: rows }, (_, row) => `  ${cells.filter((_, i) => i % rows === row).join("   ")}`);
}

function headText(head: HeadReport, color: boolean): string {
  const shown = shownAs(head);
  return isManner(shown) ? mannerCode(shown) : chipText(shown, color);
}

/**
 * Draws the grid: layers down, heads across; a label's code each, or the lowercase code of the manner of a head without a
 * label. A wide layer continues on the next line.
 */
function overview(report: Report, { columns, color }: TerminalOptions): string[] {
  const across = Math.floor((columns - 9) / 4);
  const widest = Math.min(across, Math.max(...report.model.heads));
  const numbers = Array.from({ length: widest }, (_, head) => String(head).padStart(2).padEnd(3)).join(" ");
  const rows = report.model.heads.flatMap((heads, layer) => {
    if (heads === 0) return [`  ${String(layer).padStart(3)}   no heads`];
    const own = report.heads.filter((head) => head.layer === layer).map((head) => headText(head, color));
    const lines = Array.from({ length: Math.ceil(own.length / across) }, (_, i) =>
      own.slice(i * across, (i + 1) * across).join(" "),
    );
    return lines.map((line, i) => `  ${(i === 0 ? String(layer) : "").padStart(3)}   ${line}`.trimEnd());
  });
  return [(color ? paint : plain).dim(`        ${numbers}`.trimEnd()), ...rows];
}

function layerTable(layers: readonly LayerReport[], { columns }: TerminalOptions): string[] {
  const rows = layers.map(({ layer, entropy, distance, confidence, norm, diversity, labels }) => {
    if (Object.keys(labels).length === 0) return [String(layer), "–", "–", "–", "–", "–"];
    return [String(layer), decimal(entropy), decimal(distance, 1), decimal(confidence), decimal(norm), decimal(diversity)];
  });
  return columnTable(["layer", "entropy", "distance", "confidence", "norm", "diversity"], rows, { left: 0, columns });
}

function adaptiveTable(report: Report, { columns }: TerminalOptions): string[] {
  const names = adaptiveIn(report);
  if (names.length === 0) return [];
  const rows = report.layers.map(({ layer }) => [
    String(layer),
    ...names.map((name) => {
      const found = layerMeasure(report, layer, name);
      return found
        ? `${decimal(found.mean)} (${decimal(Math.min(...found.values))}–${decimal(Math.max(...found.values))})`
        : "–";
    }),
  ]);
  const table = columnTable(["layer", ...names.map((name) => ADAPTIVE_TEXTS[name].title.toLowerCase())], rows, {
    left: 0,
    columns,
  });
  return [
    ...table,
    ...names.flatMap((name) =>
      wrapped(`${ADAPTIVE_TEXTS[name].title.toLowerCase()}: ${ADAPTIVE_TEXTS[name].unit}`, columns, "  ", "    "),
    ),
  ];
}

function relationTable(relations: readonly RelationReport[], { columns }: TerminalOptions): string[] {
  const best = [...relations].sort((a, b) => b.accuracy - b.baseline - (a.accuracy - a.baseline)).slice(0, 12);
  const rows = best.map(({ relation, direction, layer, head, accuracy, low, high, baseline, p }) => {
    const interval = `${decimal(accuracy)} [${decimal(low)}–${decimal(high)}]`;
    return [`${relation} ${wayOf(direction)}`, headName(layer, head), interval, decimal(baseline), probability(p)];
  });
  return rows.length ? columnTable(["relation", "head", "accuracy [95%]", "rule", "p"], rows, { left: 1, columns }) : [];
}
