/** A comparison as text for the terminal. */

import { CHANGES, type Comparison, changeOf } from "../../heads/compare/compare-schema.ts";
import { paint, plain, type TerminalOptions } from "../chart/shades.ts";
import {
  CHANGE_NAMES,
  cellsOf,
  longChange,
  lossText,
  mostChanged,
  nameOf,
  shortChange,
  spanOf,
} from "../compare/compare-data.ts";
import { noteText } from "../page/notes.ts";
import { decimal, plural } from "../page/numbers.ts";
import { columnTable, costLine, wrapped, wrappedNote } from "./terminal-table.ts";

/** Formats a comparison's summary, at most `columns` characters wide if names allow it. */
export function comparisonText(comparison: Comparison, options: TerminalOptions): string {
  const style = options.color ? paint : plain;
  const part = (title: string, lines: readonly string[]) => (lines.length ? ["", style.bold(title), ...lines] : []);
  const notes = comparison.notes.flatMap((note) => wrappedNote(noteText(note), options.columns));
  return [
    ...opening(comparison, options),
    ...part("Most changed heads (by output)", headTable(comparison, options)),
    ...part("Change of the output of every head", grid(comparison, options)),
    ...part("States after each layer", layerTable(comparison, options)),
    ...part(
      "Measures",
      CHANGES.flatMap((change) => {
        const { title, formula } = CHANGE_NAMES[change];
        return wrapped(formula, options.columns, `  ${title.padEnd(8)}`, " ".repeat(10));
      }),
    ),
    ...part("Notes", notes),
    "",
    style.dim(costLine(comparison.cost)),
  ].join("\n");
}

function opening(comparison: Comparison, { columns, color }: TerminalOptions): string[] {
  const { bold } = color ? paint : plain;
  const { a, b, corpus, headwise, seed, heads, onlyInA, onlyInB, states } = comparison;
  const only = (count: number, model: string) => (count ? [`${count} only in ${model}`] : []);
  const found = [`${plural(heads.length, "head")} in both`, ...only(onlyInA.length, "A"), ...only(onlyInB.length, "B")];
  const loss = lossText(comparison);
  const models = `A ${a.id} → B ${b.id}`;
  const lines = [
    [a.architecture, plural(a.layers, "layer"), ...found].join(" · "),
    `on ${corpus.id}: ${plural(corpus.sentences, "sentence")}, ${plural(corpus.tokens, "token")} · headwise ${headwise}, seed ${seed}`,
    `last states differ by at most ${longChange(states.difference)}, for values up to ${decimal(states.largest)}`,
    ...(loss ? [`loss ${loss}`] : []),
  ].flatMap((text) => wrapped(text, columns, "", "  "));
  return models.length <= columns
    ? [`${bold(`A ${a.id}`)} → ${bold(`B ${b.id}`)}`, ...lines]
    : [...[`A ${a.id} →`, `B ${b.id}`].flatMap((text) => wrapped(text, columns, "", "  ").map((line) => bold(line))), ...lines];
}

const SHOWN = 12;

function headTable(comparison: Comparison, { columns }: TerminalOptions): string[] {
  const rows = mostChanged(comparison, "output")
    .slice(0, SHOWN)
    .map((head) => {
      const measured = CHANGES.map((change) => longChange(changeOf(head, change)));
      return [nameOf(head), measured[0]!, spanOf(head.output), measured[1]!, spanOf(head.pattern), measured[2]!, measured[3]!];
    });
  return rows.length ? columnTable(["head", "output", "95%", "√JS", "95%", "QK", "OV"], rows, { left: 1, columns }) : [];
}

/** Draws the grid: layers down, heads by original index across; a wide layer continues on the next line. */
function grid(comparison: Comparison, { columns, color }: TerminalOptions): string[] {
  const cells = cellsOf(comparison);
  const across = Math.max(1, Math.floor((columns - 6) / 5));
  const widest = Math.min(across, Math.max(0, ...cells.map((own) => own.length)));
  const numbers = Array.from({ length: widest }, (_, head) => String(head).padStart(5)).join("");
  const rows = cells.flatMap((own, layer) => {
    const texts = own.map((cell) => (cell === null ? "" : typeof cell === "string" ? cell : shortChange(cell.output.value)));
    if (texts.length === 0) return [`  ${String(layer).padStart(3)}  no heads`];
    return Array.from({ length: Math.ceil(texts.length / across) }, (_, i) => {
      const line = texts.slice(i * across, (i + 1) * across).map((text) => text.padStart(5));
      return `  ${(i === 0 ? String(layer) : "").padStart(3)} ${line.join("")}`.trimEnd();
    });
  });
  return [(color ? paint : plain).dim(`      ${numbers}`), ...rows, ...explained(comparison, columns)];
}

/** Explains the letters in the grid. */
const explained = ({ onlyInA, onlyInB }: Comparison, columns: number): string[] => [
  ...(onlyInA.length ? wrappedNote(`A: only in A (${onlyInA.map(nameOf).join(", ")})`, columns) : []),
  ...(onlyInB.length ? wrappedNote(`B: only in B (${onlyInB.map(nameOf).join(", ")})`, columns) : []),
];

function layerTable({ embeddings, layers }: Comparison, { columns }: TerminalOptions): string[] {
  const rows = layers.map(({ layer, state }) => [String(layer), longChange(state.value), spanOf(state)]);
  return columnTable(["layer", "change", "95%"], [["embeddings", longChange(embeddings.value), spanOf(embeddings)], ...rows], {
    left: 1,
    columns,
  });
}
