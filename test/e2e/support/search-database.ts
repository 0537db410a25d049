import pg from 'pg';

/**
 * Searches all columns of all rows of a database for `needles`. Also searches `bytea` values as hex. Returns each find
 * as `table: needle`.
 */
export async function searchDatabase(url: string, needles: readonly string[]): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ONLY ${name} AS t`);
      const text = rows.map(({ row }) => row).join('\n');
      for (const needle of needles) {
        if (spellings(needle).some((spelling) => text.includes(spelling))) found.push(`${name}: ${needle}`);
      }
    }
    return found;
  } finally {
    await client.end();
  }
}

/** Returns the spellings of a value: plain, hex, base64 in all three alignments, and URL-escaped. */
function spellings(needle: string): string[] {
  const bytes = Buffer.from(needle);
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and the last base64 letter are removed, because they also encode bits of neighbouring bytes.
    return text.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  return [needle, bytes.toString('hex'), encodeURIComponent(needle), ...base64];
}
