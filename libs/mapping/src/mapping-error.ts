/**
 * Error in a template, found at compile time. The message contains the problem, its place in the template, and its fix.
 */
export class MappingError extends Error {
  override readonly name = 'MappingError';

  /**
   * @param path place in the template, as keys and indexes joined by dots: `personalizations.0.to`, `items.do.sku`.
   * @param reason problem and fix, without the path.
   */
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`Mapping at "${path || '(top)'}": ${reason}`);
  }
}
