import type { ValueTransformer } from 'typeorm';

/** Revisions are `bigint`, which the driver reads as text; they stay far below 2^53. */
export const bigintAsNumber: ValueTransformer = {
  from: (value: string | null) => (value === null ? null : Number(value)),
  to: (value: unknown) => value,
};
