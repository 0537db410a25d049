import type { Answer } from '@patchbay/client';

/** Number of deliveries that are redelivered, and numbers of deliveries that are left out, by reason. */
export type RedeliveryCount = Pick<Answer<'/v1/brands/{brand}/deliveries/redeliver', 'post'>, 'count' | 'refused'>;

/** Adds the counts of a further call. */
export function sumOf(total: RedeliveryCount, further: RedeliveryCount): RedeliveryCount {
  const refused = new Map(total.refused.map((one) => [one.reason, one]));
  for (const one of further.refused) {
    const known = refused.get(one.reason);
    refused.set(one.reason, known === undefined ? one : { ...known, count: known.count + one.count });
  }
  return { count: total.count + further.count, refused: [...refused.values()] };
}
