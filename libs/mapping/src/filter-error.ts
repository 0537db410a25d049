/** Error in a `when`, found at compile time. The message contains the problem, its place in the `when`, and its fix. */
export class FilterError extends Error {
  override readonly name = 'FilterError';

  /**
   * @param path place in the `when`, as keys and indexes joined by dots: `$or.1.data.tier`.
   * @param reason problem and fix, without the path.
   */
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`Filter at "${path || '(top)'}": ${reason}`);
  }
}
