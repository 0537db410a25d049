/** Runner of single SQL statements: a pool, a connection or a TypeORM query runner. */
export interface SqlRunner {
  query<Rows extends readonly unknown[]>(text: string, values?: unknown[]): Promise<Rows>;
}
