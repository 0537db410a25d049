/** A `when` that cannot work, found when it is compiled. The message says what, where and how to fix it. */
export class FilterError extends Error {
  override readonly name = 'FilterError';

  /**
   * @param path where in the `when`, as keys and indexes joined by dots: `$or.1.data.tier`.
   * @param reason what is wrong and how to fix it, without the path.
   */
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`Filter at "${path || '(top)'}": ${reason}`);
  }
}
