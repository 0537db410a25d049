import type { ValueTransformer } from 'typeorm';

/**
 * Converts `bigint` columns to numbers, because the driver returns `bigint` as text. The conversion is exact, because
 * revisions stay far below 2^53.
 */
export const bigintAsNumber: ValueTransformer = {
  from: (value: string | null) => (value === null ? null : Number(value)),
  to: (value: unknown) => value,
};
