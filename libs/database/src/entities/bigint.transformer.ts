import type { ValueTransformer } from 'typeorm';

/** Converts `bigint` columns to numbers. The driver returns them as text; revisions stay far below 2^53. */
export const bigintAsNumber: ValueTransformer = {
  from: (value: string | null) => (value === null ? null : Number(value)),
  to: (value: unknown) => value,
};
