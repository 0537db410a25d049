/** Whatever runs one SQL statement and gives its rows: a pool, a connection, a TypeORM query runner. */
export interface SqlRunner {
  query<Rows extends readonly unknown[]>(text: string, values?: unknown[]): Promise<Rows>;
}
