/** The report's section on a second text: labels found on both. */
import { jaccard, sameLabels } from "../../heads/report/also.ts";
import type { Report } from "../../heads/report/schema.ts";
import { decimal, percent, plural } from "../page/numbers.ts";
import { element, escaped } from "../page/xml.ts";
import { columnTable, wrapped } from "../terminal/terminal-table.ts";
import { headLink, labelTag } from "./report-overview.ts";
import { cellOf, tableOf } from "./report-tables.ts";

type Also = NonNullable<Report["also"]>;

const HEADINGS = ["label", "here", "there", "both", "agreement"] as const;
const cells = (row: Also["labels"][number]): string[] => [`${row.here}`, `${row.there}`, `${row.both}`, decimal(jaccard(row))];

/** Summarizes in one sentence the share of heads with the same labels on both texts. */
export function alsoFinding({ heads, also }: Report): string {
  const { corpus } = also!;
  const on = `${corpus.id} (${plural(corpus.sentences, "sentence")})`;
  return `On ${on}, ${percent(sameLabels(heads, also!.heads))} of heads have the same labels. Agreement: heads with a label on both texts, divided by heads with it on either.`;
}

/** Returns a table by label, and the heads whose labels differ. */
export function alsoContent({ heads, also }: Report): string[] {
  const rows = also!.labels.map((row) => [
    element("th", { scope: "row" }, labelTag(row.label)),
    ...cells(row).map((text) => cellOf(text)),
  ]);
  const differing = heads.flatMap(({ layer, head, labels }, k) => {
    const others = also!.heads[k]!.labels;
    if (`${[...labels].sort()}` === `${[...others].sort()}`) return [];
    return [
      [
        element("th", { scope: "row" }, headLink(layer, head)),
        cellOf(escaped(labels.join(", "))),
        cellOf(escaped(others.join(", "))),
      ],
    ];
  });
  return [
    tableOf("Labels on both texts", HEADINGS, rows),
    ...(differing.length > 0
      ? [
          element("h3", {}, "Heads with different labels"),
          tableOf("Heads with different labels", ["head", "here", "there"], differing),
        ]
      : []),
  ];
}

/** Returns the same for the terminal; nothing without a second text. */
export function alsoLines(report: Report, columns: number): string[] {
  if (!report.also) return [];
  const rows = report.also.labels.map((row) => [row.label, ...cells(row)]);
  return [...wrapped(alsoFinding(report), columns, "  "), ...columnTable(HEADINGS, rows, { left: 1, columns })];
}
