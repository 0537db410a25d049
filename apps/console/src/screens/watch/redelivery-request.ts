import { type Answer, answerOf, type RequestBody } from '@patchbay/client';
import { api } from '../../api/client';
import { sumOf, type RedeliveryCount } from './redelivery-count';

type Request = RequestBody<'/v1/brands/{brand}/deliveries/redeliver', 'post'>;
type PartialAnswer = Answer<'/v1/brands/{brand}/deliveries/redeliver', 'post'>;

/** Deliveries to redeliver: by id, or by a filter. */
export type RedeliverySelection = Pick<Request, 'ids' | 'filter'>;

/** Pause before the next call, in milliseconds, if a destination has too many due deliveries. */
const PAUSE_MS = 2_000;

/** Counts what a redelivery would send. Nothing is sent. */
export function countRedelivery(
  brand: string,
  selection: RedeliverySelection,
  signal: AbortSignal,
): Promise<RedeliveryCount> {
  return all(brand, { ...selection, dryRun: true }, signal);
}

/**
 * Redelivers the deliveries. The hub handles a part of many deliveries per call.
 * @param signal stops before the next part; the parts before stay scheduled
 * @param onPart called after each part, with the counts so far
 */
export function redeliver(
  brand: string,
  selection: RedeliverySelection,
  signal: AbortSignal,
  onPart: (total: RedeliveryCount) => void,
): Promise<RedeliveryCount> {
  return all(brand, { ...selection, dryRun: false }, signal, onPart);
}

async function all(
  brand: string,
  request: Request,
  signal: AbortSignal,
  onPart?: (total: RedeliveryCount) => void,
): Promise<RedeliveryCount> {
  let total: RedeliveryCount = { count: 0, refused: [] };
  let cursor: string | null = null;
  for (;;) {
    const body = { ...request, ...(cursor === null ? {} : { cursor }) };
    const params = { path: { brand } };
    const answer: PartialAnswer = await answerOf(
      api.POST('/v1/brands/{brand}/deliveries/redeliver', {
        params,
        body,
        signal,
      }),
    );
    total = sumOf(total, answer);
    onPart?.(total);
    if (answer.isComplete) return total;
    if (answer.count === 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    signal.throwIfAborted();
    cursor = answer.nextCursor;
  }
}
