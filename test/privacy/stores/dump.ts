import pg from 'pg';

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/**
 * Query for the columns of every table that stores rows. System tables are included, because their statistics contain
 * samples of all columns.
 */
const COLUMNS = `
SELECT c.oid::regclass::text AS "table", format('%I', a.attname) AS "column", a.atttypid::regtype::text AS type
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.oid, a.attnum`;

/**
 * Streams every column of every row of a database: text as text, and `bytea` as raw bytes. The content is the content
 * of a decompressed dump.
 */
export async function* readDump(url: string): AsyncGenerator<Buffer> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: columns } = await client.query<Column>(COLUMNS);
    for (const [table, ofTable] of byTable(columns)) {
      const wanted = ofTable.map(({ column, type }) => (type === 'bytea' ? column : `${column}::text`)).join(', ');
      const { rows } = await client.query<(Buffer | string | null)[]>({
        text: `SELECT ${wanted} FROM ONLY ${table}`,
        rowMode: 'array',
      });
      yield Buffer.concat(rows.flat().flatMap((value) => (value === null ? [] : [Buffer.from(value), SEPARATOR])));
    }
  } finally {
    await client.end();
  }
}

/** Separator between two values, so that no match spans both values. */
const SEPARATOR = Buffer.from('\n');

function byTable(columns: readonly Column[]): Map<string, Column[]> {
  const tables = new Map<string, Column[]>();
  for (const column of columns) tables.set(column.table, [...(tables.get(column.table) ?? []), column]);
  return tables;
}
