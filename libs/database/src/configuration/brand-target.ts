import type { BrandEntity } from '../entities/brand.entity.js';

/**
 * Brand that an apply or an edit changes. `file` is the file that manages the brand; null if the API manages the brand.
 */
export interface BrandTarget {
  readonly brand: BrandEntity;
  readonly file: string | null;
}
