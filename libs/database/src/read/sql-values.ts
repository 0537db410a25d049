/** Parameters of an SQL statement that is built from parts. */
export class SqlValues {
  readonly all: unknown[] = [];

  /** Adds a value. Returns the placeholder of the value for the statement, with a cast if a type is given. */
  add(value: unknown, type?: 'uuid' | 'uuid[]' | 'text[]' | 'int'): string {
    const placeholder = `$${this.all.push(value)}`;
    return type === undefined ? placeholder : `${placeholder}::${type}`;
  }
}
