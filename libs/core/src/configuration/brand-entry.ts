/** Brand in the directory of all brands, which every process has in memory. */
export interface BrandEntry {
  readonly id: string;
  readonly name: string;
  /** Revision of the brand, see `BrandRecord`. */
  readonly revision: number;
}

/** Changes of the directory of all brands. */
export interface DirectoryChanges {
  /** Newest revision that any brand has. */
  readonly revision: number;
  /** Brands that were created or changed. */
  readonly brands: readonly BrandEntry[];
  /** Ids of the brands that were deleted. */
  readonly deleted: readonly string[];
}
