/** A template that cannot work, found when it is compiled. The message says what, where and how to fix it. */
export class MappingError extends Error {
  override readonly name = 'MappingError';

  /**
   * @param path where in the template, as keys and indexes joined by dots: `personalizations.0.to`, `items.do.sku`.
   * @param reason what is wrong and how to fix it, without the path.
   */
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`Mapping at "${path || '(top)'}": ${reason}`);
  }
}
