import type { BrandEntity } from '../entities/brand.entity.js';

/** The brand that is being brought to what somebody says, and the file that says it; null: the API does. */
export interface BrandPlace {
  readonly brand: BrandEntity;
  readonly file: string | null;
}
