/** A table as Parquet. */
import { parquetWriteBuffer } from "hyparquet-writer";
import type { ColumnType, Table } from "./table.ts";

const TYPES = { text: "STRING", integer: "INT32", number: "DOUBLE", boolean: "BOOLEAN" } as const satisfies Record<
  ColumnType,
  string
>;

/** Writes a table as a Parquet file; every column is optional. */
export function parquetOf({ columns, rows }: Table): Uint8Array {
  const columnData = columns.map(({ name, type }, k) => ({
    ...{ name, type: TYPES[type], nullable: true },
    data: rows.map((row) => row[k]!),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
