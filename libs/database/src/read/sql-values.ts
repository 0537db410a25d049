/** The parameters of a statement that is put together from parts. */
export class SqlValues {
  readonly all: unknown[] = [];

  /** Adds a value and gives what stands for it in the text, of a type where one is named. */
  add(value: unknown, type?: 'uuid' | 'uuid[]' | 'int'): string {
    const placeholder = `$${this.all.push(value)}`;
    return type === undefined ? placeholder : `${placeholder}::${type}`;
  }
}
