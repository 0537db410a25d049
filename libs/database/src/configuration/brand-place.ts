import type { BrandEntity } from '../entities/brand.entity.js';

/** The brand that an apply is at, and the file it comes from. */
export interface BrandPlace {
  readonly brand: BrandEntity;
  readonly file: string;
}
