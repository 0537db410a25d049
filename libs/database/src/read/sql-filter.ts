/** Collects what a statement is given: values as `$n`, conditions joined by AND. */
export class SqlFilter {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = [];

  /** Adds a value and gives the placeholder that stands for it. */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  /** Adds a condition on a value, where there is one. */
  where(value: unknown, condition: (placeholder: string) => string): this {
    if (value !== undefined) this.conditions.push(condition(this.value(value)));
    return this;
  }

  /** Adds a condition that needs no value. */
  always(condition: string): this {
    this.conditions.push(condition);
    return this;
  }

  /** All conditions. */
  toString(): string {
    return this.conditions.join(' AND ');
  }
}
