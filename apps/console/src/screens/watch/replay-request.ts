import { type Answer, answerOf, type RequestBody } from '@patchbay/client';
import { api } from '../../api/client';

/** Request of a replay. */
export type ReplayRequest = RequestBody<'/v1/brands/{brand}/replays', 'post'>;

/** Filter of a replay. */
export type ReplayFilter = ReplayRequest['filter'];

/** Count of a replay that is not started, made by the hub. */
export type ReplayCount = Answer<'/v1/brands/{brand}/replays', 'post'>;

/** Largest number that the hub may leave uncounted behind. Beyond it a person must choose a narrower filter. */
const MOST_UNCOUNTED = 10_000;

/** Returns true if the hub could not count all, and there are so many deliveries that a person cannot judge them. */
export function isTooMany({ count, countIsExact }: Pick<ReplayCount, 'count' | 'countIsExact'>): boolean {
  return !countIsExact && count > MOST_UNCOUNTED;
}

/** Counts what a replay would send. Nothing is sent. */
export function countReplay(
  brand: string,
  request: Pick<ReplayRequest, 'filter' | 'mapping' | 'includeSucceeded' | 'sample'>,
  signal: AbortSignal,
): Promise<ReplayCount> {
  const body = { ...request, dryRun: true };
  return answerOf(api.POST('/v1/brands/{brand}/replays', { params: { path: { brand } }, body, signal }));
}

/** Starts a replay and returns its id. */
export async function startReplay(
  brand: string,
  request: Pick<ReplayRequest, 'filter' | 'mapping' | 'includeSucceeded' | 'ratePerSecond'>,
): Promise<string | null> {
  const body = { ...request, dryRun: false, sample: 0 };
  const { replay } = await answerOf(api.POST('/v1/brands/{brand}/replays', { params: { path: { brand } }, body }));
  return replay?.id ?? null;
}
