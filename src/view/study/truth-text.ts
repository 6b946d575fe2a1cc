/** The confusion table of labels on models with known heads, for the terminal. */
import { LABELS } from "../../heads/scores/label-names.ts";
import { headName } from "../../models/head-names.ts";
import { type PlantedVerdict, PROMISES, type Truth, type UntrainedVerdict } from "../../study/truth/confusion.ts";
import { percent } from "../page/numbers.ts";
import { columnTable, DEFAULT_COLUMNS, wrapped } from "../terminal/terminal-table.ts";

/** Formats planted heads by expected label, blind heads, and untrained models by shape and scale. */
export function truthText({ planted, untrained }: Truth, columns = DEFAULT_COLUMNS): string {
  const of = (kind: PlantedVerdict["kind"]) => planted.filter((verdict) => verdict.kind === kind);
  return [
    "Planted heads",
    ...columnTable(["label", "planted", "found", "also mislabeled", "called noise"], plantedRows(of("planted")), {
      left: 1,
      columns,
    }),
    "",
    ...wrapped(
      "Heads without a function (blind: attend by frequency, length, capitals, distance; idle: random weights)",
      columns,
      "",
      "  ",
    ),
    ...columnTable(
      ["heads", "count", "with a function label", "called noise"],
      [row("blind", of("blind")), row("idle", of("idle"))],
      { left: 1, columns },
    ),
    "",
    "Untrained models",
    ...columnTable(["shape", "deviation", "models", "with a function label", "heads called noise"], untrainedRows(untrained), {
      left: 1,
      columns,
    }),
    ...mistakes(planted, columns),
  ].join("\n");
}

const SAYS: Readonly<Record<keyof typeof PROMISES, string>> = {
  found: `fewer than ${percent(PROMISES.found)} of planted heads have the right label`,
  blindNamed: "a blind head has a function label",
  modelsNamed: `more than ${percent(PROMISES.modelsNamed)} of untrained models have a head with a function label`,
  untrainedNoise: `fewer than ${percent(PROMISES.untrainedNoise)} of the heads of untrained models are called noise`,
  plantedNoise: `more than ${percent(PROMISES.plantedNoise)} of planted heads are called noise`,
};

/** Lists the guarantees that do not hold, in one sentence. */
export const brokenText = (failed: readonly (keyof typeof PROMISES)[], columns = DEFAULT_COLUMNS): string =>
  failed.length === 0
    ? "All guarantees hold."
    : wrapped(`Failed: ${failed.map((name) => SAYS[name]).join("; ")}.`, columns, "", "  ").join("\n");

function plantedRows(planted: readonly PlantedVerdict[]): string[][] {
  const line = (name: string, own: readonly PlantedVerdict[]) => [
    ...[name, `${own.length}`, `${own.filter(({ found }) => found).length}`],
    ...[`${own.filter(({ wrong }) => wrong.length > 0).length}`, `${own.filter(({ noise }) => noise).length}`],
  ];
  const labels = LABELS.filter((label) => planted.some(({ wanted }) => wanted === label));
  return [
    ...labels.map((label) =>
      line(
        label,
        planted.filter(({ wanted }) => wanted === label),
      ),
    ),
    line("all", planted),
  ];
}

const row = (name: string, heads: readonly PlantedVerdict[]): string[] => [
  ...[name, `${heads.length}`, `${heads.filter(({ wrong }) => wrong.length > 0).length}`],
  `${heads.filter(({ noise }) => noise).length}`,
];

function untrainedRows(untrained: readonly UntrainedVerdict[]): string[][] {
  const groups = new Map<string, UntrainedVerdict[]>();
  for (const verdict of untrained) {
    const key = JSON.stringify([verdict.shape, verdict.deviation]);
    groups.set(key, [...(groups.get(key) ?? []), verdict]);
  }
  return [...groups.values()].map((own) => {
    const sum = (pick: (verdict: UntrainedVerdict) => number) => own.reduce((s, verdict) => s + pick(verdict), 0);
    const named = own.filter(({ named: heads }) => heads > 0).length;
    const noise = percent(sum(({ noise: heads }) => heads) / sum(({ heads }) => heads));
    return [own[0]!.shape, `${own[0]!.deviation}`, `${own.length}`, `${named}`, noise];
  });
}

/** Lists every head that was missed or mislabeled. */
function mistakes(planted: readonly PlantedVerdict[], columns: number): string[] {
  const wrong = planted.filter(({ kind, found, wrong: names }) => (kind === "planted" && !found) || names.length > 0);
  if (wrong.length === 0) return [];
  const line = ({ shape, layer, head, plan, labels }: PlantedVerdict) =>
    `${shape} ${headName(layer, head)}, ${plan}: ${labels.join(", ") || "unclassified"}`;
  return ["", "Missed or mislabeled heads", ...wrong.flatMap((verdict) => wrapped(line(verdict), columns, "  ", "    "))];
}
