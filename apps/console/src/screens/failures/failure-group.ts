import type { Entry } from '@patchbay/client';
import { NO_CODE } from '../watch/known';

/** Failed deliveries of one destination with the same cause. */
export type FailureGroup = Entry<'/v1/brands/{brand}/failures'>;

/** Returns the query of the list of deliveries that shows the deliveries of a group. */
export function deliveriesSearch({ filter }: FailureGroup): Record<string, string | undefined> {
  const { status, destination, stage, errorKind, vendorCode, from, to } = filter;
  return { status, destination, stage, errorKind, vendorCode: vendorCode === '' ? NO_CODE : vendorCode, from, to };
}
