/** A sweep's results as text for a terminal, and as a table for other programs. */
import type { SweepResults } from "../../sweep/results.ts";
import { decimal } from "../page/numbers.ts";
import type { Cell, Column, Table } from "../table/table.ts";
import { columnTable, wrapped } from "../terminal/terminal-table.ts";
import { bestWords, settingName, statesWords } from "./sweep-words.ts";

/** Formats states, means by setting, and the best settings. */
export function sweepText(results: SweepResults, columns: number): string {
  const { settings, measures, best, rows } = results;
  const shown = measures.filter(({ better }) => better);
  const table = settings.map(({ setting, seeds, means }) => [
    settingName(setting),
    String(seeds.length),
    ...shown.map(({ name, digits }) => {
      const found = means[name];
      if (!found) return "–";
      return found.low === undefined
        ? decimal(found.mean, digits)
        : `${decimal(found.mean, digits)} [${decimal(found.low, digits)}, ${decimal(found.high, digits)}]`;
    }),
  ]);
  const failed = rows.flatMap(({ setting, seed, message }) =>
    message === undefined ? [] : wrapped(`${settingName(setting)}, seed ${seed}: ${message}`, columns, "  - ", "    "),
  );
  return [
    ...wrapped(statesWords(results), columns, ""),
    ...(failed.length > 0 ? ["", "Failed:", ...failed] : []),
    "",
    ...columnTable(["setting", "seeds", ...shown.map(({ name }) => name)], table, { left: 1, columns, indent: "" }),
    ...best.flatMap((one) => ["", ...wrapped(bestWords(results, one), columns, "")]),
  ].join("\n");
}

/**
 * Returns a row for each model: id, state, the setting of every axis (a number where all of its settings are numbers), seed, every
 * measure with its interval, hashes, seconds, threads and the machine.
 */
export function sweepTable({ axes, measures, rows }: SweepResults): Table {
  const numeric = new Set(
    axes.filter(({ settings }) => settings.every(({ value }) => value !== undefined)).map(({ name }) => name),
  );
  const columns: Column[] = [
    { name: "id", type: "text" },
    { name: "state", type: "text" },
    ...axes.map(({ name }): Column => ({ name, type: numeric.has(name) ? "number" : "text" })),
    { name: "seed", type: "integer" },
    ...measures.flatMap(({ name }): Column[] =>
      [name, `${name}.low`, `${name}.high`].map((one) => ({ name: one, type: "number" })),
    ),
    ...(["weights", "machine", "cpu", "system", "node", "headwise", "message"] as const).map(
      (name): Column => ({ name, type: "text" }),
    ),
    { name: "parameters", type: "integer" },
    { name: "threads", type: "integer" },
    { name: "seconds", type: "number" },
  ];
  const cells = rows.map(({ id, state, setting, seed, message, result }): Cell[] => [
    ...[id, state],
    ...axes.map(({ name, settings }) => {
      const own = settings.find((one) => one.name === setting[name]);
      return numeric.has(name) ? (own?.value ?? null) : (own?.name ?? null);
    }),
    seed,
    ...measures.flatMap(({ name }) => {
      const value = result?.values[name];
      return [value?.value ?? null, value?.low ?? null, value?.high ?? null];
    }),
    ...[result?.weights ?? null, result?.machine.name ?? null, result?.machine.cpu ?? null, result?.machine.system ?? null],
    ...[result?.machine.node ?? null, result?.headwise ?? null, message ?? null],
    ...[result?.parameters ?? null, result?.threads ?? null, result?.seconds ?? null],
  ]);
  return { columns, rows: cells };
}
