/**
 * Number of customers in a row after which answers of 403 count as refused credentials. A system answers 401 if it does
 * not accept the credentials, but 403 also if it only protects the record of one customer.
 */
const MAX_FORBIDDEN = 5;

/** Counts the customers whose lookups a system answers with 403. */
export class ForbiddenCustomers {
  /** Customers since the last other answer of the system, by lookup. */
  private readonly byLookup = new Map<string, Set<string>>();
  /** Results of {@link add} by error, because customers that shared one call share its error. */
  private readonly results = new WeakMap<object, boolean>();

  /**
   * Counts an answer of 403. The customers of one call count once.
   * @returns true if the system has answered so many customers in a row with 403 that it refuses the credentials; the
   *   count then begins anew
   */
  add(lookup: string, customer: string, error: object): boolean {
    const known = this.results.get(error);
    if (known !== undefined) return known;
    const customers = (this.byLookup.get(lookup) ?? new Set<string>()).add(customer);
    const isRefused = customers.size >= MAX_FORBIDDEN;
    this.results.set(error, isRefused);
    if (isRefused) this.byLookup.delete(lookup);
    else this.byLookup.set(lookup, customers);
    return isRefused;
  }

  /** Begins the count of a lookup anew, because the system has answered. */
  reset(lookup: string): void {
    if (this.byLookup.size > 0) this.byLookup.delete(lookup);
  }
}
