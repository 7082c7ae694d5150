import type { ReactNode } from 'react'

export interface Column<T> {
  readonly label: string
  readonly cell: (row: T) => ReactNode
  readonly isNumeric?: boolean
  /** Left out where there is little room. */
  readonly isMinor?: boolean
}

interface TableProps<T> {
  /** What the rows are, for those who do not see them. */
  readonly caption: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
}

/**
 * On a narrow screen each row becomes a block, so the roles, which the layout would take away, are said; and what a cell holds
 * is one thing beside its label, however many parts it has.
 */
export function Table<T>({ caption, columns, rows, keyOf }: TableProps<T>) {
  return (
    <table role="table" className="table">
      <caption className="visually-hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ label, isNumeric, isMinor }) => (
            <th key={label} role="columnheader" scope="col" className={classOf(isNumeric, isMinor)}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(row => (
          <tr key={keyOf(row)} role="row">
            {columns.map(({ label, cell, isNumeric, isMinor }) => (
              <td key={label} role="cell" data-label={label} className={classOf(isNumeric, isMinor)}>
                <div>{cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const classOf = (isNumeric = false, isMinor = false): string =>
  [isNumeric && 'numeric', isMinor && 'minor'].filter(Boolean).join(' ')
