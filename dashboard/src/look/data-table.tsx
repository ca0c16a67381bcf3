// A table of things: headed columns, one row a thing; what a phone has no room for is left out of it there.

import type { ReactNode } from "react";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Left out below 768 points. */
  readonly roomy?: boolean;
  readonly end?: boolean;
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

export function DataTable<Row>({ caption, columns, rows, keyOf }: DataTableProps<Row>) {
  const roomy = (column: Column<Row>) =>
    `${column.roomy ? "max-md:hidden" : ""} ${column.end ? "text-right" : "text-left"}`;
  return (
    <div className="md:overflow-x-auto">
      <table className="w-full border-collapse">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-sm text-soft">
            {columns.map((column) => (
              <th key={column.title} scope="col" className={`px-2 py-1.5 font-normal ${roomy(column)}`}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-b border-line hover:bg-sunken">
              {columns.map((column) => (
                <td
                  key={column.title}
                  className={`h-[var(--row)] px-2 py-1 align-middle max-md:px-1 max-md:wrap-anywhere ${roomy(column)}`}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
