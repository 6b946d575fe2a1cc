/** A table of typed columns, for files that other programs read. */

/** The values of a column, by its type; null where a row has none. */
interface Values {
  readonly text: string;
  readonly integer: number;
  readonly number: number;
  readonly boolean: boolean;
}

/** A column: its name and the type of its values. */
export type Column = { readonly [T in keyof Values]: { readonly name: string; readonly type: T } }[keyof Values];
export type ColumnType = Column["type"];

export type Cell = string | number | boolean | null;

/** Rows of cells in the order of the columns. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The types of the columns of a table, by name and in order. */
type Types = Readonly<Record<string, ColumnType>>;
/** A row by column name; a missing value is null. */
type Row<T extends Types> = { readonly [K in keyof T]?: Values[T[K]] | null | undefined };

/** Builds a table from rows by column name. A number that is not finite becomes null, as in JSON. */
export function tableOf<T extends Types>(types: T, rows: Iterable<Row<T>>): Table {
  const columns = Object.entries(types).map(([name, type]) => ({ name, type }) as Column);
  return { columns, rows: Array.from(rows, (row) => columns.map(({ name }) => cellOf(row[name]))) };
}

function cellOf(value: Cell | undefined): Cell {
  return value === undefined || (typeof value === "number" && !Number.isFinite(value)) ? null : value;
}
