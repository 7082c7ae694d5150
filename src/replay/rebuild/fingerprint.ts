import type { ClientBase } from 'pg'

/** What stands in the tables of a view, in a form that can be compared. */
export interface Fingerprint {
  readonly rows: number
  /** SHA-256 over all columns of all rows in the order of the primary key, in hexadecimal; of several tables, over theirs. */
  readonly hash: string
}

/** Rows that are hashed together: the database holds the text of so many at one moment. */
const PART = 10_000

/**
 * A query of one row, `rows` and `hash`, for tables of the session's schema or their like in another one. All columns of a
 * read model's tables follow from the log, so all of them count.
 */
export async function fingerprintQuery(
  db: ClientBase,
  tables: readonly string[],
  schema: string
): Promise<string> {
  const prints: string[] = []
  for (const table of tables) prints.push(await tableFingerprint(db, table, schema))
  if (prints.length === 1) return prints[0]!
  const numbered = prints.map((print, n) => `SELECT ${n} AS n, print.* FROM (${print}) AS print`)
  return `
    SELECT sum(rows)::bigint AS rows, ${sha256(`string_agg(hash, '' ORDER BY n)`)} AS hash
    FROM (${numbered.join(' UNION ALL ')}) AS prints`
}

async function tableFingerprint(db: ClientBase, table: string, schema: string): Promise<string> {
  const { rows } = await db.query<{ columns: string; key: string }>(
    `SELECT
       (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname) FROM pg_attribute
        WHERE attrelid = oid AND attnum > 0 AND NOT attisdropped) AS columns,
       (SELECT string_agg(quote_ident(attname), ', ' ORDER BY ordinality)
        FROM pg_index, unnest(indkey) WITH ORDINALITY AS keys (attnum, ordinality)
        JOIN pg_attribute USING (attnum)
        WHERE indrelid = oid AND indisprimary AND attrelid = oid) AS key
     FROM pg_class WHERE oid = $1::regclass`,
    [table]
  )
  const { columns, key } = rows[0]!
  return `
    SELECT coalesce(sum(part_rows), 0)::bigint AS rows, ${sha256("coalesce(string_agg(part_hash, '' ORDER BY part), '')")} AS hash
    FROM (
      SELECT n / ${PART} AS part, count(*) AS part_rows, ${sha256(`string_agg(${sha256('content')}, '' ORDER BY n)`)} AS part_hash
      FROM (
        SELECT row_number() OVER (ORDER BY ${key}) - 1 AS n, ROW(${columns})::text AS content FROM ${schema}.${table}
      ) AS numbered
      GROUP BY part
    ) AS parts`
}

const sha256 = (text: string): string => `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`
