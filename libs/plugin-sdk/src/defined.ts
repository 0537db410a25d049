/** Members of an object whose values are not undefined. */
export type Defined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/**
 * Returns an object without the members that are undefined, for optional fields of a request: `{ to, ...defined({ from,
 * sendAt }) }`. Null stays.
 */
export function defined<T extends object>(members: T): Defined<T>;
export function defined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
