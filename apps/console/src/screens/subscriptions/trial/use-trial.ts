import { type Answer, answerOf } from '@patchbay/client';
import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { api } from '../../../api/client';
import { RETRY_BUSY } from '../../../api/retry-busy';
import { trialBodyOf, type Draft } from '../model/draft';

/** Result of a trial: what a draft would change for past events. */
export type Trial = Answer<'/v1/brands/{brand}/trials', 'post'>;

/** Number of past events that a trial uses. */
export const TRIED = 50;

/** Draft that was tried, and the result. */
export interface TriedDraft {
  readonly draft: Draft;
  readonly trial: Trial;
}

/** Tries a draft on the newest events. Nothing is sent or stored. */
export function loadTrial(brand: string, draft: Draft, signal?: AbortSignal): Promise<Trial> {
  const body = { draft: trialBodyOf(draft), last: TRIED };
  return answerOf(api.POST('/v1/brands/{brand}/trials', { params: { path: { brand } }, body, signal }));
}

/** Returns the call that tries a draft on the newest events. */
export function useTrial(brand: string): UseMutationResult<TriedDraft, unknown, Draft> {
  return useMutation({
    mutationFn: async (draft: Draft) => ({ draft, trial: await loadTrial(brand, draft) }),
    ...RETRY_BUSY,
  });
}
