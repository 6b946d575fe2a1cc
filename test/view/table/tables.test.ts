/** Tables of results: their numbers are those of the JSON, and CSV and Parquet say the same. */
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { CHANGES, changeOf } from "../../../src/heads/compare/compare-schema.ts";
import { MEASURES } from "../../../src/heads/redundancy/redundancy-schema.ts";
import { withImportance } from "../../../src/heads/report/join-importance.ts";
import { compareTable } from "../../../src/view/table/compare-table.ts";
import { csvOf } from "../../../src/view/table/csv.ts";
import { curveTable } from "../../../src/view/table/curve-table.ts";
import { importanceTable } from "../../../src/view/table/importance-table.ts";
import { parquetOf } from "../../../src/view/table/parquet.ts";
import { redundancyTable } from "../../../src/view/table/redundancy-table.ts";
import { reportTable } from "../../../src/view/table/report-table.ts";
import { type Cell, type Table, tableOf } from "../../../src/view/table/table.ts";
import { deep, fakeReport, single, uneven } from "../fake.ts";
import { CHANGED, fakeComparison } from "../fake-comparison.ts";
import { fakeRedundancy } from "../fake-redundancy.ts";
import { madeImportance as importanceOf } from "../joined-importance.ts";
import { madeCurves, madeImportance } from "../made-importance.ts";

type Row = Readonly<Record<string, Cell>>;
const rowsOf = ({ columns, rows }: Table): Row[] =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, k) => [name, row[k]!])));

/** Parses CSV as RFC 4180 describes it; an unquoted empty field is null. */
function parsed(csv: string): (string | null)[][] {
  const records: (string | null)[][] = [[]];
  for (const [, quoted, bare, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    records.at(-1)!.push(quoted === undefined ? bare || null : quoted.replace(/""/g, '"'));
    if (end === "\r\n") records.push([]);
  }
  return records.slice(0, -1);
}

/** Reads CSV back with the table's types. */
function fromCsv({ columns }: Table, csv: string): Row[] {
  const [head, ...records] = parsed(csv);
  expect(head).toEqual(columns.map(({ name }) => name));
  const read = {
    text: (word: string) => word,
    integer: Number,
    number: Number,
    boolean: (word: string) => word === "true",
  };
  return records.map((record) =>
    Object.fromEntries(columns.map(({ name, type }, k) => [name, record[k] === null ? null : read[type](record[k]!)])),
  );
}

async function fromParquet(bytes: Uint8Array): Promise<Row[]> {
  const file = bytes.slice().buffer;
  const rows = (await parquetReadObjects({ file })) as Row[];
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell ?? null])));
}

const worth = ({ place }: { readonly place: number }) => ({ value: place - 3, low: place - 4, high: place - 2 });
const report = fakeReport(uneven);
const joined = withImportance(report, importanceOf(report.model, worth), "importance.json");
const comparison = fakeComparison(CHANGED[1]![1]);
const odd = tableOf({ name: "text", x: "number", n: "integer", is: "boolean" }, [
  { name: 'a "b", c\r\nd', x: 0.1 + 0.2, n: 7, is: true },
  { name: "", x: -1e-300, n: -2, is: false },
  { name: "é 漢 😀", x: Number.NaN },
  {},
]);

const TABLES: readonly [string, Table][] = [
  ["a report", reportTable(report)],
  ["a deep report", reportTable(fakeReport(deep))],
  ["one head's report", reportTable(fakeReport(single))],
  ["a report with importance", reportTable(joined)],
  ["importance", importanceTable(madeImportance((k) => k))],
  ["importance of an encoder-decoder", importanceTable(madeImportance((k) => k, undefined, ["encoder.0.1", "cross.1.2-3"]))],
  ["curves", curveTable(madeCurves(["michel", "random"]))],
  ["redundancy", redundancyTable(fakeRedundancy(uneven))],
  ["redundancy of one head", redundancyTable(fakeRedundancy(single))],
  ...CHANGED.map(([name, fake]) => [`a comparison, ${name}`, compareTable(fakeComparison(fake))] as [string, Table]),
  ["odd cells", odd],
  ["no rows", tableOf({ name: "text", x: "number" }, [])],
];

describe.each(TABLES)("the table of %s", (_, table) => {
  it("has the same cells as CSV and as Parquet", async () => {
    const rows = rowsOf(table);
    expect(fromCsv(table, csvOf(table))).toEqual(rows);
    expect(await fromParquet(parquetOf(table))).toEqual(rows);
  });

  it("has typed columns in Parquet", () => {
    const { schema } = parquetMetadata(parquetOf(table).slice().buffer);
    const types = { text: "BYTE_ARRAY", integer: "INT32", number: "DOUBLE", boolean: "BOOLEAN" };
    expect(schema.slice(1).map(({ name, type }) => [name, type])).toEqual(
      table.columns.map(({ name, type }) => [name, types[type]]),
    );
  });
});

it("CSV quotes what has to be quoted, and nothing else", () => {
  expect(csvOf(odd)).toBe(
    'name,x,n,is\r\n"a ""b"", c\r\nd",0.30000000000000004,7,true\r\n"",-1e-300,-2,false\r\né 漢 😀,,,\r\n,,,\r\n',
  );
});

describe("the numbers are those of the JSON", () => {
  it("of a report", () => {
    const rows = rowsOf(reportTable(joined));
    const scores = joined.heads.reduce((sum, head) => sum + Object.keys(head.scores).length, 0);
    expect(rows).toHaveLength(scores + 2 * joined.heads.length);
    for (const { layer, head, label, labels, manners, scores: own, importance, judgement } of joined.heads) {
      const mine = rows.filter((row) => row.layer === layer && row.head === head);
      for (const [measure, score] of Object.entries(own)) {
        const { value, control, p, n, low = null, high = null, shuffled = null, norm = null, again = null } = score;
        expect(mine.find((row) => row.measure === measure)).toMatchObject({
          ...{ name: `${layer}.${head}`, label, value, control, p, n, low, high, shuffled, norm, again },
          assigned: [...labels, ...manners].some((name) => name === measure),
        });
      }
      expect(mine.find((row) => row.measure === "importance:ablation")).toMatchObject({
        ...{ ...importance!.ablation, p: judgement!.p, verdict: judgement!.verdict, n: 1500 },
      });
    }
  });

  it("of importance, for heads that go together by the first", () => {
    const result = madeImportance((k) => k, ["michel", "ablation"], ["encoder.0.1", "cross.1.2-3"]);
    const rows = rowsOf(importanceTable(result));
    expect(rows.map(({ name, measure, value, low, high }) => [name, measure, { value, low, high }])).toEqual(
      result.heads.flatMap(({ name, scores }) => Object.entries(scores).map(([method, own]) => [name, method, own])),
    );
    expect(rows[3]).toMatchObject({
      attention: "cross",
      layer: 1,
      head: 2,
      n: 31,
      verdict: result.heads[1]!.judgement!.verdict,
    });
    expect(rows[2]).toMatchObject({ measure: "michel", verdict: null, p: null });
  });

  it("of curves", () => {
    const result = madeCurves(["michel", "random"]);
    expect(rowsOf(curveTable(result)).map(({ method, step, quality, loss }) => [method, step, quality, loss])).toEqual(
      result.curves.flatMap(({ method, points }) =>
        points.map(({ quality, loss }, step) => [method, step, quality.value, loss.value]),
      ),
    );
  });

  it("of redundancy, every pair once", () => {
    const { heads, matrices, compositions } = fakeRedundancy(uneven);
    const rows = rowsOf(redundancyTable(fakeRedundancy(uneven)));
    const n = heads.length;
    expect(rows).toHaveLength((MEASURES.length * n * (n - 1)) / 2 + compositions.length);
    const at = (name: Cell | undefined) => heads.findIndex(({ layer, head }) => `${layer}.${head}` === name);
    for (const { head, partner, measure, value } of rows.slice(0, -compositions.length))
      expect(value).toBe(matrices[measure as (typeof MEASURES)[number]][at(head)]![at(partner)]);
    expect(rows.filter(({ twin }) => twin)).toHaveLength(MEASURES.length);
    expect(rows.slice(-compositions.length).map(({ value }) => value)).toEqual(compositions.map(({ score }) => score));
  });

  it("of a comparison, and the heads of one model", () => {
    const rows = rowsOf(compareTable(comparison));
    const values = comparison.heads.flatMap((head) => CHANGES.map((change) => changeOf(head, change)));
    expect(rows.slice(0, values.length).map(({ value }) => value)).toEqual(values);
    expect(rows.slice(values.length)).toMatchObject([
      { layer: 0, head: 1, only_in: "A", measure: null },
      { layer: 2, head: 1, only_in: "B", measure: null },
    ]);
  });
});
