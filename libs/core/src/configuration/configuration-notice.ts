/** Notice of a change of the configuration, which PostgreSQL sends at the commit. */
export interface ConfigurationNotice {
  /** Revision that the change gave to the changed brands. */
  readonly revision: number;
  /** Ids of the changed brands. Left out if brands were deleted or if there are too many. */
  readonly brandIds?: readonly string[];
}
