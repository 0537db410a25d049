import { percentile } from '../chaos/support/percentile.js';
import type { HubUnderTest, LargeBrand } from './hub.js';
import type { MeasuredRequest } from './requests.js';

/** Durations of one request for one brand, in milliseconds. */
export interface Measured {
  readonly brand: string;
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
}

/** Sends a request several times, one after the other. The first time is not measured. */
export async function measure(
  hub: HubUnderTest,
  brand: LargeBrand,
  { name, method, path, body }: MeasuredRequest,
  count: number,
): Promise<Measured> {
  const durations: number[] = [];
  for (let turn = 0; turn <= count; turn += 1) {
    const startedAt = performance.now();
    await hub.call(method ?? 'GET', path(turn), body);
    durations.push(performance.now() - startedAt);
  }
  const measured = durations.slice(1);
  return { brand: brand.name, name, p50: percentile(measured, 0.5), p95: percentile(measured, 0.95) };
}
