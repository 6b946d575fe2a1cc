/** Head redundancy as text for the terminal: the page in short. */

import type { Redundancy } from "../../heads/redundancy/redundancy-schema.ts";
import { paint, plain, type TerminalOptions } from "../chart/shades.ts";
import { noteText } from "../page/notes.ts";
import { decimal, plural } from "../page/numbers.ts";
import { noiseName, placeName } from "../redundancy/redundancy-tables.ts";
import { costLine, modelLines, wrapped, wrappedItems, wrappedNote } from "./terminal-table.ts";

/** Formats the summary: twins, noise, the strongest compositions, clusters, notes. */
export function redundancyText(result: Redundancy, { columns, color }: TerminalOptions): string {
  const style = color ? paint : plain;
  const { model, corpus, heads, headwise, seed, clusters, cost } = result;
  const part = (title: string, lines: readonly string[]) => (lines.length ? ["", style.bold(title), ...lines] : []);
  const found = `${plural(heads.length, "head")} in ${plural(clusters.count, "cluster")} of similar patterns (average linkage, √JS up to ${decimal(clusters.cut)})`;
  const measured = `on ${corpus.id}: ${plural(corpus.sentences, "sentence")}, ${plural(corpus.tokens, "token")} · headwise ${headwise}, seed ${seed}`;
  return [
    ...modelLines(model, columns, style),
    ...wrapped(measured, columns, "", "  "),
    "",
    ...wrapped(found, columns, "", "  "),
    ...part(`Twins: ${result.twins.length}`, twinLines(result, columns)),
    ...part(`Noise heads: ${result.noise.length}`, noiseLines(result, columns)),
    ...part("Strongest compositions (0 is chance)", compositionLines(result, columns)),
    ...part(
      "Notes",
      result.notes.flatMap((note) => wrappedNote(noteText(note), columns)),
    ),
    "",
    style.dim(costLine(cost)),
  ].join("\n");
}

/** Lists the twins, or the nearest pair if there are none. */
function twinLines({ twins, heads, matrices, thresholds, baselines }: Redundancy, columns: number): string[] {
  const rule = wrapped(
    `√JS at most ${thresholds.patterns}, CKA at least ${thresholds.outputs}; untrained heads reach ${decimal(baselines.outputs)}`,
    columns,
    "  ",
  );
  const rows = twins.slice(0, 8).map(({ a, b, patterns, outputs, halves }) => {
    return `  ${placeName(a).padEnd(6)} ${placeName(b).padEnd(6)} √JS ${decimal(patterns, 3)}  CKA ${decimal(outputs, 3)}${halves === undefined ? "" : `  ${halves} of 2 halves`}`;
  });
  if (twins.length > 0) return [...rule, ...rows];
  const pairs = heads.flatMap((b, j) => heads.slice(0, j).map((a, i) => ({ a, b, cka: matrices.outputs[i]![j]!, i, j })));
  const [near] = pairs.sort((p, q) => q.cka - p.cka);
  if (!near) return [];
  const distance = decimal(matrices.patterns[near.i]![near.j]!, 3);
  return [...rule, `  nearest: ${placeName(near.a)} ${placeName(near.b)}  √JS ${distance}  CKA ${decimal(near.cka, 3)}`];
}

function noiseLines({ noise }: Redundancy, columns: number): string[] {
  return noise.length
    ? [
        ...wrapped("in brackets: the probability of noise in another sample", columns, "  "),
        ...wrappedItems(noise.map(noiseName), columns, "  "),
      ]
    : ["  every head has a tested score that beats its control"];
}

function compositionLines({ compositions }: Redundancy, columns: number): string[] {
  const kinds = { q: "queries", k: "keys", v: "values" } as const;
  return (["q", "k", "v"] as const).flatMap((kind) => {
    const top = compositions.filter((c) => c.kind === kind).slice(0, 4);
    const list = top.map(({ from, to, score }) => `${placeName(from)} → ${placeName(to)} ${decimal(score)}`);
    return wrappedItems(list, columns, `  ${kinds[kind].padEnd(8)} `);
  });
}
