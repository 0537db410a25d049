import type { BrandRecords } from './compiled-brand.js';

/** Bytes of an object of a brand in memory in addition to its values, measured for small objects. */
const BYTES_PER_OBJECT = 1_200;
/** Bytes in memory per character of the values of an object as JSON. */
const BYTES_PER_CHARACTER = 2;

/** Estimates the memory of a compiled brand in bytes: a fixed size per object, and the length of its values. */
export function estimatedBytes({ brand, sources, deletedSources, destinations, subscriptions }: BrandRecords): number {
  const { lookups, privacy, caps } = brand;
  const values: readonly object[] = [
    { lookups, privacy, caps },
    ...sources,
    ...deletedSources,
    // Bytes as JSON would be several times longer than in memory.
    ...destinations.map((destination) => ({ ...destination, sealedCredentials: undefined })),
    ...subscriptions,
  ];
  const sealed = destinations.reduce((sum, { sealedCredentials }) => sum + sealedCredentials.byteLength, 0);
  return values.reduce<number>(
    (sum, value) => sum + BYTES_PER_OBJECT + BYTES_PER_CHARACTER * JSON.stringify(value).length,
    sealed,
  );
}
